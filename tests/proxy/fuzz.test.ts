import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { gateway, get, statusOf } from './world.ts';

/** Ten thousand seeded messages that are nearly right: none ends the proxy, and none arrives as something else. */

const messages = 5000;
const atOnce = 24;

const random = randomStream(20, 'fuzz');
const below = (n: number): number => Math.floor(random() * n);
const oneOf = <T>(things: readonly T[]): T => things[below(things.length)] as T;

const hidden = 'GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n';
const requestSeeds = [
	'GET /a?b=c HTTP/1.1\r\nHost: h\r\nX-A: b\r\nConnection: close\r\n\r\n',
	`POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: ${String(hidden.length)}\r\n\r\n${hidden}`,
	`PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
	'DELETE /d HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
	'GET http://h/abs HTTP/1.1\r\nHost: h\r\nTE: trailers\r\nConnection: TE, close\r\n\r\n',
	'HEAD /h HTTP/1.0\r\n\r\n',
	'OPTIONS * HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok',
	'GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n'
];
const responseSeeds = [
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

/** One to four small changes. */
function spoiled(seed: string): string {
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
}

/** Send it, say no more, and wait until the other side has closed or says nothing more. */
function exchange(port: number, bytes: string): Promise<string> {
	return new Promise((resolve) => {
		const socket = net.connect({ port, host: '127.0.0.1' }, () => socket.end(bytes, 'latin1'));
		let text = '';
		socket.setTimeout(300, () => socket.destroy());
		socket.on('data', (chunk) => (text += chunk.toString('latin1')));
		socket.on('error', () => undefined);
		socket.on('close', () => {
			resolve(text);
		});
	});
}

async function all(each: (i: number) => Promise<void>): Promise<void> {
	let next = 0;
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			while (next < messages) await each(next++);
		})
	);
}

/** A server that notes every request it has read to its end. */
async function noting(note: (tag: string, request: string) => void): Promise<number> {
	const read = (req: IncomingMessage, res: ServerResponse): void => {
		let body = '';
		req.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
		req.on('error', () => undefined);
		req.on('end', () => {
			const target = (req.url ?? '').replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?=\?|$)/, '/');
			note(String(req.headers['x-tag'] ?? ''), `${req.method ?? ''} ${target} ${body}`);
			res.end('ok');
		});
	};
	const server = createServer(read);
	server.on('checkContinue', read);
	server.on('clientError', (_, socket) => socket.destroy());
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	return (server.address() as AddressInfo).port;
}

test('whatever is sent, a backend sees only what a server would have read from the same bytes', async () => {
	/** By tag: what the backend saw, and what a server sees that is sent the very bytes. */
	const seen = new Map<string, string[]>();
	const read = new Map<string, string[]>();
	const into = (map: Map<string, string[]>) => (tag: string, request: string) => {
		map.set(tag, [...(map.get(tag) ?? []), request]);
	};
	const backend = await noting(into(seen));
	const server = await noting(into(read));
	const { port, cluster } = await gateway([`http://127.0.0.1:${String(backend)}`], {
		ear: () => undefined,
		rules: { health: null, retries: 0 }
	});
	let answered = 0;
	await all(async (i) => {
		const tag = String(i);
		// Marks each of them, so that what arrives can be told apart, wherever the changes have fallen.
		const bytes = spoiled(oneOf(requestSeeds)).replaceAll(/(?<= HTTP\/1\.\d\r\n)/g, `X-Tag: ${tag}\r\n`);
		const [text] = await Promise.all([exchange(port, bytes), exchange(server, bytes)]);
		if (/^HTTP\/1\.1 \d{3} /.test(text)) answered++;
		const there = read.get(tag) ?? [];
		for (const request of seen.get(tag) ?? []) expect(there, JSON.stringify(bytes)).toContain(request);
	});
	expect(answered).toBeGreaterThan(messages / 2);
	// Fewer than were read: what is followed by garbage on its connection is called off with it.
	expect(seen.size).toBeGreaterThan(messages / 12);
	expect(cluster.members.map(({ inflight }) => inflight)).toEqual([0]);
	expect(statusOf(await get(port))).toBe(200);
}, 240_000);

/** What a strict client makes of an answer: whole, cut short, or wrong and why. */
function judged(text: string): string {
	let rest = text;
	for (;;) {
		const end = rest.indexOf('\r\n\r\n');
		if (end < 0) return 'cut';
		const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
		const status = Number(/^HTTP\/1\.1 (\d{3}) [\t -~\x80-\xff]*$/.exec(first)?.[1]);
		if (Number.isNaN(status)) return `no status line: ${JSON.stringify(first)}`;
		const wrong = lines.find((line) => !/^[!#$%&'*+.^_`|~\w-]+: ?[\t -~\x80-\xff]*$/.test(line));
		if (wrong !== undefined) return `no header: ${JSON.stringify(wrong)}`;
		rest = rest.slice(end + 4);
		if (status < 200) continue;
		const lengths = lines.flatMap((line) => /^content-length: *(.*)$/i.exec(line)?.[1] ?? []);
		const chunked = lines.some((line) => /^transfer-encoding: *chunked$/i.test(line));
		if (lengths.length > 1 || (chunked && lengths.length > 0)) return 'framed twice';
		if (status === 204 || status === 304) return rest === '' ? 'whole' : 'a body where none may be';
		if (chunked) return chunksOf(rest);
		const length = Number(lengths[0] ?? NaN);
		if (Number.isNaN(length)) return 'not framed';
		return rest.length < length ? 'cut' : rest.length === length ? 'whole' : 'more than its length';
	}
}

function chunksOf(text: string): string {
	let rest = text;
	for (;;) {
		const [, size = '', after = ''] = /^([0-9a-f]+)\r\n([^]*)$/i.exec(rest) ?? [];
		if (size === '') return rest.length < 20 && !rest.includes('\r\n') ? 'cut' : 'no chunk';
		const length = parseInt(size, 16);
		if (length === 0) return after.endsWith('\r\n') ? 'whole' : 'cut';
		if (after.length < length + 2) return 'cut';
		rest = after.slice(length + 2);
	}
}

test('whatever a backend says, a client is told one message in good form, or is cut off', async () => {
	const said = Array.from({ length: messages }, () => spoiled(oneOf(responseSeeds)));
	const backend = net.createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', (chunk) => {
			const [, i] = /^GET \/(\d+) /.exec(chunk.toString('latin1')) ?? [];
			socket.end(said[Number(i)] ?? '', 'latin1');
		});
	});
	await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void backend.close());
	const { port, cluster } = await gateway(
		[`http://127.0.0.1:${String((backend.address() as AddressInfo).port)}`],
		{ ear: () => undefined, rules: { health: null, retries: 0 } }
	);
	const verdicts = new Map<string, number>();
	await all(async (i) => {
		const text = await exchangeOpen(port, i);
		const verdict = judged(text);
		verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
		expect(['whole', 'cut'], `${JSON.stringify(said[i])} became ${JSON.stringify(text)}`).toContain(verdict);
	});
	expect(verdicts.get('whole')).toBeGreaterThan(messages / 2);
	expect(cluster.members.map(({ inflight }) => inflight)).toEqual([0]);
}, 240_000);

/** A plain request whose client waits for the end. */
function exchangeOpen(port: number, i: number): Promise<string> {
	return new Promise((resolve) => {
		const socket = net.connect({ port, host: '127.0.0.1' }, () =>
			socket.write(`GET /${String(i)} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
		);
		let text = '';
		socket.setTimeout(2000, () => socket.destroy());
		socket.on('data', (chunk) => (text += chunk.toString('latin1')));
		socket.on('error', () => undefined);
		socket.on('close', () => {
			resolve(text);
		});
	});
}
