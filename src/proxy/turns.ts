import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** With so many behind the one that is being answered, nothing more is read from a connection. */
const mostWaiting = 16;

/** How many wait, by connection. */
const waiting = new WeakMap<Socket, number>();

/**
 * A client may send requests before it has its answers (pipelining), and Node announces each at once. Here each begins when the
 * answer before it is through: who sends a thousand in one breath has one backend's time, not a thousand connections.
 */
export function inTurn({ socket }: IncomingMessage, res: ServerResponse, begin: () => void): void {
	const ahead = waiting.get(socket) ?? 0;
	waiting.set(socket, ahead + 1);
	// Node reads on after each request, and can be stopped only then.
	if (ahead + 1 >= mostWaiting) setImmediate(pauseWhileFull, socket);
	res.once('socket', () => {
		const left = (waiting.get(socket) ?? 1) - 1;
		waiting.set(socket, left);
		if (left < mostWaiting / 2 && socket.isPaused()) socket.resume();
		process.nextTick(() => {
			if (!socket.destroyed) begin();
		});
	});
}

function pauseWhileFull(socket: Socket): void {
	if ((waiting.get(socket) ?? 0) >= mostWaiting) socket.pause();
}

/** When all that this connection owes is answered; never, if it ends before. */
export function whenAnswered(socket: Duplex, go: () => void): void {
	const { _httpMessage: owed } = socket as Duplex & { _httpMessage?: ServerResponse | null };
	if (owed == null) {
		if (!socket.destroyed && socket.writable) go();
	} else
		owed.once('close', () => {
			whenAnswered(socket, go);
		});
}
