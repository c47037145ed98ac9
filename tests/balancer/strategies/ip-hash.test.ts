import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipHash } from '#balancer/strategies/ip-hash.ts';
import { callWith, scripted, weighing } from '../backends.ts';

const strategy = ipHash.create({}, scripted());
const choose = (key: string, ...weights: number[]) => strategy.pick(weighing(...weights), callWith(key))?.id;

test('IP hash walks as far as the number it makes of the address', () => {
	// 89 → 113·89 + 10 = 10067 → 3796 → 113·3796 + 0 → 2520 → 113·2520 + 0 → 2565 (all mod 6271).
	expect(2565 % 4).toBe(1);
	expect(choose('10.0.0.7', 1, 1, 1, 1)).toBe('b');
	expect(choose('10.0.0.7', 1, 3)).toBe('b');
	expect(choose('10.0.0.7', 2, 2)).toBe('a');
});

test('IP hash sends all clients of a /24 to one server, and of an IPv6 network to several', () => {
	const servers = (address: (host: number) => string) =>
		new Set(Array.from({ length: 200 }, (_, host) => choose(address(host), 1, 1, 1)));
	expect(servers((host) => `192.168.7.${String(host)}`).size).toBe(1);
	expect(servers((host) => `2001:db8::${host.toString(16)}`).size).toBe(3);
});

test('IP hash takes a key that is no address by all of its text', () => {
	const keys = Array.from({ length: 200 }, (_, i) => `pilgrim ${String(i)}`);
	expect(new Set(keys.map((key) => choose(key, 1, 1, 1))).size).toBe(3);
	expect(choose('', 1)).toBe('a');
});

test('IP hash does not walk off the end when fractions of a weight are rounded away', () => {
	// This address makes 5; these weights sum to 5.000000000000001, and less is left of them when they are taken off.
	expect(choose('1.49.217.1', 0.77, 1.11, 1.01, 0.12, 0.21, 0.41, 0.22, 0.4, 0.75)).toBe('i');
});

test('IP hash finds somebody for every key, even where the weights are odd fractions', () => {
	fc.assert(
		fc.property(
			fc.string(),
			fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 12 }),
			(key, weights) => {
				expect(choose(key, ...weights)).toBeDefined();
			}
		)
	);
});

test('IP hash keeps the place of a server that is down, so nobody else moves and its clients come back', () => {
	const all = weighing(2, 1, 1);
	const told = ipHash.create({}, scripted());
	told.members?.(all);
	const left = all.slice(1);
	for (let i = 0; i < 200; i++) {
		const call = callWith(`10.${String(i)}.0.1`);
		const home = told.pick(all, call);
		const meanwhile = told.pick(left, call);
		expect(left).toContain(meanwhile);
		if (home !== all[0]) expect(meanwhile).toBe(home);
		expect(told.pick(all, call)).toBe(home);
	}
});

test('IP hash stirs the address in again for a server that is out', () => {
	const told = ipHash.create({}, scripted());
	const all = weighing(1, 1, 1, 1);
	told.members?.(all);
	// 2565 → 113·2565 + 10 → 1389 → 113·1389 + 0 → 182 → 113·182 + 0 → 1753 (all mod 6271).
	expect(1753 % 4).toBe(1);
	// And 1753 → 3698 → 3988 → 5403: only its third number points to another.
	expect(5403 % 4).toBe(3);
	const without = all.filter(({ id }) => id !== 'b');
	expect(told.pick(without, callWith('10.0.0.7'))?.id).toBe('d');
});
