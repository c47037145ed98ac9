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
	for (let i = 0; i < size; i++) cluster.add(String.fromCharCode(97 + i), 1, 0);
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
	const a = cluster.add('a', 1, 0);
	expect(cluster.acquire(callWith(''))).toBeUndefined();
	expect(a.inflight).toBe(0);
});

test('Cluster makes a new list on a slow change, and only then', () => {
	const { cluster, told } = clusterOf(3);
	const changes: (() => void)[] = [
		() => cluster.add('d', 1, 1),
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
	const b = cluster.add('b', 1, 7);
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
	cluster.add('d', 1, 1);
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
	cluster.use(strategy);
	expect(cluster.strategy).toBe(strategy);
	expect(cluster.acquire(callWith(''))?.id).toBe('b');
	if (first !== undefined) cluster.release(first, outcome('timeout'));
	expect(ended).toEqual(['a timeout']);
});

test('Cluster refuses a taken id, an unknown one and a weight that is none', () => {
	const { cluster } = clusterOf(2);
	expect(() => cluster.add('a', 1, 0)).toThrow('already a backend "a"');
	expect(() => {
		cluster.remove('z', 0);
	}).toThrow('no backend "z" here: the backends are a, b');
	for (const weight of [0, -1, NaN, Infinity]) {
		expect(() => cluster.add('c', weight, 0)).toThrow(`weight of "c" is ${String(weight)}`);
		expect(() => {
			cluster.setWeight('a', weight, 0);
		}).toThrow(RangeError);
	}
	expect(ids(cluster.available)).toBe('ab');
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
					if (action.do === 'add') cluster.add(action.id, 1, at);
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
