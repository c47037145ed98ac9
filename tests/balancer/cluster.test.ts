import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster, type ClusterChange, type ClusterOptions } from '#balancer/cluster.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Backend, Call, Outcome, Result, Strategy } from '#balancer/strategy.ts';
import { callWith } from './backends.ts';

/** A cluster of backends a, b, c … with weight 1 that takes turns, and what it told. */
function clusterOf(size: number, options: ClusterOptions = {}) {
	const told: string[] = [];
	const onChange = ({ at, backend, change }: ClusterChange): void => {
		told.push(`${String(at)} ${backend.id} ${change}`);
	};
	const cluster = new Cluster(createStrategy('round-robin', {}, Math.random), { ...options, onChange });
	for (let i = 0; i < size; i++) cluster.add(String.fromCharCode(97 + i), { weight: 1 }, 0);
	told.length = 0;
	return { cluster, told };
}

const ids = (backends: readonly Backend[]): string => backends.map(({ id }) => id).join('');
const outcome = (result: Result, at = 0, call: Call = callWith('')): Outcome => ({
	call,
	at,
	latency: 1,
	result
});

/** Place a call at an instant and end it there. */
function serve(cluster: Cluster, at: number, result: Result): string {
	const backend = cluster.acquire(callWith('', 0, at));
	if (backend === undefined) return '-';
	cluster.release(backend, outcome(result, at));
	return backend.id;
}

test('Cluster counts a call from acquire to release', () => {
	const { cluster } = clusterOf(1);
	const [a] = cluster.members;
	const backend = cluster.acquire(callWith(''));
	expect(backend).toBe(a);
	expect(a?.inflight).toBe(1);
	if (backend !== undefined) cluster.release(backend, outcome('ok'));
	expect(a?.inflight).toBe(0);
});

test('Cluster has nobody to give when it is empty, and leaves the strategy alone', () => {
	const asked: string[] = [];
	const cluster = new Cluster({ pick: () => void asked.push('asked') });
	expect(cluster.acquire(callWith(''))).toBeUndefined();
	expect(asked).toEqual([]);
});

test('Cluster counts nothing when the strategy declines', () => {
	const cluster = new Cluster({ pick: () => undefined });
	const a = cluster.add('a', { weight: 1 }, 0);
	expect(cluster.acquire(callWith(''))).toBeUndefined();
	expect(a.inflight).toBe(0);
});

test('Cluster makes a new list on a slow change, and only then', () => {
	const { cluster, told } = clusterOf(3);
	const changes: (() => void)[] = [
		() => cluster.add('d', { weight: 1 }, 1),
		() => {
			cluster.setWeight('a', 2, 2);
		},
		() => {
			cluster.setState('b', 'drain', 3);
		},
		() => {
			cluster.setState('b', 'ready', 4);
		},
		() => {
			cluster.remove('c', 5);
		}
	];
	for (const change of changes) {
		const before = cluster.available;
		serve(cluster, 0, 'error');
		cluster.setWeight('a', cluster.members[0]?.weight ?? 0, 0);
		cluster.setState('a', 'ready', 0);
		expect(cluster.available).toBe(before);
		change();
		expect(cluster.available).not.toBe(before);
	}
	expect(ids(cluster.available)).toBe('abd');
	expect(told).toEqual(['1 d added', '2 a weight', '3 b drain', '4 b ready', '5 c removed']);
});

test('Cluster lets a draining or removed backend end what it has, and sends it no more', () => {
	const { cluster } = clusterOf(3);
	const [a, b] = [cluster.acquire(callWith('')), cluster.acquire(callWith(''))];
	cluster.setState('a', 'drain', 1);
	cluster.remove('b', 1);
	expect([1, 2, 3].map((at) => serve(cluster, at, 'ok'))).toEqual(['c', 'c', 'c']);
	for (const backend of [a, b]) if (backend !== undefined) cluster.release(backend, outcome('ok', 4));
	expect([a?.inflight, b?.inflight]).toEqual([0, 0]);
	expect(ids(cluster.members)).toBe('ac');
});

test('Cluster says since when a backend serves', () => {
	const { cluster } = clusterOf(1, { health: { fall: 1, ejectMs: 50 } });
	const b = cluster.add('b', { weight: 1 }, 7);
	expect(b.since).toBe(7);
	cluster.setState('b', 'down', 10);
	cluster.setState('b', 'ready', 20);
	expect(b.since).toBe(20);
	cluster.setState('a', 'drain', 20);
	expect(serve(cluster, 30, 'error')).toBe('b');
	cluster.acquire(callWith('', 0, 85));
	expect(b.since).toBe(85);
});

test('Cluster leaves out whom the request has tried, as long as another is there', () => {
	const { cluster } = clusterOf(2);
	const [a, b] = cluster.available;
	if (a === undefined || b === undefined) throw new Error('two backends are expected');
	expect(cluster.acquire(callWith(''), [a])).toBe(b);
	expect(cluster.acquire(callWith(''), [b])).toBe(a);
	expect(cluster.acquire(callWith(''), [a, b])).toBeDefined();
});

test('Cluster ejects who fails, and restores it with the first call after its time', () => {
	const { cluster, told } = clusterOf(3, { health: { fall: 2, ejectMs: 100 } });
	const results = { a: 'ok', b: 'error', c: 'ok' } as const;
	const calls = [1, 2, 3, 4, 5, 6, 7, 104, 105, 106, 107].map((at) => {
		const backend = cluster.acquire(callWith('', 0, at));
		if (backend !== undefined) cluster.release(backend, outcome(results[backend.id as 'a' | 'b' | 'c'], at));
		return backend?.id ?? '-';
	});
	expect(calls.join('')).toBe('abcabcacabc');
	expect(told).toEqual(['5 b ejected', '105 b restored', '106 b ejected']);
});

test('Cluster panics when all are ejected: rather all than none', () => {
	const { cluster } = clusterOf(2, { health: { fall: 1, ejectMs: 100 } });
	serve(cluster, 1, 'error');
	expect(ids(cluster.available)).toBe('b');
	serve(cluster, 2, 'error');
	expect(ids(cluster.available)).toBe('ab');
	serve(cluster, 101, 'ok');
	expect(ids(cluster.available)).toBe('a');
});

test('Cluster does not panic over those that were taken out on purpose', () => {
	const { cluster } = clusterOf(2, { health: { fall: 1, ejectMs: 100 } });
	cluster.setState('b', 'down', 0);
	serve(cluster, 1, 'error');
	expect(ids(cluster.available)).toBe('a');
	cluster.setState('a', 'drain', 2);
	expect(cluster.acquire(callWith('', 0, 3))).toBeUndefined();
});

test('Cluster does not judge who is out or gone by what was still in flight there', () => {
	const { cluster, told } = clusterOf(3, { health: { fall: 1, ejectMs: 100 } });
	const open = [0, 1, 2].map(() => cluster.acquire(callWith('')));
	cluster.remove('a', 1);
	cluster.setState('b', 'down', 1);
	cluster.setState('c', 'drain', 1);
	cluster.add('d', { weight: 1 }, 1);
	const before = cluster.available;
	told.length = 0;
	for (const backend of open) if (backend !== undefined) cluster.release(backend, outcome('error', 2));
	expect(serve(cluster, 200, 'ok')).toBe('d');
	expect(told).toEqual([]);
	expect(cluster.available).toBe(before);
});

test('Cluster forgets an ejection when the backend is taken out, and starts it afresh', () => {
	const { cluster, told } = clusterOf(2, { health: { fall: 1, ejectMs: 100 } });
	serve(cluster, 1, 'error');
	cluster.setState('a', 'down', 2);
	serve(cluster, 150, 'ok');
	cluster.setState('a', 'ready', 151);
	expect(ids(cluster.available)).toBe('ab');
	expect(told).toEqual(['1 a ejected', '2 a down', '151 a ready']);
});

test('Cluster swaps the strategy in mid-flight and keeps the counts', () => {
	const { cluster } = clusterOf(2);
	const first = cluster.acquire(callWith(''));
	const ended: string[] = [];
	const strategy: Strategy = {
		pick: (backends) => backends.find(({ inflight }) => inflight === 0),
		done: (backend, { result }) => void ended.push(`${backend.id} ${result}`)
	};
	cluster.use(strategy, 4);
	expect(cluster.strategy).toBe(strategy);
	expect(cluster.acquire(callWith(''))?.id).toBe('b');
	if (first !== undefined) cluster.release(first, outcome('timeout'));
	expect(ended).toEqual(['a timeout']);
});

test('Cluster refuses a taken id, an unknown one, a weight and a limit that are none', () => {
	const { cluster } = clusterOf(2);
	expect(() => cluster.add('a', { weight: 1 }, 0)).toThrow('already a backend "a"');
	expect(() => {
		cluster.remove('z', 0);
	}).toThrow('no backend "z" here: the backends are a, b');
	for (const limit of [0, -1, NaN]) {
		expect(() => cluster.add('c', { limit }, 0)).toThrow(`limit of "c" is ${String(limit)}`);
	}
	for (const weight of [-1, NaN, Infinity]) {
		expect(() => cluster.add('c', { weight }, 0)).toThrow(`weight of "c" is ${String(weight)}`);
		expect(() => {
			cluster.setWeight('a', weight, 0);
		}).toThrow(RangeError);
	}
	expect(ids(cluster.available)).toBe('ab');
});

test('Cluster sends nothing to weight 0, and remembers since when one with a weight again serves', () => {
	const { cluster, told } = clusterOf(2);
	const [a] = cluster.members;
	cluster.setWeight('a', 0, 3);
	expect(ids(cluster.available)).toBe('b');
	cluster.setWeight('b', 0, 4);
	expect(cluster.acquire(callWith(''))).toBeUndefined();
	cluster.setWeight('a', 2, 5);
	expect(ids(cluster.available)).toBe('a');
	expect(a?.since).toBe(5);
	expect(cluster.add('c', { weight: 0 }, 6).weight).toBe(0);
	expect(ids(cluster.available)).toBe('a');
	expect(told).toEqual(['3 a weight', '4 b weight', '5 a weight', '6 c added']);
});

test('Cluster gives nobody more calls than its limit, and makes no new list for that', () => {
	const cluster = new Cluster(createStrategy('round-robin', {}, Math.random));
	for (const id of ['a', 'b']) cluster.add(id, { limit: 2 }, 0);
	const { available } = cluster;
	const open = [1, 2, 3, 4, 5].map(() => cluster.acquire(callWith('')));
	expect(open.map((backend) => backend?.id)).toEqual(['a', 'b', 'a', 'b', undefined]);
	for (const backend of open.slice(1, 2)) if (backend !== undefined) cluster.release(backend, outcome('ok'));
	expect([1, 2].map(() => cluster.acquire(callWith(''))?.id)).toEqual(['b', undefined]);
	expect(cluster.available).toBe(available);
});

test('Cluster shows full and tried backends to a strategy that walks, and lets it have none that is full', () => {
	const seen: string[] = [];
	const strategy: Strategy = {
		walks: true,
		pick(backends, _call, tried = []) {
			seen.push(`${ids(backends)} without ${ids(tried)}`);
			return backends[0];
		}
	};
	const cluster = new Cluster(strategy);
	for (const id of ['a', 'b']) cluster.add(id, { limit: 1 }, 0);
	const a = cluster.acquire(callWith(''));
	expect(a?.id).toBe('a');
	expect(cluster.acquire(callWith(''), a && [a])).toBeUndefined();
	expect(cluster.choose(callWith(''))).toBe(a);
	expect(a?.inflight).toBe(1);
	expect(seen).toEqual(['ab without ', 'ab without a', 'ab without ']);
});

test('Cluster asks backups when no other is left: out, full or failed for this call', () => {
	const cluster = new Cluster(createStrategy('round-robin', {}, Math.random), { again: false });
	cluster.add('a', { limit: 1 }, 0);
	for (const id of ['x', 'y']) cluster.add(id, { backup: true }, 0);
	const [a, x, y] = cluster.members;
	if (a === undefined || x === undefined || y === undefined) throw new Error('three backends are expected');
	expect(ids(cluster.available)).toBe('a');
	expect(cluster.acquire(callWith(''), [a])).toBe(x);
	expect(cluster.acquire(callWith(''), [a, x])).toBe(y);
	expect(cluster.acquire(callWith(''), [a, x, y])).toBeUndefined();
	expect(cluster.acquire(callWith(''))).toBe(a);
	expect([x, y]).toContain(cluster.acquire(callWith('')));
	cluster.setState('a', 'down', 1);
	expect(ids(cluster.available)).toBe('xy');
});

test('Cluster sends all to the first backup where only one stands in, without asking the strategy', () => {
	const asked: string[] = [];
	const lists: string[] = [];
	const strategy: Strategy = {
		pick(backends) {
			asked.push(ids(backends));
			return backends[0];
		},
		changed: (backends, at) => void lists.push(`${String(at)} ${ids(backends)}`)
	};
	const cluster = new Cluster(strategy, { backups: 'first' });
	cluster.add('x', { backup: true }, 0);
	cluster.add('y', { backup: true }, 0);
	cluster.add('a', {}, 0);
	cluster.setState('a', 'down', 1);
	expect([1, 2].map(() => cluster.acquire(callWith(''))?.id)).toEqual(['x', 'x']);
	cluster.setState('x', 'down', 2);
	expect(cluster.acquire(callWith(''))?.id).toBe('y');
	expect(asked).toEqual([]);
	cluster.setState('a', 'ready', 3);
	expect(cluster.acquire(callWith(''))?.id).toBe('a');
	expect(lists).toEqual(['0 ', '0 ', '0 a', '1 ', '2 ', '3 a']);
});

test('Cluster leaves a failed call without a backend rather than ask one again, if it is told so', () => {
	const { cluster } = clusterOf(2, { again: false });
	expect(cluster.acquire(callWith(''), [...cluster.available])).toBeUndefined();
});

test('Cluster asks nobody where it does not panic', () => {
	const { cluster } = clusterOf(1, { health: { fall: 1, ejectMs: 100 }, panic: false });
	expect(serve(cluster, 0, 'error')).toBe('a');
	expect(serve(cluster, 99, 'ok')).toBe('-');
	expect(serve(cluster, 100, 'ok')).toBe('a');
});

test('Cluster tells a strategy all that have a place in its table, but no backups', () => {
	const told: string[] = [];
	const strategy: Strategy = { pick: () => undefined, members: (all) => void told.push(ids(all)) };
	const cluster = new Cluster(strategy);
	cluster.add('a', {}, 0);
	cluster.add('x', { backup: true }, 0);
	cluster.add('b', {}, 0);
	cluster.setState('a', 'down', 1);
	cluster.setWeight('b', 3, 2);
	cluster.remove('a', 3);
	expect(told).toEqual(['a', 'a', 'ab', 'ab', 'b']);
	cluster.use(strategy, 4);
	expect(told.at(-1)).toBe('b');
});

test('Cluster keeps the facts it is given, and counts by places where it is given none', () => {
	const { cluster } = clusterOf(0);
	cluster.add('a', { number: 2, address: '10.0.0.1:80', health: { fall: 4, ejectMs: 1 } }, 0);
	cluster.add('b', {}, 0);
	cluster.add('c', {}, 0);
	expect(cluster.members.map(({ number, address, fall }) => [number, address, fall])).toEqual([
		[2, '10.0.0.1:80', 4],
		[1, 'b', 0],
		[3, 'c', 0]
	]);
	cluster.remove('b', 1);
	expect(cluster.add('d', {}, 2).number).toBe(1);
});

test('Cluster starts slowly whoever comes back, by weight and by limit', () => {
	const { cluster, told } = clusterOf(1, { slowStart: { ms: 4000 } });
	const b = cluster.add('b', { weight: 16, limit: 8 }, 0);
	expect([b.weight, b.limit]).toEqual([16, 8]);
	cluster.setState('b', 'down', 500);
	cluster.setState('b', 'ready', 1000);
	const course = [1000, 1999, 2000, 4500, 5000].map((at) => {
		cluster.choose(callWith('', 0, at));
		return [b.weight, b.limit];
	});
	expect(course).toEqual([
		[1, 1],
		[1, 1],
		[5, 2],
		[13, 6],
		[16, 8]
	]);
	expect(told).toEqual([
		'0 b added',
		'500 b down',
		'1000 b ready',
		'2000 b weight',
		'4500 b weight',
		'5000 b weight'
	]);
	const before = cluster.available;
	cluster.choose(callWith('', 0, 9000));
	expect(cluster.available).toBe(before);
});

test('Cluster starts slowly whoever joins late, and takes a new weight up in the middle of it', () => {
	const { cluster } = clusterOf(1, { slowStart: { ms: 16_000 } });
	const b = cluster.add('b', { weight: 16 }, 1000);
	expect(b.weight).toBe(1);
	cluster.pass(9000);
	expect(b.weight).toBe(9);
	cluster.setWeight('b', 32, 9500);
	expect(b.weight).toBe(18);
	cluster.pass(17_000);
	expect(b.weight).toBe(32);
});

test('Cluster never loses count, whatever happens in whatever order', () => {
	const id = fc.constantFrom('a', 'b', 'c', 'd');
	const step = fc.oneof(
		{ weight: 6, arbitrary: fc.record({ do: fc.constant('acquire' as const) }) },
		{
			weight: 5,
			arbitrary: fc.record({
				do: fc.constant('release' as const),
				which: fc.nat(),
				result: fc.constantFrom<Result>('ok', 'error', 'timeout', 'cancelled')
			})
		},
		fc.record({ do: fc.constantFrom('add' as const, 'remove' as const), id }),
		fc.record({ do: fc.constantFrom('ready' as const, 'drain' as const, 'down' as const), id })
	);
	fc.assert(
		fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
			const { cluster } = clusterOf(2, { health: { fall: 2, ejectMs: 10 } });
			const open: Backend[] = [];
			const out = new Set<string>();
			steps.forEach((action, at) => {
				if (action.do === 'acquire') {
					const backend = cluster.acquire(callWith('', at, at));
					expect(backend === undefined).toBe(cluster.available.length === 0);
					if (backend !== undefined) {
						expect(cluster.available).toContain(backend);
						open.push(backend);
					}
				} else if (action.do === 'release') {
					const [backend] = open.splice(action.which % Math.max(1, open.length), 1);
					if (backend !== undefined) cluster.release(backend, outcome(action.result, at));
				} else if (action.do === 'add' || action.do === 'remove') {
					const known = cluster.members.some((backend) => backend.id === action.id);
					if (known === (action.do === 'add')) return;
					if (action.do === 'add') cluster.add(action.id, { weight: 1 }, at);
					else cluster.remove(action.id, at);
					out.delete(action.id);
				} else if (cluster.members.some((backend) => backend.id === action.id)) {
					cluster.setState(action.id, action.do, at);
					if (action.do === 'ready') out.delete(action.id);
					else out.add(action.id);
				}
				for (const backend of cluster.members) {
					expect(backend.inflight).toBe(open.filter((other) => other === backend).length);
				}
				for (const backend of cluster.available) expect(out.has(backend.id)).toBe(false);
				// Somebody who is ready is always available: ejected or not.
				expect(cluster.available.length > 0).toBe(cluster.members.some((backend) => !out.has(backend.id)));
			});
		})
	);
});
