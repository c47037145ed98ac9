import { readScenario, type Scenario } from '#simulator/scenario.ts';

/**
 * What engine and peers simulate. `core`: n servers with one worker each, first come, first served, at 80 % load; Poisson
 * arrivals, exponential work with mean 1 ms, the less busy of two servers drawn by lot. `full`: and a lognormal delay on
 * the way to the server and back, a bounded queue, and a timeout for every request that hardly any of them meets. baseline.c says the same in C.
 */
export type Workload = 'core' | 'full';

const load = 0.8;
const hopMs = 0.25;
const cv = 0.5;
const timeoutMs = 20;

/** @throws InputError where this engine has no such thing, or not for so many. */
export function scenarioOf(workload: Workload, servers: number, requests: number): Scenario {
	const perMs = servers * load;
	const queue = workload === 'core' ? 100_000 : 100;
	return readScenario({
		strategy: { name: 'two-choices' },
		traffic: { perSecond: 1000 * perMs },
		work: { meanMs: 1 },
		servers: Array.from({ length: servers }, (_, index) => ({ id: `s${String(index)}`, queue })),
		durationMs: requests / perMs,
		...(workload === 'full' && {
			network: { hopMs, cv, inClient: true },
			balancer: { timeoutMs, cancel: false }
		})
	});
}

/** What a run did. */
export interface Done {
	/** Answered. */
	readonly requests: number;
	/** Response time in milliseconds. */
	readonly mean: number;
}

/** What a program prints. */
export interface Report extends Done {
	/** Of CPU time. */
	readonly seconds: number;
}

/**
 * A figure for work that was not done, or done wrong, is worth nothing. @throws Error when the mean response is not what it must be.
 */
export function check(
	who: string,
	{ requests, mean }: Done,
	workload: Workload,
	servers: number,
	asked: number
): void {
	// A run starts with nobody there, and ends by chance; five standard deviations.
	const tolerance = 0.02 + 0.025 * Math.sqrt(1e6 / asked);
	const least = coreMean(servers) + (workload === 'full' ? 2 * hopMs : 0);
	// Counts that are two hops old cost a little more; six hundredths with these delays.
	const most = workload === 'full' ? 1.08 * least : least;
	const isAll = Math.abs(requests / asked - 1) < tolerance;
	if (isAll && mean > least * (1 - tolerance) && mean < most * (1 + tolerance)) return;
	throw new Error(
		`${who} went wrong on ${workload} with ${String(servers)} servers: ${String(requests)} of ${String(asked)} requests, mean ${String(mean)} ms instead of ${least.toFixed(2)} to ${most.toFixed(2)}.`
	);
}

/**
 * The mean response of `core`: Mitzenmacher's limit for many servers (1996), the sum of load^(2^i - 2), and a correction
 * for few that hits the value known for ten, 2.07324 (tests/fixtures/queueing-reference.json).
 */
function coreMean(servers: number): number {
	let limit = 0;
	for (let i = 1; i <= 8; i++) limit += load ** (2 ** i - 2);
	return limit + (10 * (2.07324 - limit)) / servers;
}
