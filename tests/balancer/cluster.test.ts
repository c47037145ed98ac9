import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster, type ClusterChange, type ClusterOptions } from '#balancer/cluster.ts';
import { dynamicLimit } from '#balancer/dynamic-limit.ts';
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
	for (const leastLimit of [0, -1, NaN]) {
		expect(() => cluster.add('c', { leastLimit }, 0)).toThrow(`least limit of "c" is ${String(leastLimit)}`);
	}
	for (const number of [0, -1, 1.5, NaN]) {
		expect(() => cluster.add('c', { number }, 0)).toThrow(`number of "c" is ${String(number)}`);
	}
	expect(() => cluster.add('c', { number: 2 }, 0)).toThrow(
		'The number of "c" is 2, which is that of "b": give each backend its own number.'
	);
	for (const weight of [-1, NaN, Infinity]) {
		expect(() => cluster.add('c', { weight }, 0)).toThrow(`weight of "c" is ${String(weight)}`);
		expect(() => {
			cluster.setWeight('a', weight, 0);
		}).toThrow(RangeError);
	}
	expect(ids(cluster.available)).toBe('ab');
});

test.each<[string, ClusterOptions, string]>([
	['failures', { health: { fall: NaN, ejectMs: 1 } }, 'left out after NaN failures'],
	['an ejection', { health: { fall: 1, ejectMs: -1 } }, 'left out for -1 ms'],
	['a slow start', { slowStart: { ms: NaN } }, 'A slow start takes NaN ms'],
	['an endless slow start', { slowStart: { ms: Infinity } }, 'A slow start takes Infinity ms'],
	['dynamic limits', { dynamicLimits: { fullAt: 0 } }, 'whole at 0 calls']
])('Cluster refuses rules of %s that are none', (_, options, sentence) => {
	expect(() => clusterOf(0, options)).toThrow(RangeError);
	expect(() => clusterOf(0, options)).toThrow(sentence);
});

test('Cluster refuses rules of one backend that are none', () => {
	const { cluster } = clusterOf(0);
	expect(() => cluster.add('a', { health: { fall: -1, ejectMs: 1 } }, 0)).toThrow('after -1 failures');
});

test('Cluster has nobody to give while all weights are 0, and somebody again when one has grown', () => {
	const cluster = new Cluster(createStrategy('weighted-random', {}, Math.random));
	for (const id of ['a', 'b']) cluster.add(id, { weight: 0 }, 0);
	expect(ids(cluster.available)).toBe('');
	expect(cluster.acquire(callWith(''))).toBeUndefined();
	cluster.setWeight('b', 0.5, 1);
	expect(cluster.acquire(callWith(''))?.id).toBe('b');
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

test('Cluster shows a strategy those with room in their order, a new list for each change of that', () => {
	const step = fc.record({
		do: fc.constantFrom(
			'take',
			'take',
			'take',
			'release',
			'release',
			'wait',
			'drain',
			'remove',
			'add',
			'ask'
		),
		which: fc.nat({ max: 1000 })
	});
	let changes = 0;
	fc.assert(
		fc.property(
			fc.array(step, { minLength: 50, maxLength: 100 }),
			fc.integer({ min: 1, max: 30 }),
			(steps, size) => {
				let shown: readonly Backend[] = [];
				let said = '';
				const cluster = new Cluster({
					pick(backends) {
						const says = backends.map(({ id }) => id).join(' ');
						const expected = cluster.available.filter(
							({ inflight, limit, queued }) => inflight < limit && queued === 0
						);
						expect(says).toBe(expected.map(({ id }) => id).join(' '));
						if (says !== said) {
							expect(backends).not.toBe(shown);
							changes++;
						}
						[shown, said] = [backends, says];
						return undefined;
					}
				});
				let added = 0;
				const add = (): void => {
					cluster.add(`s${String(added)}`, { limit: 1 + (added++ % 3) }, 0);
				};
				while (added < size) add();
				const out: Backend[] = [];
				const waiting = new Set<Backend>();
				for (const { do: what, which } of steps) {
					const one = cluster.members[which % Math.max(1, cluster.members.length)];
					const last = out.splice(which % Math.max(1, out.length), 1)[0];
					if (last !== undefined && what !== 'release') out.push(last);
					if (what === 'release' && last !== undefined) cluster.release(last, outcome('ok'));
					else if (what === 'add') add();
					else if (what === 'ask') cluster.choose(callWith(''));
					else if (one === undefined) continue;
					else if (what === 'take') {
						cluster.take(one, 0);
						out.push(one);
					} else if (what === 'wait') {
						cluster.wait(one, waiting.has(one) ? -1 : 1);
						if (!waiting.delete(one)) waiting.add(one);
					} else if (what === 'drain') cluster.setState(one.id, which % 2 === 0 ? 'drain' : 'ready', 0);
					else if (which % 4 === 0) cluster.remove(one.id, 0);
					if (which % 3 > 0) cluster.choose(callWith(''));
				}
			}
		),
		{ numRuns: 300, seed: 9 }
	);
	expect(changes).toBeGreaterThan(1000);
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

/** Picks the first, and tells which instance of it was asked. */
function grouped(asked: string[], lists: string[] = [], name = 'first'): Strategy {
	return {
		pick: (backends) => {
			asked.push(`${name} ${ids(backends)}`);
			return backends[0];
		},
		changed: (backends, at) => void lists.push(`${String(at)} ${name} ${ids(backends)}`),
		counted: (backend) => void asked.push(`${name} counted ${backend.id}`),
		done: (backend) => void asked.push(`${name} done ${backend.id}`),
		forBackups: () => grouped(asked, lists, 'second')
	};
}

test('Cluster lets backups be a group with a strategy of their own, once the others are out', () => {
	const asked: string[] = [];
	const lists: string[] = [];
	const cluster = new Cluster(grouped(asked, lists), { backups: 'group' });
	cluster.add('a', { limit: 1 }, 0);
	for (const id of ['x', 'y']) cluster.add(id, { backup: true }, 0);
	const [a] = cluster.members;
	expect(cluster.acquire(callWith(''))).toBe(a);
	// Nobody steps in for one that is full, or that this call has failed on.
	expect(cluster.acquire(callWith(''))).toBeUndefined();
	cluster.setState('a', 'down', 1);
	expect(ids(cluster.available)).toBe('xy');
	const x = cluster.acquire(callWith(''));
	expect(x?.id).toBe('x');
	if (a !== undefined) cluster.release(a, outcome('ok', 1));
	if (x !== undefined) cluster.counted(x);
	if (x !== undefined) cluster.release(x, outcome('ok', 1));
	expect(asked).toEqual(['first a', 'second xy', 'first done a', 'second counted x', 'second done x']);
	lists.length = 0;
	cluster.setState('x', 'drain', 2);
	cluster.setState('a', 'ready', 3);
	expect(lists).toEqual(['2 first ', '2 second y', '3 first a', '3 second y']);
	expect(cluster.acquire(callWith(''))).toBe(a);
});

test('Cluster lets a strategy that wants to say who stands in, of all backups that are there', () => {
	const asked: string[] = [];
	const strategy: Strategy = {
		pick: (backends) => backends[0],
		forBackups: (which) => ({
			walks: true,
			pick: (backups) => {
				asked.push(`${which} ${ids(backups)}`);
				return backups.at(-1);
			}
		})
	};
	const cluster = new Cluster(strategy, { backups: 'first' });
	for (const id of ['x', 'y']) cluster.add(id, { backup: true }, 0);
	cluster.add('a', {}, 0);
	expect(cluster.acquire(callWith(''))?.id).toBe('a');
	cluster.setState('a', 'down', 1);
	expect(cluster.acquire(callWith(''))?.id).toBe('y');
	expect(ids(cluster.available)).toBe('x');
	expect(asked).toEqual(['first xy']);
});

test('Cluster shows the group of backups to the one strategy where it takes no second', () => {
	const asked: string[] = [];
	const pick: Strategy['pick'] = (backends, call) => grouped(asked).pick(backends, call);
	const cluster = new Cluster({ pick }, { backups: 'group' });
	cluster.add('a', {}, 0);
	for (const id of ['x', 'y']) cluster.add(id, { backup: true }, 0);
	cluster.acquire(callWith(''));
	cluster.setState('a', 'down', 1);
	cluster.acquire(callWith(''));
	expect(asked).toEqual(['first a', 'first xy']);
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

test('Cluster gives a slot to one at a time, and not before the calls of the one before have ended', () => {
	const { cluster } = clusterOf(3);
	const slots = (): number[] => cluster.members.map(({ slot }) => slot);
	expect(slots()).toEqual([0, 1, 2]);
	const backend = cluster.acquire(callWith(''));
	expect(backend?.id).toBe('a');
	cluster.remove('a', 1);
	cluster.remove('b', 1);
	cluster.add('d', {}, 2);
	cluster.add('e', {}, 2);
	expect(slots()).toEqual([2, 1, 3]);
	if (backend !== undefined) cluster.release(backend, outcome('ok', 3));
	cluster.add('f', {}, 4);
	expect(slots()).toEqual([2, 1, 3, 0]);
});

test('Cluster starts slowly whoever comes back, by weight and by limit', () => {
	const { cluster, told } = clusterOf(1, { slowStart: { ms: 4000 } });
	const b = cluster.add('b', { weight: 16, limit: 8 }, 0);
	expect([b.weight, b.limit]).toEqual([16, 8]);
	cluster.setState('b', 'down', 500);
	cluster.setState('b', 'ready', 600);
	expect([b.weight, b.limit]).toEqual([1, 1]);
	cluster.setState('b', 'down', 700);
	expect([b.weight, b.limit]).toEqual([16, 8]);
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
		'600 b ready',
		'700 b down',
		'1000 b ready',
		'2000 b grown',
		'4500 b grown',
		'5000 b grown'
	]);
	const before = cluster.available;
	cluster.choose(callWith('', 0, 9000));
	expect(cluster.available).toBe(before);
});

test('Cluster starts slowly only by the limit where the strategy keeps its weights', () => {
	const table = createStrategy('haproxy-static-round-robin', {}, Math.random);
	const cluster = new Cluster(table, { slowStart: { ms: 4000 } });
	const a = cluster.add('a', { weight: 16, limit: 8 }, 1000);
	expect([a.weight, a.limit]).toEqual([16, 1]);
	// Another strategy may be put in charge meanwhile.
	cluster.use(createStrategy('haproxy-round-robin', {}, Math.random), 2000);
	expect([a.weight, a.limit]).toEqual([5, 2]);
	cluster.use(table, 2000);
	cluster.pass(3000);
	expect([a.weight, a.limit]).toEqual([16, 4]);
});

test('Cluster does not start slowly who only drained, but who was out and drains before it is ready', () => {
	const { cluster } = clusterOf(1, { slowStart: { ms: 16_000 } });
	const b = cluster.add('b', { weight: 16 }, 0);
	cluster.setState('b', 'drain', 1000);
	cluster.setState('b', 'ready', 2000);
	expect([b.weight, b.since]).toEqual([16, 2000]);
	cluster.setState('b', 'down', 3000);
	cluster.setState('b', 'drain', 4000);
	cluster.setState('b', 'ready', 8000);
	cluster.pass(8000);
	expect([b.weight, b.since]).toEqual([5, 8000]);
});

test('Cluster lets limits grow with the calls, and shrink again', () => {
	const cluster = new Cluster(createStrategy('round-robin', {}, Math.random), {
		dynamicLimits: { fullAt: 8 }
	});
	const a = cluster.add('a', { limit: 8, leastLimit: 2 }, 0);
	const b = cluster.add('b', { limit: 4, leastLimit: 1 }, 0);
	const c = cluster.add('c', { limit: 1 }, 0);
	const limits = () => [a.limit, b.limit, c.limit];
	expect(limits()).toEqual([2, 1, 1]);
	const open: Backend[] = [];
	const course = Array.from({ length: 8 }, () => {
		const picked = cluster.acquire(callWith(''));
		if (picked !== undefined) open.push(picked);
		return limits().join(' ');
	});
	expect(course).toEqual(['2 1 1', '3 1 1', '4 2 1', '5 2 1', '6 3 1', '7 3 1', '8 4 1', '8 4 1']);
	for (const backend of open) cluster.release(backend, outcome('ok'));
	expect(limits()).toEqual([2, 1, 1]);
	// Whoever joins while calls are here gets the limit of the hour.
	const held = [1, 2, 3].map(() => cluster.acquire(callWith('')));
	expect(cluster.add('d', { limit: 8, leastLimit: 1 }, 1).limit).toBe(4);
	for (const backend of held) if (backend !== undefined) cluster.release(backend, outcome('ok'));
});

test.each([
	'haproxy-first',
	'haproxy-least-connections',
	'haproxy-round-robin',
	'least-connections'
] as const)('%s finds one that had no room once its limit has grown', (name) => {
	const cluster = new Cluster(createStrategy(name, {}, Math.random), { dynamicLimits: { fullAt: 4 } });
	cluster.add('a', { limit: 4, leastLimit: 1 }, 0);
	cluster.add('b', { limit: 1 }, 0);
	const picked = Array.from({ length: 5 }, () => cluster.acquire(callWith(''))?.id ?? '-');
	expect(picked.filter((id) => id === 'a')).toHaveLength(4);
	expect(picked.filter((id) => id === 'b')).toHaveLength(1);
});

test('Cluster keeps dynamic limits true to the calls, whatever happens in whatever order', () => {
	const anyStep = fc.tuple(fc.constantFrom('acquire', 'acquire', 'release', 'wait', 'leave'), fc.nat());
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 30 }), fc.array(anyStep, { maxLength: 80 }), (fullAt, steps) => {
			const cluster = new Cluster(createStrategy('haproxy-first', {}, Math.random), {
				dynamicLimits: { fullAt }
			});
			const ranges = [
				[1, 9],
				[2, 5],
				[3, 3],
				[1, 20]
			] as const;
			ranges.forEach(([leastLimit, limit], i) => cluster.add(String(i), { leastLimit, limit }, 0));
			const open: Backend[] = [];
			let waiting = 0;
			for (const [what, lot] of steps) {
				if (what === 'acquire') open.push(...[cluster.acquire(callWith('')) ?? []].flat());
				else if (what === 'release') {
					const [backend] = open.splice(lot % Math.max(1, open.length), 1);
					if (backend !== undefined) cluster.release(backend, outcome('ok'));
				} else if (what === 'wait') {
					waiting++;
					cluster.wait(undefined, 1);
				} else if (waiting > 0) {
					waiting--;
					cluster.wait(undefined, -1);
				}
				const calls = open.length + waiting + 1;
				expect(cluster.members.map(({ limit }) => limit)).toEqual(
					ranges.map(([least, most]) => dynamicLimit({ least, most }, calls, { fullAt }))
				);
			}
		})
	);
});

test('Cluster takes the least limit for the limit where it is the greater or alone, as HAProxy does', () => {
	const { cluster } = clusterOf(0);
	expect(cluster.add('a', { leastLimit: 3 }, 0).limit).toBe(3);
	expect(cluster.add('b', { leastLimit: 3, limit: 2 }, 0).limit).toBe(3);
	expect(cluster.add('c', { leastLimit: 3, limit: 5 }, 0).limit).toBe(5);
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
