import { readFileSync } from 'node:fs';
import type { Engine } from '#simulator/engine.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';

/** A queue whose steady state is known. Times are in mean service times. */
export interface Anchor {
	readonly id: string;
	readonly family: string;
	readonly params: Params;
	readonly exactness: 'exact' | 'numeric' | 'simulated';
	readonly expected: Readonly<Record<string, number>>;
	/** Relative 95 % half-width of each quantity over one run of a million requests; it shrinks with their square root. */
	readonly halfWidth: Readonly<Record<string, number>>;
	/** Absolute 95 % half-width of the expected value itself, where it was simulated too. */
	readonly expectedHalfWidth?: Readonly<Record<string, number>>;
}

interface Params {
	readonly lambda_?: number;
	readonly lambda_total?: number;
	readonly rho?: number;
	readonly offered_load_a?: number;
	readonly c?: number;
	readonly n?: number;
	readonly K?: number;
}

interface Reference {
	/** How many anchors each family has; those the engine cannot express yet are not in `anchors`. */
	readonly families: Readonly<Record<string, number>>;
	readonly anchors: readonly Anchor[];
}

export const reference = JSON.parse(
	readFileSync(new URL('../fixtures/queueing-reference.json', import.meta.url), 'utf8')
) as Reference;

interface Shape {
	readonly strategy?: Scenario['strategy']['name'];
	readonly arrivals?: Scenario['traffic']['arrivals'];
	readonly law?: Scenario['work']['law'];
	/** Places to wait at each server; as many as a scenario allows unless said. */
	readonly queue?: (params: Params) => number;
}

/** How each family is said in a scenario. */
export const expressed: Readonly<Record<string, Shape>> = {
	'M/M/1 FCFS': {},
	'M/M/c FCFS (one shared queue, Erlang C)': {},
	'M/M/c/c loss (Erlang B; insensitive to service distribution)': { queue: () => 0 },
	'M/M/c/K finite queue (K = places in system incl. in service; arrivals finding K are dropped)': {
		queue: ({ c = 1, K = 1 }) => K - c
	},
	'M/D/1 FCFS, deterministic': { law: 'fixed' },
	'M/G/1 FCFS, bounded Pareto alpha=1.5, H/L=100, mean 1': { law: 'heavy' },
	'n separate M/M/1, uniform random split of one Poisson stream': { strategy: 'random' },
	'cyclic round robin of one Poisson stream to n exponential servers = Er_n/M/1 each': {
		strategy: 'round-robin'
	},
	'D/M/1 (deterministic arrivals; n->inf limit of round robin)': { arrivals: 'steady' },
	'join the shortest queue (ties at random), n exponential FCFS servers': { strategy: 'least-connections' },
	'P2C two distinct, n=10 exponential FCFS servers': { strategy: 'two-choices' },
	'P2C two distinct, n=3 exponential FCFS servers': { strategy: 'two-choices' },
	'JSQ, n=10 exponential FCFS servers': { strategy: 'least-connections' },
	'JSQ, n=100 exponential FCFS servers': { strategy: 'least-connections' }
};

const noLaw = 'the scenario has no such law of work';
const noSharing = 'servers serve first come, first served; none shares its processor';
const noArrivals = 'the scenario has no such arrivals';
const replacement = 'two choices draws different servers';
const noPatience = 'clients wait as long as it takes';

/** Why the other families are left out. */
export const leftOut: Readonly<Record<string, string>> = {
	'M/G/1 FCFS, Erlang-4 (cv2=1/4)': noLaw,
	'M/G/1 FCFS, lognormal mean 1 cv 1': noLaw,
	'M/G/1 FCFS, lognormal mean 1 cv 2': noLaw,
	'M/G/1 FCFS, lognormal mean 1 cv 4': noLaw,
	'M/G/1 FCFS, bounded Pareto alpha=2.5, H/L=1000, mean 1': noLaw,
	'M/G/1 FCFS, hyperexponential 0.9xExp(mean .5)+0.1xExp(mean 5.5)': noLaw,
	'M/G/1 FCFS, bimodal 90% 0.5 / 10% 5.5': noLaw,
	'M/G/1 processor sharing, exponential': noSharing,
	'M/G/1 processor sharing, deterministic': noSharing,
	'M/G/1 processor sharing, lognormal mean 1 cv 2': noSharing,
	'M/G/1 processor sharing, lognormal mean 1 cv 4': noSharing,
	'M/G/1 processor sharing, bounded Pareto alpha=1.5, H/L=100, mean 1': noSharing,
	'M/G/1 processor sharing, bimodal 90% 0.5 / 10% 5.5': noSharing,
	'heterogeneous M/M/1 servers, weighted random split': 'no strategy draws at random by weight',
	'H2/M/1 (bursty renewal arrivals)': noArrivals,
	'MMPP(2)/M/1 (bursty Markov-modulated Poisson arrivals)': noArrivals,
	'power of d choices, n->infinity (supermarket model), d=1': 'the same as n separate M/M/1',
	'power of d choices, n->infinity (supermarket model), d=2': 'infinitely many servers',
	'power of d choices, n->infinity (supermarket model), d=3': 'infinitely many servers',
	'power of d choices, n->infinity (supermarket model), d=5': 'infinitely many servers',
	'P2C with replacement, n=10 exponential FCFS servers': replacement,
	'P2C with replacement, n=100 exponential FCFS servers': replacement,
	'P3C with replacement, n=100 exponential FCFS servers': replacement,
	'P2C with replacement, n=500 exponential FCFS servers': replacement,
	'JIQ (idle at random else random), n=10 exponential FCFS servers':
		'join the idle queue is not on the shelf',
	'JIQ, n=100 exponential FCFS servers': 'join the idle queue is not on the shelf',
	'closed loop: N users, exponential think Z, one queue with c exponential servers (M/M/c//N)':
		'traffic is open loop',
	'M/M/c+M (clients abandon the queue after exponential patience mean 1/theta; Erlang A)': noPatience,
	'M/M/1+D (client gives up after waiting exactly tau; a request cancelled in queue is never served)':
		noPatience
};

/** The anchor's queue with a mean service time of 1 ms, and `requests` expected after the warm-up. */
export function scenarioOf({ family, params }: Anchor, requests: number): Scenario {
	const shape = expressed[family] ?? {};
	const servers = params.n ?? 1;
	const workers = params.c ?? 1;
	const perMs = params.lambda_ ?? params.lambda_total ?? params.offered_load_a ?? params.rho ?? NaN;
	const load = perMs / (servers * workers);
	// Whitt (1989): from empty, a queue settles within some tens of 1 / (1 - rho)^2. A bounded one always settles.
	const warmUpMs = Math.max(1000, shape.queue || load >= 1 ? 5000 : 20 / (1 - load) ** 2);
	return readScenario({
		strategy: { name: shape.strategy ?? 'round-robin' },
		traffic: { arrivals: shape.arrivals ?? 'poisson', perSecond: 1000 * perMs },
		work: { law: shape.law ?? 'exponential', meanMs: 1 },
		servers: Array.from({ length: servers }, (_, index) => ({
			id: `s${String(index)}`,
			workers,
			queue: shape.queue?.(params) ?? 100_000
		})),
		warmUpMs,
		durationMs: warmUpMs + requests / perMs
	});
}

/** What the engine says of each quantity that has an expected value. Mean numbers in queue follow by Little's law. */
export const estimates: Readonly<Record<string, (engine: Engine) => number>> = {
	mean_response: ({ metrics }) => metrics.meanLatency,
	mean_response_accepted: ({ metrics }) => metrics.meanLatency,
	mean_wait: ({ metrics }) => metrics.meanWait,
	mean_wait_accepted: ({ metrics }) => metrics.meanWait,
	prob_wait: ({ metrics }) => metrics.waitShare,
	response_p50: ({ metrics }) => metrics.percentile(0.5),
	response_p95: ({ metrics }) => metrics.percentile(0.95),
	response_p99: ({ metrics }) => metrics.percentile(0.99),
	response_p999: ({ metrics }) => metrics.percentile(0.999),
	throughput: ({ metrics }) => metrics.goodput / 1000,
	drop_probability: ({ metrics }) => metrics.failed / metrics.answered,
	utilization: ({ metrics, scenario: { servers, durationMs } }) => {
		const workers = servers.reduce((sum, server) => sum + server.workers, 0);
		const busyMs = [...metrics.backends.values()].reduce((sum, tally) => sum + tally.busyMs, 0);
		return busyMs / (workers * durationMs);
	}
};
