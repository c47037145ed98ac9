import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { leastConnections } from '#balancer/strategies/least-connections.ts';
import { twoChoices } from '#balancer/strategies/two-choices.ts';
import type { Backend } from '#balancer/strategy.ts';
import { busy, callWith, picks, scripted } from '../backends.ts';

test('Least connections picks the least busy one, whatever the weights, without asking chance', () => {
	expect(picks(leastConnections.create({}, scripted()), busy([3, 1, 2], [100, 1, 100]), 2)).toBe('bb');
});

test('Least connections draws lots among equals, and only among them', () => {
	const strategy = leastConnections.create({}, scripted(0, 0.34, 0.67, 0.99));
	expect(picks(strategy, busy([1, 4, 1, 9, 1]), 4)).toBe('acee');
});

test('Least connections picks one of the fewest in a cluster where servers come and go, calls are tried again and strategies swapped', () => {
	const step = fc.record({ dice: fc.nat(19), lot: fc.nat(1000) });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 150, size: 'max' }), fc.nat(), (steps, seed) => {
			const ours = leastConnections.create({}, randomStream(seed));
			const cluster = new Cluster(ours);
			const open: Backend[] = [];
			let added = 0;
			const add = (at: number): void => {
				cluster.add(`s${String(added++)}`, added % 4 === 0 ? { limit: 2 } : {}, at);
			};
			for (let i = 0; i < 3; i++) add(0);
			steps.forEach(({ dice, lot }, at) => {
				const one = cluster.members[lot % cluster.members.length];
				if (dice < 9) {
					const tried = cluster.available.slice(0, lot % 3);
					const before = new Map(cluster.available.map((backend) => [backend, backend.inflight]));
					const picked = cluster.acquire(callWith('', at, at), tried);
					if (picked === undefined) return;
					open.push(picked);
					if (cluster.strategy !== ours) return;
					// The naive version: look at all who have room, without those tried if there are others.
					const room = [...before.keys()].filter((backend) => (before.get(backend) ?? 0) < backend.limit);
					const untried = room.filter((backend) => !tried.includes(backend));
					const asked = untried.length > 0 ? untried : room;
					expect(asked).toContain(picked);
					expect(before.get(picked)).toBe(Math.min(...asked.map((backend) => before.get(backend) ?? 0)));
				} else if (dice < 15) {
					const [ended] = open.splice(lot % Math.max(1, open.length), 1);
					if (ended === undefined) return;
					cluster.release(ended, { call: callWith(''), at, latency: 0, result: 'ok' });
				} else if (dice === 15) add(at);
				else if (dice === 16) {
					cluster.use(
						cluster.strategy === ours ? twoChoices.create({ choices: 2 }, randomStream(seed)) : ours,
						at
					);
				} else if (one === undefined) return;
				else if (dice === 17) cluster.remove(one.id, at);
				else cluster.setState(one.id, dice === 18 ? 'down' : 'ready', at);
			});
		})
	);
});

test('Least connections is uniform among equals, however often they have changed seats', () => {
	const cluster = new Cluster(leastConnections.create({}, randomStream(6)));
	for (const id of ['a', 'b', 'c', 'd', 'e']) cluster.add(id, {}, 0);
	const counts = new Map<string, number>();
	for (let at = 0; at < 20_000; at++) {
		const picked = cluster.acquire(callWith('', at, at));
		if (picked === undefined) throw new Error('Nobody was picked.');
		counts.set(picked.id, (counts.get(picked.id) ?? 0) + 1);
		cluster.release(picked, { call: callWith(''), at, latency: 0, result: 'ok' });
	}
	// Four standard deviations of 4,000 of 20,000 are 226.
	for (const count of counts.values()) expect(Math.abs(count - 4000)).toBeLessThan(226);
});
