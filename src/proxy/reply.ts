import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Whoever the client's side of a reply matters to. */
export interface ReplyEar {
	/** It is over, before all was written unless it is `complete`. */
	closed(complete: boolean): void;
}

/** Connections that Node tells their reply of, should they close before it is through. */
const told = new WeakSet<Socket>();

/**
 * A response that costs less. Node has each listen to its connection and stop listening when it is through; here what listens to
 * a connection stays, since it looks itself whose turn it is. And who asked for it is told of its end without listeners.
 */
export class Reply<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
	ear: ReplyEar | undefined;

	override assignSocket(socket: Socket): void {
		const line = socket as Line;
		if (line._httpMessage != null || !told.has(socket)) {
			told.add(socket);
			super.assignSocket(socket);
			return;
		}
		line._httpMessage = this;
		const reply = this as unknown as Internals;
		reply.socket = socket;
		this.emit('socket', socket);
		reply._flush();
	}

	override detachSocket(socket: Socket): void {
		(socket as Line)._httpMessage = null;
		(this as unknown as Internals).socket = null;
	}

	override emit(event: string | symbol, ...words: unknown[]): boolean {
		// A write to a connection that just closed, whose `close` follows.
		if (event === 'error' && this.ear !== undefined) return true;
		if (event === 'close') this.ear?.closed(this.writableFinished);
		return super.emit(event, ...words);
	}
}

/** Whose turn it is. */
type Line = Socket & { _httpMessage?: ServerResponse | null };

interface Internals {
	socket: Socket | null;
	_flush(): void;
}
