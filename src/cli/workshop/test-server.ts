import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '#proxy/listen.ts';
import { visitHeader } from './visit.ts';

/** A visit as a server met it. */
export interface Arrival {
	readonly server: TestServer;
	readonly headers: IncomingHttpHeaders;
}

/**
 * What a server does with visits. When it `hangs` it takes connections and answers nobody, not even checks; it `holds`
 * visits until told otherwise; it `breaks` their connections once it has read them.
 */
export type Mood = 'well' | 'hangs' | 'holds' | 'breaks';

/** A server that remembers who came. It answers its name, to checks and other strangers too, but counts only visits. */
export class TestServer {
	readonly name: string;
	readonly port: number;
	/** How long a visit takes. */
	delayMs = 0;
	arrivals: readonly Arrival[] = [];
	/** Connections that were ever made to it. */
	connections = 0;
	/** The most visits it had inside at once. */
	most = 0;
	#inside = 0;
	#mood: Mood = 'well';
	#held: (() => void)[] = [];
	#close: (() => Promise<void>) | undefined;

	constructor(name: string, port: number) {
		this.name = name;
		this.port = port;
	}

	/** @throws the system's error when the port is taken */
	async open(): Promise<void> {
		const server = createServer((request, response) => {
			this.#take(request, response);
		});
		server.on('connection', () => this.connections++);
		const door = await listen(server, this.port, 'localhost');
		this.#close = () =>
			new Promise((resolve) => {
				server.once('close', resolve);
				door.stop();
				server.closeAllConnections();
			});
	}

	/** As when its process is killed: connections break, and new ones are refused until it opens again. */
	async kill(): Promise<void> {
		const close = this.#close;
		this.#close = undefined;
		await close?.();
	}

	turn(mood: Mood): void {
		this.#mood = mood;
		if (mood !== 'well') return;
		for (const answer of this.#held.splice(0)) answer();
	}

	#take(request: IncomingMessage, response: ServerResponse): void {
		const visit = request.headers[visitHeader] !== undefined;
		const answer = (): void => {
			response.end(`${this.name}\n`);
		};
		request.resume().on('error', () => undefined);
		if (visit) {
			this.arrivals = [...this.arrivals, { server: this, headers: request.headers }];
			this.most = Math.max(this.most, ++this.#inside);
			response.on('close', () => this.#inside--);
		}
		if (this.#mood === 'hangs' || (visit && this.#mood === 'holds')) this.#held.push(answer);
		else if (visit && this.#mood === 'breaks') request.on('end', () => request.socket.destroy());
		else if (visit && this.delayMs > 0) setTimeout(answer, this.delayMs);
		else answer();
	}
}
