import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { defaultRules, type ProxyRules } from '#proxy/server.ts';
import { headerLine, readRecording } from '#record/recording.ts';
import { replay } from '#record/replay.ts';
import { bodyOf, gateway, get, httpBackend, named, statusOf, until, type Gateway } from './world.ts';

/** What may change while a proxy runs: health, who serves, how it is decided. */

const swift = { everyMs: 20, timeoutMs: 200, fall: 2, rise: 2 };

function stateOf({ cluster }: Gateway, id: string): unknown {
	return cluster.members.find((member) => member.id === id);
}

async function answers(port: number, times: number): Promise<string[]> {
	const bodies: string[] = [];
	for (let i = 0; i < times; i++) bodies.push(bodyOf(await get(port)));
	return bodies;
}

test('active checks take out who answers badly, and bring it back when it answers well', async () => {
	let well = true;
	const asked: string[] = [];
	const { url } = await httpBackend((req, res) => {
		if (req.url === '/healthz') asked.push(req.method ?? '');
		res.statusCode = req.url === '/healthz' && !well ? 500 : 200;
		res.end('A');
	});
	const proxy = await gateway([url, await named('B')], { checks: { ...swift, path: '/healthz' } });
	await until(() => asked.length > 2, 'it was asked');
	expect(new Set(await answers(proxy.port, 4))).toEqual(new Set(['A', 'B']));
	well = false;
	await until(() => proxy.cluster.available.length === 1, 'it is out');
	expect(await answers(proxy.port, 4)).toEqual(['B', 'B', 'B', 'B']);
	expect(proxy.events).toContainEqual(
		expect.objectContaining({ kind: 'backend', backend: 'A', change: 'down' })
	);
	well = true;
	await until(() => proxy.cluster.available.length === 2, 'it is back');
	expect(new Set(await answers(proxy.port, 4))).toEqual(new Set(['A', 'B']));
});

test.each([
	['one that never answers', '/healthz'],
	['for a connection alone, one that never answers is well', null]
] as const)('a check has its time: %s', async (_, path) => {
	const { url } = await httpBackend(() => undefined);
	const proxy = await gateway([url, await named('B')], { checks: { ...swift, timeoutMs: 40, path } });
	if (path === null) {
		await sleep(300);
		expect(proxy.cluster.available).toHaveLength(2);
	} else await until(() => proxy.cluster.available.length === 1, 'it is out');
});

test('a connection is refused by who is gone, and that is all a TCP check needs', async () => {
	const { url, server } = await httpBackend((_, res) => res.end('A'));
	const proxy = await gateway([url, await named('B')], { checks: { ...swift, path: null } });
	server.close();
	server.closeAllConnections();
	await until(() => proxy.cluster.available.length === 1, 'it is out');
});

test('what a person wants and what the checks say do not undo each other', async () => {
	let well = true;
	const { url } = await httpBackend((req, res) => {
		res.statusCode = req.url === '/healthz' && !well ? 500 : 200;
		res.end('A');
	});
	const proxy = await gateway([url, await named('B')], { checks: { ...swift, path: '/healthz' } });
	proxy.roster.want('A', 'drain');
	well = false;
	await until(() => (stateOf(proxy, 'A') as { state: string }).state === 'down', 'the checks have it out');
	well = true;
	await until(() => (stateOf(proxy, 'A') as { state: string }).state === 'drain', 'it drains again');
	proxy.roster.want('A', 'maint');
	expect(stateOf(proxy, 'A')).toMatchObject({ state: 'down' });
	proxy.roster.want('A', 'ready');
	expect(stateOf(proxy, 'A')).toMatchObject({ state: 'ready' });
});

test('a backend that drains ends what it has and gets no more', async () => {
	let release = (): void => undefined;
	const { url } = await httpBackend((_, res) => {
		release = () => res.end('slow');
	});
	const proxy = await gateway([url, await named('B')]);
	const slow = get(proxy.port);
	await until(() => proxy.cluster.members[0]?.inflight === 1, 'it is there');
	proxy.roster.want('A', 'drain');
	expect(await answers(proxy.port, 3)).toEqual(['B', 'B', 'B']);
	release();
	expect(bodyOf(await slow)).toBe('slow');
});

test('a backend that is removed ends what it has', async () => {
	let release = (): void => undefined;
	const { url } = await httpBackend((_, res) => {
		release = () => res.end('slow');
	});
	const proxy = await gateway([url, await named('B')]);
	const slow = get(proxy.port);
	await until(() => proxy.cluster.members[0]?.inflight === 1, 'it is there');
	proxy.roster.remove('A');
	expect(await answers(proxy.port, 2)).toEqual(['B', 'B']);
	release();
	expect(bodyOf(await slow)).toBe('slow');
});

test('rules that change take whoever waits along', async () => {
	const { url } = await httpBackend((_, res) => setTimeout(() => res.end('A'), 80));
	const backends = [{ id: 'A', url, limit: 1 }];
	const proxy = await gateway([url], { backends, rules: { queue: { limit: 10 } } });
	const all = Promise.all(Array.from({ length: 4 }, () => get(proxy.port)));
	await until(() => proxy.waiting === 3, 'three wait');
	await proxy.apply({ ...proxy.rules, rules: { queue: { limit: 10 }, retries: 2 } });
	expect((await all).map(statusOf)).toEqual([200, 200, 200, 200]);
});

test('a recording that goes on while all begins anew replays to the same decisions', async () => {
	const slow = await httpBackend((_, res) => setTimeout(() => res.end('A'), 10 * Math.random()));
	const strategy = { name: 'random', knobs: {} } as const;
	const proxy = await gateway([slow.url, await named('B'), await named('C')], { strategy, seed: 3 });
	const many = (): Promise<unknown> => Promise.all(Array.from({ length: 15 }, () => get(proxy.port)));
	await many();
	const during = many();
	proxy.beginAnew(() => undefined)();
	await during;
	await many();
	await until(() => proxy.events.filter(({ kind }) => kind === 'answer').length === 45, 'all are told');
	const lines = proxy.events.map((event) => JSON.stringify(event));
	const text = [headerLine({ strategy, seed: 3, rules: defaultRules }), ...lines, ''].join('\n');
	const { same, total, difference } = replay(readRecording(text, 'session'), 'session');
	expect(difference).toBeUndefined();
	expect([same, total]).toEqual([45, 45]);
});

test('rules that cannot be gone by change nothing', async () => {
	const proxy = await gateway([await named('A')]);
	const before = JSON.stringify(proxy.rules);
	await expect(proxy.apply({ ...proxy.rules, backends: [] })).rejects.toThrow('There is no backend');
	await expect(proxy.apply({ ...proxy.rules, trust: ['x'] })).rejects.toThrow('"x" is no address');
	await expect(
		proxy.apply({ ...proxy.rules, backends: [{ id: 'A', url: `http://127.0.0.1:${String(proxy.port)}` }] })
	).rejects.toThrow('this proxy itself');
	expect(JSON.stringify(proxy.rules)).toBe(before);
	expect(await answers(proxy.port, 1)).toEqual(['A']);
});

test('strategies, backends, weights and rules change in a loop under load, and no request fails', async () => {
	const servers: Server[] = [];
	const urls = await Promise.all(
		['A', 'B', 'C', 'D'].map(async (name) => {
			const server = createServer((_, res) => setTimeout(() => res.end(name), Math.random() * 4));
			servers.push(server);
			await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
			return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
		})
	);
	onTestFinished(() => {
		for (const server of servers) {
			server.close();
			server.closeAllConnections();
		}
	});
	const proxy = await gateway(urls);
	const all = proxy.rules.backends;
	let answered = 0;
	let turns = 0;
	const enough = (): boolean => turns >= 80 && answered >= 400;
	const failures: string[] = [];
	const client = async (): Promise<void> => {
		const agent = new Agent({ keepAlive: true });
		onTestFinished(() => {
			agent.destroy();
		});
		while (!enough()) {
			await new Promise<void>((resolve) => {
				request({ host: '127.0.0.1', port: proxy.port, agent }, (res) => {
					if (res.statusCode !== 200) failures.push(String(res.statusCode));
					answered++;
					res.resume().on('end', resolve);
				})
					.on('error', (error) => {
						failures.push(error.message);
						resolve();
					})
					.end();
			});
		}
	};
	const changes: ((turn: number) => Partial<ProxyRules>)[] = [
		() => ({ strategy: { name: 'two-choices', knobs: {} } }),
		(turn) => ({ backends: all.filter((_, i) => i !== turn % 4) }),
		() => ({ strategy: { name: 'least-connections', knobs: {} } }),
		(turn) => ({ backends: all.map((spec, i) => ({ ...spec, weight: 1 + ((i + turn) % 3) })) }),
		(turn) => ({ rules: { retries: turn % 3, queue: { limit: 100 } } }),
		() => ({ strategy: { name: 'smooth-weighted-round-robin', knobs: {} } }),
		(turn) => ({ timeoutMs: 5000 + turn }),
		() => ({ backends: all })
	];
	const changing = async (): Promise<void> => {
		for (; !enough(); turns++) {
			await proxy.apply({ ...proxy.rules, ...changes[turns % changes.length]?.(turns) });
			await sleep(10);
		}
	};
	await Promise.all([changing(), ...Array.from({ length: 12 }, client)]);
	expect(failures).toEqual([]);
	await until(() => proxy.cluster.members.every(({ inflight }) => inflight === 0), 'nothing is in flight');
});
