/**
 * Envoy's ring hash: consistent hashing with Envoy's points.
 *
 * The idea is consistent hashing's: the first point at or after the key's says who serves it. What is Envoy's own: the
 * ring has a least size rather than so many points a server, 1,024 for all together unless told otherwise, and is
 * made just so large that the lightest server gets a whole number of points. The i-th point of a server is the XXH64 of its
 * address, `_` and i; fractions of points carry over to the next in the list. Our `consistent-hash` gives a server as
 * many points however many others there are, which is why its shares stay fair where these grow uneven.
 *
 * A retry takes the point that lies as many further as tries were made, until it meets another server.
 *
 * Cost: O(1) a pick and the hashing of the key. It fails where the ring is small for its servers: a thousand
 * points for a hundred of them leave shares that differ by a third and more.
 */
import { pointMet, type Circle } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import { Guide } from '../structures/guide.ts';
import { xxHash64, xxHigh, xxLow } from '../structures/xxhash.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const envoyRingHash: StrategyDefinition<'least'> = {
	title: 'Envoy ring hash',
	says: 'Consistent hashing on Envoy’s ring, so that every key finds the server it has there.',
	cost: 'O(1) a pick; a ring of points, made anew when the list changes.',
	fails: 'A ring that is small for its servers gives unequal shares; one hot key is one hot server.',
	sources: ['Envoy 1.25, ring_hash_lb.cc and its test tables (2023)'],
	knobs: {
		least: {
			title: 'Minimum ring size',
			says: 'How many points the ring has at least, for all servers together.',
			min: 1,
			max: 4096,
			step: 1,
			initial: 1024,
			unit: 'points'
		}
	},
	elsewhere: {
		haproxy: 'hash-type consistent (other points)',
		nginx: 'hash … consistent (other points)',
		envoy: 'RING_HASH',
		go: 'gRPC: ring_hash'
	},
	create({ least }, random) {
		// Without a key Envoy draws a number instead.
		const lot = (): string => String(random());
		const ringOf = whenListChanges((backends) => envoyRing(backends, least));
		return {
			walks: true,
			pick(backends, { key }, tried) {
				const ring = ringOf(backends);
				const { owners } = ring;
				xxHash64(key === '' ? lot() : key);
				const start = envoyPoint(ring, xxHigh(), xxLow());
				const first = backends[owners[start] ?? 0];
				if (tried === undefined || first === undefined || !tried.includes(first)) return first;
				for (let attempt = 1; attempt < owners.length; attempt++) {
					const next = backends[owners[(start + attempt) % owners.length] ?? 0];
					if (next !== undefined && !tried.includes(next)) return next;
				}
				return first;
			},
			because(picked, backends, { key }, tried) {
				if (key === '') return { says: `Without a key a lot decides, and it fell on ${picked.id}.` };
				const ring = ringOf(backends);
				xxHash64(key);
				const [high, low] = [xxHigh(), xxLow()];
				const circle: Circle = {
					size: ring.owners.length,
					start: envoyPoint(ring, high, low),
					at: partOf(high, low),
					partOf: (point) => partOf(ring.highs[point] ?? 0, ring.lows[point] ?? 0),
					ownerOf: (point) => backends[ring.owners[point] ?? 0]
				};
				return pointMet(key, circle, picked, tried);
			},
			space(backends) {
				const { highs, lows, owners } = ringOf(backends);
				const ends = Float64Array.from(highs, (high, point) => partOf(high, lows[point] ?? 0));
				return { kind: 'ring', backends, owners, ends };
			}
		};
	}
};

/** A position of 64 bits as a part of the way round. */
function partOf(high: number, low: number): number {
	return (high + low / 2 ** 32) / 2 ** 32;
}

/** Positions of 64 bits in two halves, ascending, and the place in the list of each one's owner. */
export interface EnvoyRing {
	readonly highs: Uint32Array;
	readonly lows: Uint32Array;
	readonly owners: Uint32Array;
	/** To the high halves. */
	readonly guide: Guide;
}

/** Envoy's limit, and its default: weights that ask for more points get fewer in proportion. */
const mostPoints = 8 * 2 ** 20;

/** Envoy's ring of at least so many points. */
export function envoyRing(backends: readonly Backend[], least: number): EnvoyRing {
	const total = backends.reduce((sum, { weight }) => sum + weight, 0);
	const lightest = backends.reduce((min, { weight }) => Math.min(min, weight / total), 1);
	const scale = Math.min(Math.ceil(lightest * least) / lightest, mostPoints);
	const points: { high: number; low: number; owner: number }[] = [];
	let target = 0;
	backends.forEach(({ address, weight }, owner) => {
		target += scale * (weight / total);
		for (let i = 0; points.length < target; i++) {
			xxHash64(`${address}_${String(i)}`);
			points.push({ high: xxHigh(), low: xxLow(), owner });
		}
	});
	points.sort((a, b) => a.high - b.high || a.low - b.low);
	const highs = Uint32Array.from(points, ({ high }) => high);
	return {
		highs,
		guide: new Guide(highs, 2 ** 32),
		lows: Uint32Array.from(points, ({ low }) => low),
		owners: Uint32Array.from(points, ({ owner }) => owner)
	};
}

/** The first point at or after a position, going round. */
export function envoyPoint({ highs, lows, guide }: EnvoyRing, high: number, low: number): number {
	let point = guide.around(high);
	while (highs[point] === high && (lows[point] ?? 0) < low) point++;
	return point === highs.length ? 0 : point;
}
