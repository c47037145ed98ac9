import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { Queue, type QueueRules } from '#balancer/queue.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Backend, Strategy } from '#balancer/strategy.ts';
import { callWith } from './backends.ts';

interface Guest {
	readonly name: string;
}

/** A cluster of backends a, b … with these limits that takes turns, and a queue before it. */
function hostOf(limits: readonly number[], rules?: QueueRules, strategy?: Strategy) {
	const cluster = new Cluster(strategy ?? createStrategy('round-robin', {}, Math.random));
	const backends = limits.map((limit, i) => cluster.add(String.fromCharCode(97 + i), { limit }, 0));
	const queue = new Queue<Guest>(cluster, rules);
	const enter = (name: string): string => {
		const answer = queue.enter({ name }, callWith(''));
		return typeof answer === 'string' ? answer : answer.id;
	};
	const end = (backend: Backend | undefined): string => {
		if (backend === undefined) throw new Error('There is no such backend.');
		cluster.release(backend, { call: callWith(''), at: 0, latency: 1, result: 'ok' });
		return queue.next(backend, 0)?.name ?? 'nobody';
	};
	return { cluster, backends, queue, enter, end };
}

test('Queue lets calls wait when all are full, and in again in their order', () => {
	const { backends, queue, enter, end } = hostOf([1, 2]);
	expect(['1', '2', '3', '4', '5'].map(enter)).toEqual(['a', 'b', 'b', 'waits', 'waits']);
	expect(queue.length).toBe(2);
	expect(end(backends[1])).toBe('4');
	expect(end(backends[0])).toBe('5');
	expect(end(backends[0])).toBe('nobody');
	expect(backends.map(({ inflight }) => inflight)).toEqual([0, 2]);
});

test('Queue refuses a newcomer while all are out, even behind others who wait', () => {
	const { cluster, queue, enter } = hostOf([1]);
	expect(['1', '2'].map(enter)).toEqual(['a', 'waits']);
	cluster.setState('a', 'drain', 1);
	expect(enter('3')).toBe('refused');
	cluster.setState('a', 'ready', 2);
	expect(enter('4')).toBe('waits');
	expect(queue.length).toBe(2);
});

test('The first of the common line can be taken out of it without being counted', () => {
	const { backends, queue, enter, end } = hostOf([1]);
	expect(['1', '2', '3'].map(enter)).toEqual(['a', 'waits', 'waits']);
	expect(queue.shift()?.name).toBe('2');
	expect(backends.map(({ inflight }) => inflight)).toEqual([1]);
	expect(end(backends[0])).toBe('3');
	expect(queue.shift()).toBeUndefined();
});

test('Queue refuses where nobody is there to wait for, and when it is full', () => {
	const { cluster, enter } = hostOf([1], { limit: 1 });
	expect(['1', '2', '3'].map(enter)).toEqual(['a', 'waits', 'refused']);
	cluster.setState('a', 'down', 1);
	expect(hostOf([]).enter('1')).toBe('refused');
});

test('Queue sends a newcomer behind those who wait, unless the strategy overtakes', () => {
	const patient = hostOf([1, 1]);
	['1', '2', '3'].forEach(patient.enter);
	// Somebody left and nobody was let in yet: there is room, but not for the newcomer.
	const [a] = patient.backends;
	if (a === undefined) throw new Error('no backend');
	patient.cluster.release(a, { call: callWith(''), at: 0, latency: 1, result: 'ok' });
	expect(patient.enter('4')).toBe('waits');
	expect(patient.queue.next(a, 0)?.name).toBe('3');

	const pushy = hostOf([1, 1], {}, { pick: (backends) => backends[0], overtakes: true });
	['1', '2', '3'].forEach(pushy.enter);
	const [first] = pushy.backends;
	if (first === undefined) throw new Error('no backend');
	pushy.cluster.release(first, { call: callWith(''), at: 0, latency: 1, result: 'ok' });
	expect(pushy.enter('4')).toBe('a');
});

/** It wants the first, full or not; and tells whom it was told of. */
function insisting(): { strategy: Strategy; counted: string[] } {
	const counted: string[] = [];
	const strategy: Strategy = {
		walks: true,
		pick: (backends) => backends[0],
		counted: ({ id, inflight, queued }) => void counted.push(`${id} ${String(inflight)}+${String(queued)}`)
	};
	return { strategy, counted };
}

test('Queue has a line for each backend that the strategy insists on', () => {
	const { strategy, counted } = insisting();
	const { backends, enter, end } = hostOf([1, 1], { ownLimit: 2 }, strategy);
	expect(['1', '2', '3', '4'].map(enter)).toEqual(['a', 'waits', 'waits', 'refused']);
	expect(backends[0]?.queued).toBe(2);
	// Who has room is not who they wait for.
	expect(end(backends[0])).toBe('2');
	expect(backends[0]?.queued).toBe(1);
	expect(counted).toEqual(['a 1+1', 'a 1+2', 'a 1+1']);
});

test('Queue gives back who waits for one that goes, in their order, and nobody else', () => {
	const { strategy, counted } = insisting();
	const { cluster, backends, queue, enter } = hostOf([1, 1], {}, strategy);
	expect(['1', '2', '3'].map(enter)).toEqual(['a', 'waits', 'waits']);
	cluster.use({ pick: () => undefined, overtakes: true }, 0);
	expect(enter('4')).toBe('waits');
	cluster.use(strategy, 0);
	const [a, b] = backends;
	if (a === undefined || b === undefined) throw new Error('no backends');
	expect(queue.disperse(b)).toEqual([]);
	const moved = queue.disperse(a);
	expect(moved.map(({ name }) => name)).toEqual(['2', '3']);
	expect(moved.map((guest) => queue.has(guest))).toEqual([false, false]);
	expect([queue.length, a.queued]).toEqual([1, 0]);
	expect(counted.at(-1)).toBe('a 1+0');
});

test('Queue forgets who gives up', () => {
	const { strategy, counted } = insisting();
	const { cluster, backends, queue } = hostOf([1], {}, strategy);
	const [first, second, third] = ['1', '2', '3'].map((name) => ({ name }));
	if (first === undefined || second === undefined || third === undefined) throw new Error('no guests');
	for (const guest of [first, second, third]) queue.enter(guest, callWith(''));
	expect(queue.leave(second)).toBe(true);
	expect(queue.leave(second)).toBe(false);
	expect(queue.leave(first)).toBe(false);
	expect(counted.at(-1)).toBe('a 1+1');
	const [a] = backends;
	if (a === undefined) throw new Error('no backend');
	cluster.release(a, { call: callWith(''), at: 0, latency: 1, result: 'ok' });
	expect(queue.next(a, 0)).toBe(third);
	expect(queue.length).toBe(0);
});

test('Queue lets somebody in wherever there is room, also where there was room all along', () => {
	// It declines although b has room for everybody, as a lottery does that has drawn a full one.
	let declines = false;
	const { backends, enter, end } = hostOf(
		[1, Infinity],
		{},
		{ pick: (list) => (declines ? undefined : list.find(({ id }) => id === 'b')) }
	);
	expect(enter('1')).toBe('b');
	declines = true;
	expect(enter('2')).toBe('waits');
	expect(end(backends[1])).toBe('2');
});

test('Queue says when somebody gives up, and lets them go in their order', () => {
	const { strategy, counted } = insisting();
	const { cluster, backends, queue } = hostOf([1], { patienceMs: 100 }, strategy);
	const enterAt = (name: string, at: number) => queue.enter({ name }, callWith('', 0, at));
	expect(queue.due).toBe(Infinity);
	enterAt('1', 0);
	expect(queue.due).toBe(Infinity);
	['2', '3', '4'].forEach((name, i) => enterAt(name, 10 * (i + 1)));
	expect(queue.due).toBe(110);
	expect(queue.expire(109)).toBeUndefined();
	expect([1, 2, 3].map(() => queue.expire(120)?.name)).toEqual(['2', '3', undefined]);
	expect(queue.due).toBe(130);
	expect([queue.length, backends[0]?.queued]).toEqual([1, 1]);
	expect(counted.at(-1)).toBe('a 1+1');
	const [a] = backends;
	if (a === undefined) throw new Error('no backend');
	cluster.release(a, { call: callWith(''), at: 125, latency: 1, result: 'ok' });
	expect(queue.next(a, 125)?.name).toBe('4');
	expect(queue.due).toBe(Infinity);
	expect(queue.expire(1000)).toBeUndefined();
});

test('Queue lets calls wait without end where no patience is given', () => {
	const { queue, enter } = hostOf([1]);
	['1', '2'].forEach(enter);
	expect([queue.length, queue.due]).toEqual([1, Infinity]);
	expect(queue.expire(1e12)).toBeUndefined();
});

test('Queue counts who waits among the calls that let limits grow', () => {
	const cluster = new Cluster(createStrategy('haproxy-round-robin', {}, Math.random), {
		dynamicLimits: { fullAt: 6 }
	});
	const a = cluster.add('a', { limit: 6, leastLimit: 1 }, 0);
	const queue = new Queue<Guest>(cluster);
	const enter = (name: string) => {
		const answer = queue.enter({ name }, callWith(''));
		return `${typeof answer === 'string' ? answer : answer.id} ${String(a.limit)}`;
	};
	expect(enter('1')).toBe('a 2');
	expect(enter('2')).toBe('a 3');
	cluster.wait(undefined, 1);
	expect(a.limit).toBe(4);
	cluster.wait(undefined, -1);
	expect(a.limit).toBe(3);
});

test.each([
	[{ limit: -1 }, '-1 calls may wait: use a number from 0, or leave it out for any number.'],
	[{ ownLimit: NaN }, 'NaN calls may wait: use a number from 0, or leave it out for any number.'],
	[{ patienceMs: 0 }, 'A call may wait for 0 ms: use a number of milliseconds above 0, or leave it out.'],
	[{ patienceMs: NaN }, 'A call may wait for NaN ms: use a number of milliseconds above 0, or leave it out.']
])('Queue refuses the rules %j', (rules, sentence) => {
	expect(() => hostOf([1], rules)).toThrow(new RangeError(sentence));
});

test('Queue lets in as many as one that comes back has room for', () => {
	const { cluster, backends, queue, enter } = hostOf([1, 2]);
	cluster.setState('b', 'down', 0);
	['1', '2', '3', '4'].forEach(enter);
	cluster.setState('b', 'ready', 1);
	const [, b] = backends;
	if (b === undefined) throw new Error('no backend');
	const names = [1, 2, 3].map(() => queue.next(b, 1)?.name ?? 'nobody');
	expect(names).toEqual(['2', '3', 'nobody']);
	expect(b.inflight).toBe(2);
});

test('Queue never lets a limit be passed, nor anybody wait while there is room', () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
			fc.array(fc.nat(), { maxLength: 150 }),
			(limits, chances) => {
				const { cluster, backends, queue } = hostOf(limits);
				const open: Backend[] = [];
				chances.forEach((chance, id) => {
					if (chance % 2 === 0) {
						const answer = queue.enter({ name: String(id) }, callWith(''));
						if (typeof answer !== 'string') open.push(answer);
					} else {
						const [backend] = open.splice(chance % Math.max(1, open.length), 1);
						if (backend === undefined) return;
						cluster.release(backend, { call: callWith(''), at: 0, latency: 1, result: 'ok' });
						if (queue.next(backend, 0) !== undefined) open.push(backend);
					}
					for (const backend of backends) {
						expect(backend.inflight).toBe(open.filter((other) => other === backend).length);
						expect(backend.inflight).toBeLessThanOrEqual(backend.limit);
						if (queue.length > 0) expect(backend.inflight).toBe(backend.limit);
					}
				});
			}
		)
	);
});
