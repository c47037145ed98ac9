import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { haproxyRoundRobin } from '#balancer/strategies/haproxy-round-robin.ts';
import { callWith, picks, scripted, weighing } from '../backends.ts';

const turns = () => haproxyRoundRobin.create({}, scripted());

test('HAProxy’s round robin spreads the turns in an order of its own', () => {
	expect(picks(turns(), weighing(3, 2, 1), 12)).toBe('abacababacab');
	expect(picks(turns(), weighing(5, 1, 1), 14)).toBe('aaabaacaaabaac');
});

test('HAProxy’s round robin is plain round robin when the weights are equal', () => {
	expect(picks(turns(), weighing(4, 4, 4), 7)).toBe('abcabca');
});

test('HAProxy’s round robin gives each server its weight in every round', () => {
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), (weights) => {
			const backends = weighing(...weights);
			const strategy = turns();
			const round = weights.reduce((sum, weight) => sum + weight);
			for (let rounds = 0; rounds < 3; rounds++) {
				const given = picks(strategy, backends, round);
				backends.forEach(({ id }, i) => {
					expect(Math.abs(given.split(id).length - 1 - (weights[i] ?? 0))).toBeLessThanOrEqual(1);
				});
			}
		})
	);
});

test('HAProxy’s round robin passes over the full, and declines when all are', () => {
	const cluster = new Cluster(turns());
	for (const id of ['a', 'b', 'c']) cluster.add(id, { limit: id === 'a' ? 2 : 1 }, 0);
	const taken = Array.from({ length: 6 }, (_, id) => cluster.acquire(callWith('', id))?.id ?? '-');
	expect(taken.join('')).toBe('abca--');
});

test('HAProxy’s round robin passes over the one that failed, unless it is the only one', () => {
	const both = weighing(1, 1);
	const [a, b] = both;
	if (a === undefined || b === undefined) return;
	const strategy = turns();
	for (let id = 0; id < 6; id++) expect(strategy.pick(both, callWith('', id), [a])).toBe(b);
	const alone = weighing(1);
	expect(turns().pick(alone, callWith(''), alone)).toBe(alone[0]);
});

test('HAProxy’s round robin hears of changes in their order, not only of the last list', () => {
	const session = (changes: (cluster: Cluster) => void): string => {
		const cluster = new Cluster(turns());
		for (const id of ['a', 'b', 'c']) cluster.add(id, {}, 0);
		const pick = (id: number): string => cluster.choose(callWith('', id))?.id ?? '-';
		const before = Array.from({ length: 4 }, (_, id) => pick(id));
		changes(cluster);
		return [...before, ...Array.from({ length: 8 }, (_, id) => pick(id + 4))].join('');
	};
	const still = session(() => undefined);
	// The same servers and weights as before, but c has lost its place in the round.
	const blinked = session((cluster) => {
		cluster.setState('c', 'down', 1);
		cluster.setState('c', 'ready', 2);
	});
	expect(still).toBe('abcabcabcabc');
	expect(blinked).not.toBe(still);
	expect(blinked.slice(4)).toContain('c');
});

test('HAProxy’s round robin starves nobody for good, whatever happens to weights and servers', () => {
	const change = fc.record({
		server: fc.nat(3),
		what: fc.constantFrom('down', 'ready', 'weight' as const),
		weight: fc.integer({ min: 1, max: 20 }),
		picks: fc.nat(12)
	});
	fc.assert(
		fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
			const cluster = new Cluster(turns());
			for (let i = 0; i < 4; i++) cluster.add(`s${String(i)}`, { weight: i + 1 }, 0);
			let id = 0;
			for (const { server, what, weight, picks } of changes) {
				// What happens in the instant of the beginning belongs to the configuration.
				id++;
				const name = `s${String(server)}`;
				if (what === 'weight') cluster.setWeight(name, weight, id);
				else cluster.setState(name, what, id);
				for (let i = 0; i < picks; i++) {
					const picked = cluster.choose(callWith('', id++));
					if (cluster.available.length > 0) expect(cluster.available).toContain(picked);
				}
			}
			// A server that comes back may wait for some rounds, as it does in the real program; in the end nothing of the
			// commotion is left, and everybody gets a share by weight.
			const round = cluster.available.reduce((sum, backend) => sum + backend.weight, 0);
			const given = new Map<string, number>();
			for (let i = 0; i < 44 * round; i++) {
				const picked = cluster.choose(callWith('', id++));
				if (i >= 40 * round && picked !== undefined) {
					given.set(picked.id, (given.get(picked.id) ?? 0) + 1);
				}
			}
			for (const backend of cluster.available) {
				expect(given.get(backend.id) ?? 0).toBeGreaterThanOrEqual(1);
			}
		})
	);
});
