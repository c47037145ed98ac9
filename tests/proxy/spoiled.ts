import { randomStream } from '#balancer/random.ts';

/** Messages that are nearly right, the same for the same seed. */

const hidden = 'GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n';
export const requestSeeds = [
	'GET /a?b=c HTTP/1.1\r\nHost: h\r\nX-A: b\r\nConnection: close\r\n\r\n',
	`POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: ${String(hidden.length)}\r\n\r\n${hidden}`,
	`PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
	'DELETE /d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
	'GET http://h/abs HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n',
	'HEAD /h HTTP/1.0\r\n\r\n',
	'OPTIONS * HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok',
	'GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n',
	// Several in one breath.
	'GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n',
	'POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nokGET /h2c HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n',
	'GET /a HTTP/1.1\r\nHost: h\r\n\r\nCONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n'
];
export const responseSeeds = [
	'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello',
	'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n',
	'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n',
	'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end',
	'HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n',
	'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n',
	'HTTP/1.0 200 OK\r\n\r\nold'
];
const spices = [
	...['\r', '\n', '\r\n', '\0', ' ', '\t', ':', ',', ';', '\x0b', '\x7f', '\xff', '0', '-', '+', 'f', '1'],
	...[
		'Content-Length: 3\r\n',
		'Content-Length: 0\r\n',
		'Transfer-Encoding: chunked\r\n',
		'Transfer-Encoding: gzip\r\n'
	],
	...[
		'Connection: close\r\n',
		'Connection: Content-Length, Host\r\n',
		'Host: other\r\n',
		'Expect: 100-continue\r\n'
	],
	...['HTTP/1.1', 'chunked', hidden, '0\r\n\r\n', 'x'.repeat(300)]
];

/** `spoiled` makes one to four small changes to a message. */
export function spoiler(seed: number): {
	readonly spoiled: (message: string) => string;
	readonly oneOf: <T>(things: readonly T[]) => T;
} {
	const random = randomStream(seed, 'fuzz');
	const below = (n: number): number => Math.floor(random() * n);
	const oneOf = <T>(things: readonly T[]): T => things[below(things.length)] as T;
	const spoiled = (seed: string): string => {
		let text = seed;
		for (let changes = 1 + below(4); changes > 0; changes--) {
			const at = below(text.length + 1);
			const end = at + below(6);
			switch (below(5)) {
				case 0:
					text = text.slice(0, at) + oneOf(spices) + text.slice(at);
					break;
				case 1:
					text = text.slice(0, at) + text.slice(end);
					break;
				case 2:
					text = text.slice(0, at) + oneOf(spices) + text.slice(end);
					break;
				case 3:
					text = text.slice(0, end) + text.slice(at, end) + text.slice(end);
					break;
				default: {
					// Where it hurts: at the beginning of a header.
					const line = text.indexOf('\r\n', below(Math.max(1, text.indexOf('\r\n\r\n')))) + 2;
					text = text.slice(0, line) + oneOf(spices) + text.slice(line);
				}
			}
		}
		return text;
	};
	return { spoiled, oneOf };
}
