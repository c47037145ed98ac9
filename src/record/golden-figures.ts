import type { Cluster } from '#balancer/cluster.ts';
import type { Call, Millis } from '#balancer/strategy.ts';
import type { Comparison } from './comparison.ts';

/** How exact the recorded instants are. */
const tolerance: Millis = 150;

/**
 * The last server was gone and came back: which weights was it shown with (HAProxy rounds up), and since when? Each
 * recorded change counts; ours must be as many.
 */
export function compareWeights(
	recorded: readonly (readonly [seconds: number, weight: number])[],
	cluster: Cluster
): Comparison {
	const backend = cluster.members.at(-1);
	const ours: [at: Millis, weight: number][] = [];
	if (backend !== undefined) {
		const back = 1000;
		cluster.setState(backend.id, 'down', back - 1);
		cluster.setState(backend.id, 'ready', back);
		const last = Math.max(...recorded.map(([seconds]) => seconds)) * 1000 + 1000;
		for (let at = 0; at <= last; at += 50) {
			cluster.pass(back + at);
			const weight = Math.ceil(backend.weight);
			if (ours.at(-1)?.[1] !== weight) ours.push([at, weight]);
		}
	}
	const total = Math.max(recorded.length, ours.length);
	let same = 0;
	let difference: string | undefined;
	for (let index = 0; index < total; index++) {
		const [seconds = NaN, weight = NaN] = recorded[index] ?? [];
		const [at = NaN, ourWeight = NaN] = ours[index] ?? [];
		if (weight === ourWeight && Math.abs(at - seconds * 1000) <= tolerance) same++;
		else
			difference ??= `At change ${String(index + 1)} of ${String(total)} the weight was ${String(weight)} after ${String(seconds)} s, and ours ${String(ourWeight)} after ${String(at / 1000)} s.`;
	}
	return difference === undefined ? { same, total } : { same, total, difference };
}

/** Shares that chance makes may differ by so many standard deviations, both ours and theirs being drawn. */
const mostDeviations = 5;

/**
 * Where a program draws lots of its own only the shares mean something: as many requests as in all plays together, and
 * how often each server takes one.
 */
export function compareShares(
	plays: readonly Readonly<Record<string, number>>[],
	cluster: Cluster,
	keyOf: (input: string | null) => string
): Comparison {
	const servers = cluster.members.map(({ id }) => id);
	const theirs = new Map(
		servers.map((id) => [id, plays.reduce((sum, counts) => sum + (counts[id] ?? 0), 0)])
	);
	const total = [...theirs.values()].reduce((sum, count) => sum + count, 0);
	const ours = new Map<string, number>();
	for (let id = 0; id < total; id++) {
		const call: Call = { id, key: keyOf(null), attempt: 0, at: 0 };
		const backend = cluster.acquire(call);
		if (backend === undefined) continue;
		ours.set(backend.id, (ours.get(backend.id) ?? 0) + 1);
		cluster.release(backend, { call, at: 0, latency: 0, result: 'ok' });
	}
	let same = 0;
	let difference: string | undefined;
	for (const [id, count] of theirs) {
		const ourCount = ours.get(id) ?? 0;
		const share = (count + ourCount) / (2 * total);
		const deviation = Math.sqrt(2 * total * share * (1 - share));
		if (Math.abs(count - ourCount) <= mostDeviations * deviation) same += count;
		else
			difference ??= `${id} was chosen ${String(count)} times of ${String(total)}, and ${String(ourCount)} times by us: more apart than chance explains.`;
	}
	return difference === undefined ? { same, total } : { same, total, difference };
}
