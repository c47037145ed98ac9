import type { Socket } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';

/** Told which lane its request goes down. */
export interface LaneHandler extends Dispatcher.DispatchHandler {
	lane?: Lane | undefined;
}

/**
 * One connection to a backend, and what undici's parser must not see of it: `100 Continue`. A backend may send one at
 * any time (RFC 9110 15.2 has a proxy swallow what nobody asked for), but undici takes it for a broken answer.
 */
export class Lane extends Client {
	/** True while what comes next is the head of an answer: a body may look like anything. */
	awaitsHead = false;
	#begun: Buffer | undefined;
	/** The host a certificate must be for; undefined where none is asked for. */
	readonly #serverName: string | undefined;

	constructor(origin: string | URL, options: Client.Options) {
		const connect = typeof options.connect === 'function' ? options.connect : buildConnector(options.connect);
		super(origin, {
			...options,
			connect: (target, callback) => {
				// The name is that of the address. Unless told, undici goes by the Host header, which is the client's to choose.
				connect({ ...target, servername: '' }, (...[error, socket]) => {
					if (error !== null) callback(error, null);
					else callback(null, this.#listen(socket));
				});
			}
		});
		const { protocol, hostname } = new URL(origin);
		this.#serverName = protocol === 'https:' ? hostname : undefined;
	}

	override dispatch(request: Dispatcher.DispatchOptions, handler: LaneHandler): boolean {
		handler.lane = this;
		if (this.#serverName === undefined) return super.dispatch(request, handler);
		const named: object = { ...request, servername: this.#serverName };
		return super.dispatch(named as Dispatcher.DispatchOptions, handler);
	}

	#listen(socket: Socket): Socket {
		const read = socket.read.bind(socket);
		this.#begun = undefined;
		socket.read = (size?: number): unknown => {
			const chunk = read(size) as Buffer | null;
			return chunk === null || !this.awaitsHead ? chunk : this.#past(chunk);
		};
		return socket;
	}

	/** What is left after every whole `100 Continue`; null while one may still be coming. */
	#past(chunk: Buffer): Buffer | null {
		let rest = this.#begun === undefined ? chunk : Buffer.concat([this.#begun, chunk]);
		this.#begun = undefined;
		for (;;) {
			const start = rest.toString('latin1', 0, continues.length);
			if (start !== continues.slice(0, start.length)) break;
			const end = start.length < continues.length ? -1 : rest.indexOf('\r\n\r\n');
			if (end < 0 && rest.length < mostHead) {
				this.#begun = rest;
				return null;
			}
			// Too long for anything honest: the parser will say so.
			if (end < 0) break;
			rest = rest.subarray(end + 4);
			if (rest.length === 0) return null;
		}
		return rest;
	}
}

const continues = 'HTTP/1.1 100 ';
const mostHead = 16_384;
