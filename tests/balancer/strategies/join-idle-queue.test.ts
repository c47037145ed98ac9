import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { joinIdleQueue } from '#balancer/strategies/join-idle-queue.ts';
import type { Backend, Call } from '#balancer/strategy.ts';
import { busy, callWith } from '../backends.ts';

function cluster(...ids: string[]): Cluster {
	const made = new Cluster(joinIdleQueue.create({}, randomStream(4)));
	for (const id of ids) made.add(id, {}, 0);
	return made;
}
const take = (from: Cluster, call: Call = callWith('')): Backend => {
	const picked = from.acquire(call);
	if (picked === undefined) throw new Error('Nobody was picked.');
	return picked;
};
const end = (at: Cluster, backend: Backend): void => {
	at.release(backend, { call: callWith(''), at: 0, latency: 0, result: 'ok' });
};

test('Join idle queue serves every idle server before any gets a second request', () => {
	const idle = cluster('a', 'b', 'c', 'd');
	const first = [take(idle), take(idle), take(idle), take(idle)];
	expect(new Set(first).size).toBe(4);
});

test('Join idle queue gives work in the order in which servers became idle', () => {
	const idle = cluster('a', 'b', 'c', 'd');
	const [one, two, three, four] = [take(idle), take(idle), take(idle), take(idle)];
	for (const backend of [three, one, four]) end(idle, backend);
	expect([take(idle), take(idle), take(idle)]).toEqual([three, one, four]);
	end(idle, two);
	expect(take(idle)).toBe(two);
});

test('Join idle queue draws by lot when all are busy', () => {
	const idle = cluster('a', 'b', 'c');
	for (let i = 0; i < 3; i++) take(idle);
	const counts = new Map<string, number>();
	for (let i = 0; i < 9000; i++) {
		const { id } = take(idle);
		counts.set(id, (counts.get(id) ?? 0) + 1);
	}
	// Four standard deviations of 3,000 of 9,000 are 179.
	for (const id of ['a', 'b', 'c']) expect(Math.abs((counts.get(id) ?? 0) - 3000)).toBeLessThan(179);
});

test('Join idle queue counts a server as idle only when its last request has ended', () => {
	const idle = cluster('a', 'b');
	const [one] = [take(idle), take(idle)];
	let again = take(idle);
	while (again !== one) again = take(idle);
	end(idle, one);
	// It has one left at least, so nobody is in the queue and lots are drawn: both come up.
	const drawn = new Set(Array.from({ length: 50 }, () => take(idle).id));
	expect(drawn.size).toBe(2);
});

test('Join idle queue lets an idle newcomer in behind those who wait, and forgets who left', () => {
	const idle = cluster('a', 'b');
	const first = take(idle);
	const waiting = first.id === 'a' ? 'b' : 'a';
	idle.add('c', {}, 0);
	expect([take(idle).id, take(idle).id]).toEqual([waiting, 'c']);
	end(idle, first);
	idle.remove(first.id, 0);
	for (let i = 0; i < 50; i++) expect(take(idle)).not.toBe(first);
});

test('Join idle queue does not begin with the same server in every balancer', () => {
	const firsts = new Set(
		Array.from(
			{ length: 20 },
			(_, seed) => joinIdleQueue.create({}, randomStream(seed)).pick(busy([0, 0, 0, 0]), callWith(''))?.id
		)
	);
	expect(firsts.size).toBeGreaterThan(2);
});
