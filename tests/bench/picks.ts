import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, shelf, strategyNames, type StrategyName } from '#balancer/strategies/index.ts';
import type { Backend, Outcome } from '#balancer/strategy.ts';

const sizes = [3, 10, 100, 1000, 10_000];
/** Requests in flight while it is measured: as many as are picked before the first of them ends. */
const window = 16;
const rounds = 3;
const roundMs = 12;

/**
 * Picks a millisecond of CPU time through `acquire` and `release`, one request ended for each that begins, its key one of a thousand
 * addresses. Above them the naive scan: the balancer people write in an afternoon, which filters the healthy
 * and looks at all of them for the one with the fewest in flight. A dash: not offered for so many.
 */
export async function benchPicks(): Promise<string[]> {
	const lines = [row('backends', sizes.map(String)), `empty loop, one read: ${emptyLoop().toFixed(0)} M/s`];
	lines.push(
		row(
			'naive scan',
			sizes.map((size) => rateOf(naiveScan(size)))
		)
	);
	const clusters = sizes.map(clusterOf);
	for (const name of strategyNames) {
		const { most = Infinity } = shelf[name];
		lines.push(
			row(
				name,
				clusters.map((cluster) => (cluster.members.length > most ? '-' : rateIn(cluster, name)))
			)
		);
		// Let timers and signals through.
		await new Promise((resolve) => setImmediate(resolve));
	}
	return lines;
}

/** Picks that many times, and says whether it always found somebody. */
type Contestant = (count: number) => boolean;

/** Picks per millisecond of CPU time in the best round: what disturbs a round only makes it slower. */
function rateOf(pick: Contestant): string {
	let best = 0;
	let batch = 16;
	for (let round = 0; round <= rounds; round++) {
		let done = 0;
		let elapsed = 0;
		const before = process.cpuUsage();
		while (elapsed < roundMs) {
			if (!pick(batch)) throw new Error('Nobody was picked: the figure would mean nothing.');
			done += batch;
			const { user, system } = process.cpuUsage(before);
			elapsed = (user + system) / 1000;
			if (elapsed < roundMs / 10 && batch < 8192) batch *= 2;
		}
		// The first round is for the compiler, and for rings and tables.
		if (round > 0) best = Math.max(best, done / elapsed);
	}
	return Math.round(best).toLocaleString('en');
}

/** One cluster for all strategies, which take charge of it by turns. */
function clusterOf(size: number): Cluster {
	const cluster = new Cluster(createStrategy('random', {}, randomStream(1)));
	for (let i = 0; i < size; i++) cluster.add(`s${String(i)}`, { weight: 1 + (i % 3) }, 0);
	return cluster;
}

function rateIn(cluster: Cluster, name: StrategyName): string {
	cluster.use(createStrategy(name, {}, randomStream(2)), 0);
	const call = { id: 0, key: '', attempt: 0, at: 0 };
	const outcome = { call, at: 0, latency: 5, result: 'ok' } satisfies Outcome;
	const open: (Backend | undefined)[] = Array<undefined>(window).fill(undefined);
	const rate = rateOf((count) => {
		for (let i = 0; i < count; i++) {
			call.id++;
			call.at = outcome.at = call.id / 1000;
			call.key = keys[call.id & 1023] ?? '';
			const place = call.id & (window - 1);
			const ended = open[place];
			if (ended !== undefined) cluster.release(ended, outcome);
			const picked = cluster.acquire(call);
			if (picked === undefined) return false;
			open[place] = picked;
		}
		return true;
	});
	for (const ended of open) if (ended !== undefined) cluster.release(ended, outcome);
	return rate;
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
		return true;
	};
}

/** Millions a second, of the least that a pick could be: what this machine is. */
function emptyLoop(): number {
	const numbers = Uint32Array.from({ length: 1024 }, (_, i) => i);
	let sum = 0;
	let best = 0;
	for (let round = 0; round < 5; round++) {
		const began = performance.now();
		for (let i = 0; i < 1e7; i++) sum = (sum + (numbers[i & 1023] ?? 0)) | 0;
		best = Math.max(best, 1e4 / (performance.now() - began));
	}
	if (sum === 0) throw new Error('The loop was left out.');
	return best;
}

function row(name: string, cells: readonly string[]): string {
	return name.padEnd(32) + cells.map((cell) => cell.padStart(10)).join('');
}
