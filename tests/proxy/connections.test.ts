import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import {
	ask,
	bodyOf,
	gateway,
	get,
	httpBackend,
	named,
	rawBackend,
	saying,
	statusOf,
	until
} from './world.ts';

/** Connections on both sides of the proxy: whose they are, how long they last, and how much may be on them. */

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** Answers each head at once with what `say` has for it, counting connections. */
async function counting(say: (nth: number, socket: net.Socket) => string): Promise<{
	url: string;
	connections: () => number;
	heard: () => string;
}> {
	const sockets = new Set<net.Socket>();
	let nth = 0;
	let heard = '';
	const url = await rawBackend((socket, received) => {
		sockets.add(socket);
		if (!received.endsWith('\r\n\r\n')) return;
		heard = received;
		socket.write(say(nth++, socket));
	});
	return { url, connections: () => sockets.size, heard: () => heard };
}

test('a client’s Connection: close ends its own connection and no other', async () => {
	const { url, connections, heard } = await counting(() => ok);
	const { port } = await gateway([url]);
	for (let i = 0; i < 5; i++) expect(await get(port)).toMatch(/^Connection: close\r$/m);
	expect(connections()).toBe(1);
	expect(heard()).not.toMatch(/connection: close/i);
});

test('the connection that was used last is used next', async () => {
	const peers: (number | undefined)[] = [];
	const { url } = await httpBackend((req, res) => {
		peers.push(req.socket.remotePort);
		setTimeout(() => res.end('ok'), req.url === '/slow' ? 60 : 20);
	});
	const { port } = await gateway([url]);
	await Promise.all([get(port, '/slow'), get(port, '/swift')]);
	await get(port);
	expect(peers[2]).toBe(peers[0]);
});

test('bytes that nobody asked for end an idle connection, and answer nobody', async () => {
	const { url, connections } = await counting((_, socket) => {
		setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'), 20);
		return ok;
	});
	const proxy = await gateway([url]);
	for (let i = 1; i <= 3; i++) {
		expect(bodyOf(await get(proxy.port))).toBe('ok');
		await until(() => proxy.roster.entry('A').upstream.connections().open === 0, 'it is closed');
		expect(connections()).toBe(i);
	}
});

test.each([
	['closed', (socket: net.Socket) => socket.end()],
	['reset', (socket: net.Socket) => socket.resetAndDestroy()]
])('an idle connection that is %s by its backend leaves the pool in silence', async (_, end) => {
	const { url, connections } = await counting((nth, socket) => {
		if (nth === 0) setTimeout(() => end(socket), 20);
		return ok;
	});
	const proxy = await gateway([url]);
	await get(proxy.port);
	await until(() => proxy.roster.entry('A').upstream.connections().open === 0, 'it has left');
	expect(bodyOf(await ask(proxy.port, 'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n'))).toBe('ok');
	expect(connections()).toBe(2);
});

test('a backend that says for how long it keeps a connection is not asked on it later', async () => {
	const { url, connections } = await counting(
		() => 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok'
	);
	const { port } = await gateway([url]);
	await get(port);
	await get(port);
	// A second less than it says is none at all.
	expect(connections()).toBe(2);
});

test('at its maxconn a backend gets no more at once; the rest wait, and beyond the queue they get 503', async () => {
	let now = 0;
	let most = 0;
	let refused = 0;
	const { url } = await httpBackend((_, res) => {
		most = Math.max(most, ++now);
		void until(() => refused === 3, 'all are here').then(() => {
			now--;
			res.end('ok');
		});
	});
	const { port } = await gateway([url], {
		backends: [{ id: 'A', url, limit: 2 }],
		rules: { queue: { limit: 3 } }
	});
	const one = async (): Promise<string> => {
		const answer = await get(port);
		if (statusOf(answer) === 503) refused++;
		return answer;
	};
	const answers = await Promise.all(Array.from({ length: 8 }, one));
	expect(most).toBe(2);
	expect(answers.map(statusOf).sort()).toEqual([200, 200, 200, 200, 200, 503, 503, 503]);
	const apology = answers.find((answer) => statusOf(answer) === 503) ?? '';
	expect(apology).toMatch(/^retry-after: 1\r$/im);
	expect(bodyOf(apology)).toMatch(/^declined: /);
});

test('who waits for too long gets 503, and is not sent to a backend afterwards', async () => {
	const asked: string[] = [];
	const { url } = await httpBackend((req, res) => {
		asked.push(req.url ?? '');
		setTimeout(() => res.end('ok'), 200);
	});
	const { port } = await gateway([url], {
		backends: [{ id: 'A', url, limit: 1 }],
		rules: { queue: { limit: 3, timeoutMs: 50 } }
	});
	const first = get(port, '/first');
	await until(() => asked.length === 1, 'the first is there');
	expect(bodyOf(await get(port, '/late'))).toMatch(/^queue-timeout: /);
	expect(bodyOf(await first)).toBe('ok');
	await sleep(20);
	expect(asked).toEqual(['/first']);
});

test('a backend whose connection does not stand in time is passed over, and is a 504 where it is alone', async () => {
	// A frozen process, with as many at its door as the system lets wait: whoever comes now hears nothing.
	const script =
		"const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))";
	const frozen = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
	onTestFinished(() => void frozen.kill('SIGKILL'));
	const [said] = (await once(frozen.stdout, 'data')) as [Buffer];
	frozen.kill('SIGSTOP');
	const connects = async (): Promise<boolean> => {
		const socket = net.connect(Number(said), '127.0.0.1').on('error', () => undefined);
		onTestFinished(() => void socket.destroy());
		return Promise.race([once(socket, 'connect').then(() => true), sleep(300, false)]);
	};
	while (await connects());
	const url = `http://127.0.0.1:${String(Number(said))}`;
	const alone = await gateway([url], { connectTimeoutMs: 100 });
	const began = performance.now();
	const response = await get(alone.port);
	expect(performance.now() - began).toBeGreaterThan(95);
	expect(statusOf(response)).toBe(504);
	expect(bodyOf(response)).toMatch(/^timeout: /);
	const { port } = await gateway([url, await named('well')], { connectTimeoutMs: 100 });
	expect(
		bodyOf(await ask(port, 'POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi'))
	).toBe('well');
});

test('an HTTP/1.0 client that asks for it keeps its connection, and hears where each answer ends', async () => {
	const { port } = await gateway([await saying(ok, 'wait')]);
	const again = 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
	const response = await ask(port, `${again}${again}GET / HTTP/1.0\r\n\r\n`);
	expect(response.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
	expect(response.match(/^Content-Length: 2\r$/gm)).toHaveLength(3);
});

test('Date is the backend’s, or is added, and Server is not invented', async () => {
	const dated = 'HTTP/1.1 200 OK\r\nDATE: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 2\r\n\r\nok';
	const { port } = await gateway([await saying(dated), await saying(ok)]);
	const both = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2);
	const [first = '', second = ''] = (
		await ask(port, `${both}GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
	).split(/(?=HTTP\/1\.1 )/);
	expect(first.match(/^date: .*$/gim)).toEqual(['DATE: Thu, 01 Jan 1970 00:00:00 GMT']);
	const [added = ''] = second.match(/^date: .*$/gim) ?? [];
	expect(Math.abs(Date.parse(added.slice(6)) - Date.now())).toBeLessThan(10_000);
	expect(second).not.toMatch(/^server:/im);
});

test.each([
	['a fragment', 'GET /a#b HTTP/1.1'],
	['a method that few know', 'PURGE /a HTTP/1.1'],
	['a method that nobody knows', 'FETCH /a HTTP/1.1'],
	['a query without a name', 'GET /?=&& HTTP/1.1']
])('%s gets an answer', async (_, line) => {
	const { port } = await gateway([await named('a')]);
	expect([200, 400]).toContain(statusOf(await ask(port, `${line}\r\nHost: h\r\nConnection: close\r\n\r\n`)));
});

test('a client that asks four thousand times and reads late holds up its own answers, and gets all in order', async () => {
	let asked = 0;
	let now = 0;
	let most = 0;
	const { url } = await httpBackend((req, res) => {
		asked++;
		most = Math.max(most, ++now);
		res.on('finish', () => now--);
		res.end(`${req.url ?? ''} ${'x'.repeat(asked % 2 === 0 ? 500 : 16_000)}`);
	});
	const { port } = await gateway([url], { ear: () => undefined });
	const requests = 4000;
	const socket = net.connect(port, '127.0.0.1');
	onTestFinished(() => void socket.destroy());
	socket.pause();
	for (let i = 0; i < requests; i++) socket.write(`GET /${String(i)} HTTP/1.1\r\nHost: h\r\n\r\n`);
	for (let before = -1; asked !== before || asked === 0;) {
		before = asked;
		await sleep(500);
	}
	expect(asked).toBeLessThan(requests);
	expect(most, 'one at a time').toBe(1);
	const seen: number[] = [];
	let rest = '';
	socket.on('data', (chunk) => {
		rest += chunk.toString('latin1');
		seen.push(...Array.from(rest.matchAll(/\r\n\r\n\/(\d+) /g), ([, nth]) => Number(nth)));
		rest = rest.slice(-40).replace(/\r\n\r\n\/\d+ [^]*/, '');
	});
	socket.resume();
	await until(() => seen.length >= requests, 'all are here', 30_000);
	expect(seen).toEqual(Array.from({ length: requests }, (_, i) => i));
}, 60_000);

test.each(['websocket', 'h2c'])(
	'an Upgrade to %s behind requests that are still to be answered waits for its turn',
	async (protocol) => {
		const slow = await httpBackend((req, res) => setTimeout(() => res.end(`[${req.url ?? ''}]`), 40));
		const { port } = await gateway([slow.url]);
		const plain = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
		const upgrade = `GET /c HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Key: x\r\n\r\n`;
		const last = 'GET /d HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
		const response = await ask(
			port,
			`${plain('/a')}${plain('/b')}${upgrade}${protocol === 'h2c' ? last : ''}`
		);
		// The backend knows no WebSocket, and its plain answer ends the connection.
		expect(response.match(/\[\/\w\]/g)).toEqual(
			['[/a]', '[/b]', '[/c]', '[/d]'].slice(0, protocol === 'h2c' ? 4 : 3)
		);
		expect(bodyOf(await get(port, '/well'))).toBe('[/well]');
	}
);

test('a CONNECT behind a request that is still to be answered is refused after that', async () => {
	const slow = await httpBackend((_, res) => setTimeout(() => res.end('slow'), 40));
	const { port } = await gateway([slow.url]);
	const response = await ask(
		port,
		'GET / HTTP/1.1\r\nHost: h\r\n\r\nCONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n'
	);
	expect(response).toMatch(/^HTTP\/1\.1 200 [^]*slow[^]*HTTP\/1\.1 501 /);
});

test('a client that pipelines and leaves leaves nothing behind', async () => {
	const { url } = await httpBackend((_, res) => setTimeout(() => res.end('ok'), 30));
	const proxy = await gateway([url]);
	const socket = net.connect(proxy.port, '127.0.0.1');
	socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(50));
	await until(() => proxy.events.some(({ kind }) => kind === 'answer'), 'one is answered');
	socket.destroy();
	const count = (kind: string): number => proxy.events.filter((event) => event.kind === kind).length;
	await until(() => count('send') === count('answer') && count('pick') === count('end'), 'all are over');
	expect(count('send')).toBeLessThan(50);
	expect(proxy.cluster.members.map(({ inflight }) => inflight)).toEqual([0]);
});

test('an answer that its client never takes is no answer', async () => {
	const { url } = await httpBackend((_, res) => res.end('x'.repeat(50_000)));
	const proxy = await gateway([url]);
	const socket = net.connect(proxy.port, '127.0.0.1');
	socket.pause();
	socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(2000));
	const count = (kind: string): number => proxy.events.filter((event) => event.kind === kind).length;
	for (let before = -1; count('end') !== before || before === 0;) {
		before = count('end');
		await sleep(500);
	}
	// The one on its way has come from the backend, and is not over.
	expect(count('end')).toBe(count('send'));
	expect(count('answer')).toBe(count('send') - 1);
	socket.destroy();
	await until(() => count('answer') === count('send'), 'the last is over');
	expect(proxy.events.at(-1)).toMatchObject({ kind: 'answer', result: 'cancelled', reason: 'client-left' });
}, 30_000);
