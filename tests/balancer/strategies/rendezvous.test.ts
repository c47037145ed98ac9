import { expect, test } from 'vitest';
import { rendezvous } from '#balancer/strategies/rendezvous.ts';
import { callWith, scripted, weighing } from '../backends.ts';

const keys = Array.from({ length: 20_000 }, (_, i) => `pilgrim ${String(i)}`);

test('Rendezvous gives shares in exact proportion to weights', () => {
	const backends = weighing(1, 2, 3, 4);
	const strategy = rendezvous.create({}, scripted());
	const counts = new Map(backends.map((backend) => [backend, 0]));
	for (const key of keys) {
		const picked = strategy.pick(backends, callWith(key));
		if (picked !== undefined) counts.set(picked, (counts.get(picked) ?? 0) + 1);
	}
	// Four standard deviations of 8,000 of 20,000 are 277.
	for (const [{ weight }, count] of counts) expect(Math.abs(count - 2000 * weight)).toBeLessThan(277);
});

test('Rendezvous spreads the keys of a server that left over all the others', () => {
	const all = weighing(1, 1, 1, 1);
	const strategy = rendezvous.create({}, scripted());
	const orphans = keys.filter((key) => strategy.pick(all, callWith(key))?.id === 'b');
	const left = all.filter(({ id }) => id !== 'b');
	const heirs = orphans.map((key) => strategy.pick(left, callWith(key))?.id);
	for (const heir of ['a', 'c', 'd']) {
		// A third of about 5,000: four standard deviations are 8 %.
		const share = heirs.filter((id) => id === heir).length / heirs.length;
		expect(Math.abs(3 * share - 1)).toBeLessThan(0.08);
	}
});
