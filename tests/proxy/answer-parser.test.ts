import { request } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { AnswerError, AnswerParser } from '#proxy/answer-parser.ts';
import { responseSeeds, spoiler } from './spoiled.ts';

/** What a parser makes of the bytes of one answer, in these pieces, after which the connection ends. */
interface Reading {
	status: number;
	headers: readonly string[];
	body: string;
	/** Undefined: it never ended. */
	trailers: readonly string[] | undefined;
	reusable: boolean;
}

/** Undefined where it is refused. `ends`: the connection does so behind the last piece. */
function read(pieces: readonly string[], method = 'GET', ends = true): Reading | undefined {
	const reading: Reading = { status: 0, headers: [], body: '', trailers: undefined, reusable: false };
	const parser = new AnswerParser({
		interim: () => undefined,
		head(status, _, headers, whole) {
			Object.assign(reading, { status, headers });
			if (whole !== undefined) Object.assign(reading, { body: whole.toString('latin1'), trailers: [] });
		},
		data: (piece) => (reading.body += piece.toString('latin1')),
		end: (trailers) => (reading.trailers = trailers),
		switched: () => undefined
	});
	parser.expect(method, false);
	try {
		for (const piece of pieces) if (reading.trailers === undefined) parser.read(Buffer.from(piece, 'latin1'));
	} catch (error) {
		if (error instanceof AnswerError) return undefined;
		throw error;
	}
	reading.reusable = parser.reusable;
	if (ends) parser.close();
	return reading;
}

test.each([
	['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'hello', [], true],
	[
		'chunks',
		'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nhello\r\n0\r\nX-T: 1\r\n\r\n',
		'hello',
		['X-T', '1'],
		true
	],
	['its end', 'HTTP/1.1 200 OK\r\n\r\nhello', 'hello', [], false],
	['none', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n', '', [], true],
	['its end in HTTP/1.0', 'HTTP/1.0 200\r\nContent-Length: 5\r\n\r\nhello', 'hello', [], false],
	[
		'close among others',
		'HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 5\r\n\r\nhello',
		'hello',
		[],
		false
	],
	[
		'keep-alive in HTTP/1.0',
		'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello',
		'hello',
		[],
		true
	],
	[
		'a 103 before',
		'HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
		'',
		[],
		true
	]
])('an answer framed by %s is read the same however it is cut', (_, text, body, trailers, reusable) => {
	const whole = read([text]);
	expect(whole).toMatchObject({ body, trailers, reusable });
	expect(read(text.split(/(?=[^])/))).toEqual(whole);
	for (let at = 1; at < text.length; at++) expect(read([text.slice(0, at), text.slice(at)])).toEqual(whole);
});

test.each([
	['two lengths', 'Content-Length: 5\r\nContent-Length: 5'],
	['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
	['another coding', 'Transfer-Encoding: gzip, chunked'],
	['chunks twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
	['a signed length', 'Content-Length: +5'],
	['a folded header', 'X-A: b\r\n c'],
	['a blank before the colon', 'X-A : b'],
	['a bare CR', 'X-A: b\rContent-Length: 5'],
	['a bare LF', 'X-A: b\nContent-Length: 5'],
	['no name', ': b']
])('an answer with %s is refused', (_, header) => {
	expect(read([`HTTP/1.1 200 OK\r\n${header}\r\n\r\nhello`])).toBeUndefined();
});

test('bytes behind an answer leave the connection unfit for another', () => {
	expect(read(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1'])).toMatchObject({
		body: 'ok',
		reusable: false
	});
	expect(read(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'], 'HEAD')).toMatchObject({
		body: '',
		reusable: false
	});
});

test("what it accepts of 1000 spoiled answers, Node's own client reads as the same", async () => {
	const { spoiled, oneOf } = spoiler(21);
	const texts = Array.from({ length: 1000 }, () => spoiled(oneOf(responseSeeds)));
	const server = net.createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', (chunk) => {
			socket.end(texts[Number(/^GET \/(\d+) /.exec(chunk.toString())?.[1])] ?? '', 'latin1');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const { port } = server.address() as AddressInfo;
	let accepted = 0;
	const refused = new Set<string>();
	let next = 0;
	const one = async (): Promise<void> => {
		while (next < texts.length) {
			const i = next++;
			const text = texts[i] ?? '';
			const ours = read([text]);
			if (ours?.trailers === undefined) continue;
			accepted++;
			// What is behind it is nobody's for us; Node would refuse the answer for it.
			texts[i] = text.slice(0, endOf(text));
			const { status, body } = ours;
			const nodes = await askNode(port, i);
			if (typeof nodes === 'string') refused.add(nodes);
			else expect(nodes, JSON.stringify(texts[i])).toEqual({ status, body });
		}
	};
	await Promise.all(Array.from({ length: 16 }, one));
	expect(accepted).toBeGreaterThan(150);
	// All that Node refuses beyond is an interim answer that says close, and is not the last.
	expect([...refused].filter((code) => code !== 'HPE_CLOSED_CONNECTION')).toEqual([]);
});

/** How many characters it takes until the answer is whole. */
function endOf(text: string): number {
	let end = 1;
	while (end < text.length && read([text.slice(0, end)], 'GET', false)?.trailers === undefined) end++;
	return end;
}

/** What Node's client reads, or the code of its error. */
function askNode(port: number, i: number): Promise<{ status: number | undefined; body: string } | string> {
	return new Promise((resolve) => {
		const refuse = ({ code = 'failed' }: NodeJS.ErrnoException): void => {
			resolve(code);
		};
		const asked = request({ host: '127.0.0.1', port, path: `/${String(i)}`, agent: false }, (res) => {
			let body = '';
			res.setEncoding('latin1').on('data', (text: string) => (body += text));
			res.on('end', () => {
				resolve({ status: res.statusCode, body });
			});
			res.on('error', refuse);
		});
		asked.on('error', refuse);
		asked.end();
	});
}
