import { expect, test } from 'vitest';
import { caddyHash } from '#balancer/strategies/caddy-hash.ts';
import { callWith, picks, scripted, weighing } from '../backends.ts';

const keys = Array.from({ length: 3000 }, (_, i) => `10.${String(i % 7)}.${String(i % 250)}.${String(i)}`);
const at = (...addresses: readonly string[]) =>
	weighing(...addresses.map(() => 1)).map((backend, i) => ({ ...backend, address: addresses[i] ?? '' }));

test('Caddy’s hash moves only the keys of the server that leaves', () => {
	const all = at('10.0.0.1:80', '10.0.0.2:80', '10.0.0.3:80');
	const strategy = caddyHash.create({}, scripted());
	for (const key of keys) {
		const home = strategy.pick(all, callWith(key));
		const other = strategy.pick(
			all.filter(({ id }) => id !== 'b'),
			callWith(key)
		);
		if (home?.id === 'b') expect(['a', 'c']).toContain(other?.id);
		else expect(other).toBe(home);
	}
});

test('Caddy’s hash shares badly between addresses that differ at their end', () => {
	const all = at('127.0.0.1:23101', '127.0.0.1:23102', '127.0.0.1:23103');
	const strategy = caddyHash.create({}, scripted());
	const counts = new Map(all.map(({ id }) => [id, 0]));
	for (const key of keys) {
		const id = strategy.pick(all, callWith(key))?.id ?? '';
		counts.set(id, (counts.get(id) ?? 0) + 1);
	}
	expect(Math.max(...counts.values())).toBeGreaterThan(0.45 * keys.length);
});

test('Caddy’s hash goes by the address and knows no weights', () => {
	const light = at('a:1', 'b:1');
	const heavy = light.map((backend, i) => ({ ...backend, id: `x${String(i)}`, weight: i === 0 ? 1 : 100 }));
	const strategy = caddyHash.create({}, scripted());
	for (const key of keys.slice(0, 100)) {
		const [one, other] = [light, heavy].map((list) => strategy.pick(list, callWith(key))?.address);
		expect(one).toBe(other);
	}
});

test('Caddy’s hash lets a lot decide where there is no key', () => {
	expect(picks(caddyHash.create({}, scripted(0.9, 0, 0.5)), at('a:1', 'b:1', 'c:1'), 3)).toBe('cab');
});
