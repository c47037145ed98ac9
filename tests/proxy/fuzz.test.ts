import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { requestSeeds, responseSeeds, spoiler } from './spoiled.ts';
import { gateway, get, statusOf } from './world.ts';

/** Ten thousand seeded messages that are nearly right: none ends the proxy, and none arrives as something else. */

const messages = 5000;
const atOnce = 24;

const { spoiled, oneOf } = spoiler(20);

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
