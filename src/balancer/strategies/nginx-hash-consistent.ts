/**
 * NGINX's consistent hash: every server stands at many places of a circle, and a key goes to the next one round.
 *
 * The idea is the ring's: when a server joins or leaves, only the keys next to its points move. NGINX gives each server
 * 160 points for each unit of weight, and each point is the CRC-32 of the address and the point before. Servers of one
 * address (a name with several machines) share their points and take turns there. A server that is down, full or has just
 * failed keeps its points, and its keys go on to the next point, twenty points at most: then, as for an empty
 * key, the turns of weighted round robin decide. So a heavy server that is down, with points side by side, lets some of its
 * keys scatter.
 *
 * Where the points lie depends on the address as it is written: `localhost:8000` and `127.0.0.1:8000` are two servers.
 *
 * Cost: O(key) a pick; two numbers a point. It fails when one key is most of the traffic: one server gets
 * it all; and 160 points still leave shares that differ by a tenth or so.
 */
import { pointMet } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import { mostMisses, presence } from '../structures/hash-walk.ts';
import { Guide } from '../structures/guide.ts';
import { crc32Start, crc32Step, hashText } from '../hash.ts';
import { circleFrom, ringSpace, type Ring } from '../structures/ring.ts';
import type { Backend, Because, StrategyDefinition } from '../strategy.ts';
import { smoothTurns } from './smooth-weighted-round-robin.ts';

export const nginxHashConsistent: StrategyDefinition<never> = {
	title: 'NGINX consistent hash',
	says: 'The key decides, and when a server joins or leaves only its share of the keys moves.',
	cost: 'O(1) a pick; 160 points of two numbers for each unit of weight.',
	fails: 'A single popular key still lands on one server, and shares differ by a tenth or so.',
	sources: [
		'NGINX 1.22.1, ngx_http_upstream_hash_module.c (2022)',
		'Karger et al., Consistent Hashing and Random Trees, STOC (1997)'
	],
	knobs: {},
	elsewhere: {
		haproxy: 'hash-type consistent (other points)',
		nginx: 'hash $key consistent',
		envoy: 'RING_HASH (other points)',
		go: 'gRPC: ring_hash (other points)'
	},
	create() {
		const turns = smoothTurns();
		const circleFor = whenListChanges(circleOf);
		const present = presence();
		let told: readonly Backend[] | undefined;
		return {
			members(all) {
				told = all;
			},
			pick(backends, { key }) {
				const all = told ?? backends;
				if (all.length === 1 || key === '') return turns.next(backends);
				const { owners, guide, groups } = circleFor(all);
				const isThere = present(backends, all);
				const start = guide.around(~hashText(key, crc32Start, crc32Step));
				for (let misses = 0; misses <= mostMisses; misses++) {
					const group = groups[owners[(start + misses) % owners.length] ?? 0] ?? [];
					const first = group[0];
					if (group.length > 1) {
						const picked = turns.next(group, isThere);
						if (picked !== undefined) return picked;
					} else if (first !== undefined && isThere(first)) return turns.alone(first);
				}
				return turns.next(backends);
			},
			done: turns.done,
			because(picked, backends, { key }, tried) {
				const all = told ?? backends;
				const byTurns = (why: string): Because => {
					const { says, figures } = turns.because(picked, backends);
					return { says: `${why} ${says}`, ...(figures && { figures }) };
				};
				if (all.length === 1) return { says: `${picked.id} is alone on the list.` };
				if (key === '') return byTurns('Without a key turns decide.');
				const circle = circleFor(all);
				const position = ~hashText(key, crc32Start, crc32Step) >>> 0;
				const isThere = present(backends, all);
				/** Of a group the one who was there to be asked stands for it. */
				const ownerOf = (point: number): Backend | undefined => {
					const group = circle.groups[circle.owners[point] ?? 0] ?? [];
					return group.includes(picked) ? picked : (group.find(isThere) ?? group[0]);
				};
				const along = { ...circleFrom(circle, [], position), ownerOf };
				const met = pointMet(key, along, picked, tried, (backend) => (isThere(backend) ? '' : 'is out'));
				const { length } = circle.owners;
				const steps = (met.mark.piece - circle.guide.around(position) + length) % length;
				return steps <= mostMisses
					? met
					: byTurns(
							`The ${String(mostMisses + 1)} points after the key’s place are of servers that may not take it, so turns decide.`
						);
			},
			space(backends) {
				const all = told ?? backends;
				const { points, owners, groups } = circleFor(all);
				// Those of one address have the same points; the first of them stands for all.
				return ringSpace(
					{ points, owners },
					groups.map(([first]) => first ?? all[0]).filter((backend) => backend !== undefined)
				);
			}
		};
	}
};

/** The owner of a point is a group: all who have one address, mostly one. */
interface Circle extends Ring {
	readonly groups: readonly (readonly Backend[])[];
}

function circleOf(backends: readonly Backend[]): Circle {
	const byAddress = new Map<string, Backend[]>();
	for (const backend of backends) {
		const group = byAddress.get(backend.address);
		if (group === undefined) byAddress.set(backend.address, [backend]);
		else group.push(backend);
	}
	const groups = [...byAddress.values()];
	const found: number[] = [];
	groups.forEach((group, owner) => {
		// Each server of a group has the points of its own weight, and they are the same: the heaviest has them all.
		const weight = Math.max(...group.map(({ weight }) => weight));
		const base = startOf(group[0]?.address ?? '');
		let point = 0;
		for (let left = Math.floor(weight * pointsPerWeight); left > 0; left--) {
			point = ~takeWord(base, point) >>> 0;
			// Position and owner in one number, so that the native sort of numbers does the work.
			found.push(point * ownerRange + owner);
		}
	});
	const sorted = Float64Array.from(found).sort();
	const points = Uint32Array.from(sorted, (both) => Math.floor(both / ownerRange));
	const kept = points
		.map((_, index) => index)
		.filter((index) => index === 0 || points[index] !== points[index - 1]);
	const positions = kept.map((index) => points[index] ?? 0);
	return {
		points: positions,
		guide: new Guide(positions, 2 ** 32),
		owners: kept.map((index) => (sorted[index] ?? 0) % ownerRange),
		groups
	};
}

const pointsPerWeight = 160;

/** More than any list is long; times 2^32 it still fits the 53 bits of a number. */
const ownerRange = 2 ** 21;

/** The CRC of the host's name, a zero byte and the port, if one is written. */
function startOf(address: string): number {
	const colon = /^unix:/i.test(address) ? -1 : address.search(/:\d*$/);
	const host = colon < 0 ? address.replace(/^unix:/i, '') : address.slice(0, colon);
	const port = colon < 0 ? '' : address.slice(colon + 1);
	return hashText(port, crc32Step(hashText(host, crc32Start, crc32Step), 0), crc32Step);
}

/** Four bytes more, the low one first. */
function takeWord(crc: number, word: number): number {
	let taken = crc;
	for (let shift = 0; shift < 32; shift += 8) taken = crc32Step(taken, (word >>> shift) & 0xff);
	return taken;
}
