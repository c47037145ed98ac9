import { expect, test } from 'vitest';
import { envoyPoint, envoyRing, envoyRingHash } from '#balancer/strategies/envoy-ring-hash.ts';
import type { Backend } from '#balancer/strategy.ts';
import { callWith, scripted, weighing } from '../backends.ts';

const hosts = (...weights: number[]): readonly Backend[] =>
	weighing(...weights).map((backend, i) => ({ ...backend, address: `127.0.0.1:${String(90 + i)}` }));

/** The ring of Envoy's own test: position and port. */
const published = [
	[833437586790550860n, 94],
	[928266305478181108n, 92],
	[1033482794131418490n, 90],
	[3551244743356806947n, 95],
	[3851675632748031481n, 93],
	[5583722120771150861n, 91],
	[6311230543546372928n, 91],
	[7700377290971790572n, 93],
	[13144177310400110813n, 95],
	[13444792449719432967n, 92],
	[15516499411664133160n, 94],
	[16117243373044804889n, 90]
] as const;

test('Envoy ring hash has the ring of Envoy’s own test', () => {
	const { highs, lows, owners } = envoyRing(hosts(1, 1, 1, 1, 1, 1), 12);
	const ring = [...owners].map((owner, i) => [
		(BigInt(highs[i] ?? 0) << 32n) + BigInt(lows[i] ?? 0),
		90 + owner
	]);
	expect(ring).toEqual(published);
});

test('Envoy ring hash goes to the first point at or after a position, and round', () => {
	const ring = envoyRing(hosts(1, 1, 1, 1, 1, 1), 12);
	const portAt = (position: bigint): number =>
		90 + (ring.owners[envoyPoint(ring, Number(position >> 32n), Number(position & 0xffffffffn))] ?? NaN);
	expect(portAt(0n)).toBe(94);
	expect(portAt(2n ** 64n - 1n)).toBe(94);
	published.forEach(([position, port], i) => {
		expect(portAt(position)).toBe(port);
		expect(portAt(position + 1n)).toBe(published[(i + 1) % published.length]?.[1]);
	});
});

test('Envoy ring hash makes the ring just so large that the lightest has a whole number of points', () => {
	const counts = (least: number, ...weights: number[]): number[] => {
		const { owners } = envoyRing(hosts(...weights), least);
		return weights.map((_, place) => owners.filter((owner) => owner === place).length);
	};
	expect(counts(12, 1, 2)).toEqual([4, 8]);
	expect(counts(11, 1, 2)).toEqual([4, 8]);
	expect(counts(3, 2, 3)).toEqual([2, 3]);
	expect(counts(1, 1, 1, 1, 1)).toEqual([1, 1, 1, 1]);
});

test('Envoy ring hash goes on along the ring past a server that failed', () => {
	const strategy = envoyRingHash.create({ least: 12 }, scripted());
	const backends = hosts(1, 1, 1, 1, 1, 1);
	for (let i = 0; i < 100; i++) {
		const call = callWith(`pilgrim ${String(i)}`);
		const first = strategy.pick(backends, call);
		const at = published.findIndex(
			([, port]) => port === 90 + backends.findIndex((other) => other === first)
		);
		expect(at).toBeGreaterThanOrEqual(0);
		const second = strategy.pick(backends, call, first === undefined ? [] : [first]);
		expect(second).not.toBe(first);
		expect(strategy.pick(backends, call, backends)).toBe(first);
	}
});
