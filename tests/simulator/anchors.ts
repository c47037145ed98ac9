import { readFileSync } from 'node:fs';
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

export interface Params {
	readonly lambda_?: number;
	readonly lambda_total?: number;
	readonly rho?: number;
	readonly offered_load_a?: number;
	readonly c?: number;
	readonly n?: number;
	readonly K?: number;
	/** Choices. */
	readonly d?: number;
	/** Servers' speeds and weights. */
	readonly mus?: readonly number[];
	readonly weights?: readonly number[];
	/** Hyperexponential gaps: with probability `p` of mean `m1`, else of mean `m2`. */
	readonly interarrival?: { readonly p: number; readonly m1: number; readonly m2: number };
	/** Arrival rates of the two states, and the rates of leaving each. */
	readonly rates?: readonly [number, number];
	readonly switch_rate_01?: number;
	readonly switch_rate_10?: number;
	readonly users?: number;
	readonly think?: number;
	/** Clients' patience is exponential with this rate, or fixed. */
	readonly theta?: number;
	readonly timeout_in_queue?: number;
}

interface Reference {
	/** How many anchors each family has. */
	readonly families: Readonly<Record<string, number>>;
	readonly anchors: readonly Anchor[];
}

export const reference = JSON.parse(
	// Not beside this file, which is bundled for the long version.
	readFileSync('tests/fixtures/queueing-reference.json', 'utf8')
) as Reference;

export function anchorOf(id: string): Anchor {
	const found = reference.anchors.find((anchor) => anchor.id === id);
	if (found === undefined) throw new Error(`The reference values have no ${id}.`);
	return found;
}

/** How a family is said in a scenario: exponential work and Poisson traffic on first come, first served, unless told. */
export interface Shape {
	readonly strategy?: Scenario['strategy']['name'];
	readonly knobs?: (params: Params) => Record<string, number>;
	readonly work?: Partial<Scenario['work']>;
	readonly traffic?: (params: Params) => object;
	readonly sharing?: true;
	/** Places to wait at each server; as many as anybody needs unless said. */
	readonly queue?: (params: Params) => number;
	/** Servers, where the reference names no number. */
	readonly servers?: (params: Params) => number;
	/** The load is kept even, so that all servers settle together, as one does that is as fast as all of them. */
	readonly evens?: true;
	/** The variance of what arrives, as a multiple of what Poisson traffic and exponential work have. */
	readonly roughness?: number;
	/** What the metrics do not tell and must be heard or looked at. */
	readonly observes?: 'answers' | 'sizes' | 'crowds';
}

const boulders = { share: 0.1, times: 11 };
/** How many servers stand for infinitely many; near saturation fewer, because all of them take long to settle. */
const many = (load: number): number => (load > 0.97 ? 200 : 1000);

/** Envoy draws with replacement, which is what these families assume. */
const withReplacement = (choices: number): Shape => ({
	strategy: 'envoy-least-request',
	knobs: () => ({ choices }),
	evens: true
});

const supermarket = (choices: number): Shape => ({
	...withReplacement(choices),
	servers: ({ lambda_ = NaN }) => many(lambda_),
	observes: 'crowds'
});

const sharing = (work: Partial<Scenario['work']>, roughness = 1): Shape => ({
	sharing: true,
	work,
	roughness,
	observes: 'sizes'
});

export const expressed: Readonly<Record<string, Shape>> = {
	'M/M/1 FCFS': {},
	'M/M/c FCFS (one shared queue, Erlang C)': {},
	'M/M/c/c loss (Erlang B; insensitive to service distribution)': { queue: () => 0 },
	'M/M/c/K finite queue (K = places in system incl. in service; arrivals finding K are dropped)': {
		queue: ({ c = 1, K = 1 }) => K - c
	},
	'M/D/1 FCFS, deterministic': { work: { law: 'fixed' } },
	'M/G/1 FCFS, Erlang-4 (cv2=1/4)': { work: { law: 'erlang', stages: 4 } },
	'M/G/1 FCFS, lognormal mean 1 cv 1': { work: { law: 'lognormal', cv: 1 } },
	'M/G/1 FCFS, lognormal mean 1 cv 2': { work: { law: 'lognormal', cv: 2 }, roughness: 2.5 },
	'M/G/1 FCFS, lognormal mean 1 cv 4': { work: { law: 'lognormal', cv: 4 }, roughness: 8.5 },
	'M/G/1 FCFS, bounded Pareto alpha=1.5, H/L=100, mean 1': {
		work: { law: 'heavy', alpha: 1.5, span: 100 },
		roughness: 2
	},
	'M/G/1 FCFS, bounded Pareto alpha=2.5, H/L=1000, mean 1': {
		work: { law: 'heavy', alpha: 2.5, span: 1000 }
	},
	'M/G/1 FCFS, hyperexponential 0.9xExp(mean .5)+0.1xExp(mean 5.5)': {
		work: { law: 'hyperexponential', ...boulders },
		roughness: 3.5
	},
	'M/G/1 FCFS, bimodal 90% 0.5 / 10% 5.5': { work: { law: 'bimodal', ...boulders }, roughness: 2 },
	'M/G/1 processor sharing, exponential': sharing({}),
	'M/G/1 processor sharing, deterministic': sharing({ law: 'fixed' }),
	'M/G/1 processor sharing, lognormal mean 1 cv 2': sharing({ law: 'lognormal', cv: 2 }, 2.5),
	'M/G/1 processor sharing, lognormal mean 1 cv 4': sharing({ law: 'lognormal', cv: 4 }, 8.5),
	'M/G/1 processor sharing, bounded Pareto alpha=1.5, H/L=100, mean 1': sharing(
		{ law: 'heavy', alpha: 1.5, span: 100 },
		2
	),
	'M/G/1 processor sharing, bimodal 90% 0.5 / 10% 5.5': sharing({ law: 'bimodal', ...boulders }, 2),
	'n separate M/M/1, uniform random split of one Poisson stream': { strategy: 'random' },
	'heterogeneous M/M/1 servers, weighted random split': { strategy: 'weighted-random', observes: 'answers' },
	'cyclic round robin of one Poisson stream to n exponential servers = Er_n/M/1 each': {
		strategy: 'round-robin'
	},
	'D/M/1 (deterministic arrivals; n->inf limit of round robin)': { traffic: () => ({ arrivals: 'steady' }) },
	'H2/M/1 (bursty renewal arrivals)': {
		traffic: ({ interarrival: { p, m1, m2 } = { p: NaN, m1: NaN, m2: NaN } }) => ({
			arrivals: 'hyperexponential',
			gaps: { share: 1 - p, times: m2 / m1 }
		}),
		roughness: 3.5
	},
	'MMPP(2)/M/1 (bursty Markov-modulated Poisson arrivals)': {
		traffic: ({ rates: [quiet, busy] = [NaN, NaN], switch_rate_01 = NaN, switch_rate_10 = NaN }) => ({
			arrivals: 'bursts',
			bursts: { times: busy / quiet, quietMs: 1 / switch_rate_01, busyMs: 1 / switch_rate_10 }
		}),
		roughness: 9
	},
	'join the shortest queue (ties at random), n exponential FCFS servers': {
		strategy: 'least-connections',
		evens: true
	},
	// One choice is none: as many queues as one likes, each by itself.
	'power of d choices, n->infinity (supermarket model), d=1': {
		strategy: 'random',
		servers: ({ lambda_ = 0 }) => (lambda_ > 0.97 ? 1 : 10),
		observes: 'crowds'
	},
	'power of d choices, n->infinity (supermarket model), d=2': supermarket(2),
	'power of d choices, n->infinity (supermarket model), d=3': supermarket(3),
	'power of d choices, n->infinity (supermarket model), d=5': supermarket(5),
	'P2C with replacement, n=10 exponential FCFS servers': withReplacement(2),
	'P2C with replacement, n=100 exponential FCFS servers': withReplacement(2),
	'P2C with replacement, n=500 exponential FCFS servers': withReplacement(2),
	'P3C with replacement, n=100 exponential FCFS servers': withReplacement(3),
	'P2C two distinct, n=10 exponential FCFS servers': { strategy: 'two-choices', evens: true },
	'P2C two distinct, n=3 exponential FCFS servers': { strategy: 'two-choices', evens: true },
	'JSQ, n=10 exponential FCFS servers': { strategy: 'least-connections', evens: true },
	'JSQ, n=100 exponential FCFS servers': { strategy: 'least-connections', evens: true },
	'JIQ (idle at random else random), n=10 exponential FCFS servers': {
		strategy: 'join-idle-queue',
		evens: true
	},
	'JIQ, n=100 exponential FCFS servers': { strategy: 'join-idle-queue', evens: true },
	'closed loop: N users, exponential think Z, one queue with c exponential servers (M/M/c//N)': {
		traffic: ({ users = NaN, think = NaN }) => ({ arrivals: 'users', users, think: { meanMs: think } })
	},
	'M/M/c+M (clients abandon the queue after exponential patience mean 1/theta; Erlang A)': {
		traffic: ({ theta = NaN }) => ({
			patience: { law: 'exponential', meanMs: 1 / theta, until: 'start' }
		}),
		observes: 'answers'
	},
	'M/M/1+D (client gives up after waiting exactly tau; a request cancelled in queue is never served)': {
		traffic: ({ timeout_in_queue = NaN }) => ({
			patience: { law: 'fixed', meanMs: timeout_in_queue, until: 'start' }
		})
	}
};

export function shapeOf({ family }: Anchor): Shape {
	const shape = expressed[family];
	if (shape === undefined) throw new Error(`Nobody has said how a scenario expresses "${family}".`);
	return shape;
}

/** The anchor's queue with a mean service time of 1 ms, and `requests` expected after the warm-up. */
export function scenarioOf(anchor: Anchor, requests: number): Scenario {
	const { params, expected } = anchor;
	const shape = shapeOf(anchor);
	const servers = serversOf(anchor);
	const workers = params.c ?? 1;
	const perMs = (params.lambda_ ?? 0) * (params.d === undefined ? 1 : servers) || rateOf(params);
	const warmUpMs = warmUpOf(shape, params, perMs / (workers * servers), servers);
	return readScenario({
		strategy: { name: shape.strategy ?? 'round-robin', knobs: shape.knobs?.(params) ?? {} },
		traffic: { perSecond: 1000 * perMs, ...shape.traffic?.(params) },
		work: { ...shape.work, meanMs: 1 },
		servers: Array.from({ length: servers }, (_, index) => ({
			id: `s${String(index)}`,
			workers,
			discipline: shape.sharing ? 'sharing' : 'fcfs',
			slots: 1_000_000,
			queue: shape.queue?.(params) ?? 1_000_000,
			speed: params.mus?.[index] ?? 1,
			weight: params.weights?.[index] ?? 1
		})),
		warmUpMs,
		durationMs: warmUpMs + requests / (params.users === undefined ? perMs : (expected['throughput'] ?? NaN))
	});
}

export function serversOf(anchor: Anchor): number {
	const { n, mus } = anchor.params;
	return shapeOf(anchor).servers?.(anchor.params) ?? mus?.length ?? n ?? 1;
}

/** Requests a millisecond; of a closed loop it is not asked. */
function rateOf({ lambda_total, offered_load_a, rho }: Params): number {
	return lambda_total ?? offered_load_a ?? rho ?? 0;
}

/**
 * So many requests, or as many as a queue that nothing bounds sees while it settles a hundred times: with fewer a mean is not yet
 * spread as the reference's half-widths say.
 */
export function enoughFor(anchor: Anchor, requests: number): number {
	const { params } = anchor;
	const { evens, queue, roughness = 1 } = shapeOf(anchor);
	const load = params.rho ?? (params.d === undefined ? 0 : (params.lambda_ ?? 0));
	if (evens === true || queue !== undefined || load >= 1) return requests;
	return Math.max(requests, (100 * roughness) / (1 - load) ** 2);
}

/** Whitt (1989): from empty, a queue settles within some tens of 1 / (1 - rho)^2. A bounded one always settles. */
function warmUpOf(shape: Shape, params: Params, load: number, servers: number): number {
	if (params.users !== undefined || params.theta !== undefined || params.timeout_in_queue !== undefined)
		return 1000;
	if (shape.queue || load >= 1) return 5000;
	const heaviest = params.mus === undefined ? load : 0.8;
	if (!shape.evens) return Math.max(1000, (20 * (shape.roughness ?? 1)) / (1 - heaviest) ** 2);
	// Each server's queue with the others' help, and all of them as one.
	return Math.max(100, 20 / (1 - load) + 50 / (servers * (1 - load) ** 2));
}
