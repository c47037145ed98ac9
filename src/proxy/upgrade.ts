import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { valueOf, wantsWebSocket } from './headers.ts';
import { Reply } from './reply.ts';
import { whenAnswered } from './turns.ts';

/**
 * Node hands every `Upgrade` to this listener with a bare connection. A WebSocket gets a response object of its
 * own, so that refusals and errors are written as everywhere; anything else (h2c above all) is no reason to
 * change protocol, so the connection is given back with that header gone and served as ordinary HTTP/1.1.
 */
export function onUpgrade(
	server: Server,
	serve: (req: IncomingMessage, res: Reply, socket: Socket) => void
): void {
	server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
		// Always a net.Socket, unless someone feeds the server other streams by hand. With as many headers Node 20
		// may have dropped some, and a head with holes is not to be given back.
		if (!(socket instanceof Socket) || req.rawHeaders.length >= 2000) {
			socket.destroy();
			return;
		}
		socket.on('error', () => socket.destroy());
		// It may stand behind requests that are still to be answered.
		whenAnswered(socket, () => {
			if (!wantsWebSocket(req.method, req.rawHeaders)) {
				giveBack(server, req, socket, head);
				return;
			}
			socket.setTimeout(0);
			if (head.length > 0) socket.unshift(head);
			const res = new Reply(req);
			res.shouldKeepAlive = false;
			res.assignSocket(socket);
			res.on('finish', () => socket.end());
			serve(req, res, socket);
		});
	});
}

/** Most of a body that is held to be given back, and how long its client may be silent. */
const mostBody = 1_000_000;
const bodyWithinMs = 10_000;

/**
 * Serve it as any other request. Up to Node 24 its body is in `head` still, as it came; newer ones have read it, and it is
 * put back there. Of chunks nobody could tell which of both it was, and whoever sends them with an Upgrade is refused.
 */
function giveBack(server: Server, req: IncomingMessage, socket: Socket, head: Buffer): void {
	const again = (body: Buffer): void => {
		socket.unshift(Buffer.concat([Buffer.from(withoutUpgrade(req), 'latin1'), body, head]));
		server.emit('connection', socket);
	};
	const refuse = (): void => {
		socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
	};
	if (valueOf(req.rawHeaders, 'transfer-encoding') !== undefined) refuse();
	else if (req.complete && req.readableLength === 0) again(Buffer.alloc(0));
	else if (Number(valueOf(req.rawHeaders, 'content-length')) > mostBody) refuse();
	else {
		const pieces: Buffer[] = [];
		const late = (): void => void socket.destroy();
		socket.setTimeout(bodyWithinMs, late);
		req.on('data', (piece: Buffer) => pieces.push(piece));
		req.on('end', () => {
			socket.off('timeout', late);
			again(Buffer.concat(pieces));
		});
		req.on('error', () => socket.destroy());
	}
}

function withoutUpgrade({ method = 'GET', url = '/', httpVersion, rawHeaders }: IncomingMessage): string {
	let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
	for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
		const name = rawHeaders[i] ?? '';
		if (name.toLowerCase() !== 'upgrade') head += `${name}: ${rawHeaders[i + 1] ?? ''}\r\n`;
	}
	return `${head}\r\n`;
}
