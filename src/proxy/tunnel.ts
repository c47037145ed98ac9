import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * After 101 both sides speak something that is not HTTP: bytes go through as they come, half-closes included,
 * until both ends are closed; an error of one ends the other.
 */
export function tunnel(
	res: ServerResponse,
	client: Socket,
	backend: Duplex,
	headers: readonly string[],
	closed: () => void
): void {
	// From here on nobody writes HTTP to this connection any more.
	res.detachSocket(client);
	client.write(switching(headers), 'latin1');
	let open = 2;
	for (const [side, other] of [
		[client, backend],
		[backend, client]
	] as const) {
		side.on('error', () => other.destroy());
		side.on('close', () => {
			if (--open === 0) closed();
			else if (!side.readableEnded || !side.writableFinished) other.destroy();
		});
		side.pipe(other);
	}
}

function switching(headers: readonly string[]): string {
	let head = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
	headers.forEach((part, i) => {
		head += i % 2 === 0 ? `${part}: ` : `${part}\r\n`;
	});
	return `${head}\r\n`;
}
