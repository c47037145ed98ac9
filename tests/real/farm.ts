import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { ServerLine } from './script.ts';

/** The header that says which call a request belongs to. */
export const callHeader = 'x-call';
/** The header that asks for an answer only when told so. */
export const holdHeader = 'x-hold';
/** The header in which a machine names itself. */
export const nameHeader = 'x-server';

/** The machines behind the balancer, all in this process: each names itself, holds what it is asked to, and may refuse. */
export class Farm {
	readonly #lines: ReadonlyMap<string, ServerLine>;
	readonly #listening = new Map<string, Server>();
	readonly #held = new Map<string, { readonly server: string; readonly answer: ServerResponse }>();

	constructor(lines: readonly ServerLine[]) {
		this.#lines = new Map(lines.map((line) => [line.name, line]));
	}

	/** Which machine holds a call open; undefined when none does. */
	holderOf(call: string): string | undefined {
		return this.#held.get(call)?.server;
	}

	/** How many calls are held open. */
	get held(): number {
		return this.#held.size;
	}

	async open(): Promise<void> {
		for (const name of this.#lines.keys()) await this.accept(name);
	}

	/** Let this machine's port take connections; nothing happens when it does. */
	async accept(name: string): Promise<void> {
		const line = this.#lines.get(name);
		if (line === undefined) throw new Error(`The script has no server "${name}".`);
		if (this.#listening.has(name)) return;
		const server = createServer((request, answer) => {
			this.#take(name, request, answer);
		});
		const colon = line.address.lastIndexOf(':');
		server.listen(Number(line.address.slice(colon + 1)), line.address.slice(0, colon));
		await once(server, 'listening');
		this.#listening.set(name, server);
	}

	/** Let this machine's port refuse connections; what it holds goes on. */
	refuse(name: string): void {
		this.#listening.get(name)?.close();
		this.#listening.delete(name);
	}

	/** Complete the answer of a call that is held. */
	release(call: string): void {
		const held = this.#held.get(call);
		this.#held.delete(call);
		if (held !== undefined) answerAs(held.server, held.answer);
	}

	close(): void {
		for (const server of this.#listening.values()) {
			server.close();
			server.closeAllConnections();
		}
		for (const { answer } of this.#held.values()) answer.destroy();
		this.#listening.clear();
		this.#held.clear();
	}

	#take(server: string, request: IncomingMessage, answer: ServerResponse): void {
		const call = request.headers[callHeader];
		if (typeof call === 'string' && request.headers[holdHeader] !== undefined) {
			this.#held.set(call, { server, answer });
		} else answerAs(server, answer);
	}
}

function answerAs(server: string, answer: ServerResponse): void {
	answer.writeHead(200, { [nameHeader]: server, connection: 'close', 'content-length': 0 }).end();
}
