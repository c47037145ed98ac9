import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nginxHashConsistent } from '#balancer/strategies/nginx-hash-consistent.ts';
import type { Backend } from '#balancer/strategy.ts';
import { callWith, picks, scripted, weighing } from '../backends.ts';

/** Backends of these weights at addresses of their own, or at those given. */
function at(weights: readonly number[], addresses: readonly string[] = []): readonly Backend[] {
	return weighing(...weights).map((backend, i) => ({
		...backend,
		address: addresses[i] ?? `10.0.0.${String(i)}:80${String(i)}`
	}));
}

function toldOf(all: readonly Backend[]) {
	const strategy = nginxHashConsistent.create({}, scripted());
	strategy.members?.(all);
	return strategy;
}

/** All points of a server, as NGINX's source defines them, with another's CRC-32. */
function pointsOf(host: string, port: string, weight: number): number[] {
	const points: number[] = [];
	const before = Buffer.alloc(4);
	for (let i = 0; i < weight * 160; i++) {
		const point = crc32(Buffer.concat([Buffer.from(`${host}\0${port}`), before]));
		points.push(point);
		before.writeUInt32LE(point);
	}
	return points;
}

const key = fc.string({ minLength: 1 });

test('NGINX consistent hash sends a key to the next point round', () => {
	const all = at([3, 1, 2]);
	const circle = all.flatMap((backend) => {
		const [host = '', port = ''] = backend.address.split(':');
		return pointsOf(host, port, backend.weight).map((point) => ({ point, backend }));
	});
	circle.sort((a, b) => a.point - b.point);
	const strategy = toldOf(all);
	fc.assert(
		fc.property(key, (text) => {
			const next = circle.find(({ point }) => point >= crc32(text)) ?? circle[0];
			expect(strategy.pick(all, callWith(text))).toBe(next?.backend);
		}),
		{ numRuns: 500 }
	);
});

test('NGINX consistent hash reads host and port from the address as it is written', () => {
	const spelled: readonly (readonly [string, string, string])[] = [
		['shop.example:8080', 'shop.example', '8080'],
		['shop.example', 'shop.example', ''],
		['[::1]:80', '[::1]', '80'],
		['unix:/run/shop.sock', '/run/shop.sock', '']
	];
	for (const [address, host, port] of spelled) {
		const all = at([1, 1], [address, 'other:1']);
		const strategy = toldOf(all);
		// A key whose hash is a point goes to that point's owner: the point of 'other' is never the same.
		const points = pointsOf(host, port, 1).sort((a, b) => a - b);
		const others = pointsOf('other', '1', 1);
		for (let i = 0; i < 300; i++) {
			const text = `key ${String(i)}`;
			const after = (list: readonly number[]): number =>
				Math.min(...list.map((point) => (point - crc32(text) + 2 ** 32) % 2 ** 32));
			expect(strategy.pick(all, callWith(text))?.id).toBe(after(points) < after(others) ? 'a' : 'b');
		}
	}
});

test('NGINX consistent hash moves only the keys of a server that is out, and gives them back', () => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 6 }),
			fc.nat(),
			fc.array(key, { maxLength: 40 }),
			(weights, out, keys) => {
				const all = at(weights);
				const down = all[out % all.length];
				const strategy = toldOf(all);
				const left = all.filter((backend) => backend !== down);
				for (const text of keys) {
					const home = strategy.pick(all, callWith(text));
					const meanwhile = strategy.pick(left, callWith(text));
					expect(left).toContain(meanwhile);
					if (home !== down) expect(meanwhile).toBe(home);
					expect(strategy.pick(all, callWith(text))).toBe(home);
				}
			}
		)
	);
});

test('NGINX consistent hash lets servers of one address take turns', () => {
	const all = at([2, 1, 1], ['one:80', 'one:80', 'two:80']);
	const strategy = toldOf(all);
	const text = Array.from({ length: 99 }, (_, i) => String(i)).find(
		(text) => toldOf(all).pick(all, callWith(text))?.id === 'a'
	);
	const chosen = Array.from({ length: 6 }, () => strategy.pick(all, callWith(text ?? ''))?.id ?? '-');
	expect(chosen.join('')).toBe('abaaba');
});

test('NGINX consistent hash takes turns for requests without a key', () => {
	expect(picks(toldOf(at([5, 1, 1])), at([5, 1, 1]), 7)).toBe('aabacaa');
});
