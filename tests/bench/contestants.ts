import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, shelf, strategyNames, type StrategyName } from '#balancer/strategies/index.ts';
import type { Backend, Outcome } from '#balancer/strategy.ts';

/** Picks that many times, and throws when it finds nobody: the figure would mean nothing. */
export type Contestant = (count: number) => void;

/** The balancer that people write in an afternoon: filter the healthy, look at all of them for the fewest in flight. */
const naive = 'naive-scan';
/** Two choices where each backend has a limit that one or two calls reach, so that nearly each pick makes another list. */
const limited = 'two-choices-limited';

export type ContestantName = StrategyName | typeof naive | typeof limited;
export const contestantNames: readonly ContestantName[] = [naive, limited, ...strategyNames];

/** Undefined where a strategy is not offered for so many. */
export function contestant(name: ContestantName, size: number): Contestant | undefined {
	if (name === naive) return naiveScan(size);
	if (name === limited) return throughCluster('two-choices', size, Math.ceil((window + 1) / size));
	return size > (shelf[name].most ?? Infinity) ? undefined : throughCluster(name, size);
}

/** Requests in flight while it is measured: as many as are picked before the first of them ends. */
const window = 16;

/** One request ended for each that begins, its key one of a thousand addresses; weights 1, 2, 3. */
function throughCluster(name: StrategyName, size: number, limit = Infinity): Contestant {
	const cluster = new Cluster(createStrategy('random', {}, randomStream(1)));
	for (let i = 0; i < size; i++) cluster.add(`s${String(i)}`, { weight: 1 + (i % 3), limit }, 0);
	cluster.use(createStrategy(name, {}, randomStream(2)), 0);
	const call = { id: 0, key: '', attempt: 0, at: 0.5 };
	const outcome = { call, at: 0.5, latency: 5.5, result: 'ok' } satisfies Outcome;
	const open = Array<Backend | undefined>(window).fill(undefined);
	return (count) => {
		for (let i = 0; i < count; i++) {
			call.id++;
			call.at = outcome.at = call.id / 1000;
			call.key = keys[call.id & 1023] ?? '';
			const place = call.id & (window - 1);
			const ended = open[place];
			if (ended !== undefined) cluster.release(ended, outcome);
			const picked = cluster.acquire(call);
			if (picked === undefined) throw new Error(`${name} picked nobody.`);
			open[place] = picked;
		}
	};
}

const keys = Array.from(
	{ length: 1024 },
	(_, i) => `10.${String(i >> 8)}.${String(i & 255)}.${String(i % 200)}`
);

function naiveScan(size: number): Contestant {
	const servers = Array.from({ length: size }, (_, i) => ({
		id: `s${String(i)}`,
		healthy: true,
		inflight: 0
	}));
	const open: { inflight: number }[] = [];
	return (count) => {
		for (let i = 0; i < count; i++) {
			if (open.length === window) {
				const ended = open.shift();
				if (ended !== undefined) ended.inflight--;
			}
			const healthy = servers.filter((server) => server.healthy);
			const picked = healthy.reduce((best, server) => (server.inflight < best.inflight ? server : best));
			picked.inflight++;
			open.push(picked);
		}
	};
}
