import { type Anchor, anchorOf, serversOf, shapeOf } from './anchors.ts';
import { mean, type Run } from './anchor-run.ts';

/** One quantity of an anchor, as it should be and as a run has it. */
export interface Check {
	readonly metric: string;
	readonly expected: number;
	/** Relative, of one run of a million requests; undefined where nobody knows it beforehand. */
	readonly halfWidth: number | undefined;
	/** Absolute, for what this engine cannot resolve. */
	readonly allowance: number;
	/** Absolute 95 % half-width of the expected value. */
	readonly uncertainty: number;
	readonly estimate: (run: Run) => number;
}

/**
 * The histogram knows a value to 1/128 of its octave and places it evenly within its bin. Where a whole share of
 * the requests takes exactly one time (no wait before fixed work), that is off by as much as a bin; elsewhere by far less.
 */
const binWidth = 1 / 128;

/** All quantities of an anchor that a run tells. */
export function checksOf(anchor: Anchor): Check[] {
	const { expected, expectedHalfWidth, family } = anchor;
	const widths = halfWidthsOf(anchor);
	const isFixed = shapeOf(anchor).work?.law === 'fixed';
	const isAtom = (metric: string): boolean => isFixed && metric.startsWith('response_p');
	return Object.entries(parted(expected, isFixed)).flatMap(([metric, value]) => {
		const estimate = estimates[metric];
		if (estimate === undefined) return [];
		const few = family.includes('n->infinity') ? forFewer(anchor, metric) : 0;
		return [
			{
				metric,
				expected: value + few,
				halfWidth: widths[metric],
				// A share so close to 1, or to 0, that nothing is left to chance is right but for rounding.
				allowance: isAtom(metric) ? binWidth * value : few + (few > 0 || metric === 'utilization' ? 1e-9 : 0),
				uncertainty: expectedHalfWidth?.[metric] ?? 0,
				estimate: (run: Run) => estimate(run, anchor)
			}
		];
	});
}

type Values = Readonly<Record<string, number>>;

/** The same slowdown is expected of each size: of the small, the middle and the large. Of one size it is the mean response. */
function parted({ mean_slowdown_each_size, ...rest }: Values, isFixed: boolean): Values {
	if (mean_slowdown_each_size === undefined || isFixed) return rest;
	const each = mean_slowdown_each_size;
	return { ...rest, slowdown_small: each, slowdown_middle: each, slowdown_large: each };
}

/** What a run says of each quantity that has an expected value. */
const estimates: Readonly<Record<string, (run: Run, anchor: Anchor) => number>> = {
	mean_response: ({ engine: { metrics } }) => metrics.meanLatency,
	mean_response_accepted: ({ engine: { metrics } }) => metrics.meanLatency,
	mean_wait: ({ engine: { metrics } }) => metrics.meanWait,
	mean_wait_accepted: ({ engine: { metrics } }) => metrics.meanWait,
	mean_wait_served: ({ engine: { metrics } }) => metrics.meanWait,
	mean_wait_all: ({ engine: { metrics }, vainMs }) =>
		(metrics.meanWait * metrics.ok + vainMs) / metrics.answered,
	// Little's law, with the rate and the time of one run.
	mean_in_system: ({ engine: { metrics } }) => (metrics.goodput / 1000) * metrics.meanLatency,
	mean_in_queue: ({ engine: { metrics } }) => (metrics.goodput / 1000) * metrics.meanWait,
	prob_wait: ({ engine: { metrics } }) => 1 - ((1 - metrics.waitShare) * metrics.ok) / servedOrLeft(metrics),
	prob_empty: ({ used }) => 1 - mean(used),
	response_p50: ({ engine: { metrics } }) => metrics.percentile(0.5),
	response_p95: ({ engine: { metrics } }) => metrics.percentile(0.95),
	response_p99: ({ engine: { metrics } }) => metrics.percentile(0.99),
	response_p999: ({ engine: { metrics } }) => metrics.percentile(0.999),
	throughput: ({ engine: { metrics } }) => metrics.goodput / 1000,
	drop_probability: ({ engine: { metrics } }) => metrics.failed / metrics.answered,
	abandon_probability: ({ engine: { metrics } }) => metrics.failed / metrics.answered,
	timeout_probability: ({ engine: { metrics } }) => metrics.failed / metrics.answered,
	utilization: ({ used }) => mean(used),
	utilization_0: ({ used }) => used[0] ?? NaN,
	utilization_1: ({ used }) => used[1] ?? NaN,
	utilization_2: ({ used }) => used[2] ?? NaN,
	mean_response_0: ({ responses }) => responses[0] ?? NaN,
	mean_response_1: ({ responses }) => responses[1] ?? NaN,
	mean_response_2: ({ responses }) => responses[2] ?? NaN,
	slowdown_small: ({ slowdowns }) => slowdowns[0] ?? NaN,
	slowdown_middle: ({ slowdowns }) => slowdowns[1] ?? NaN,
	slowdown_large: ({ slowdowns }) => slowdowns[2] ?? NaN,
	fraction_servers_with_at_least_2: ({ crowds }) => crowds[2] ?? NaN,
	fraction_servers_with_at_least_3: ({ crowds }) => crowds[3] ?? NaN
};

/** All but those who were turned away at the door. */
function servedOrLeft({ ok, failures }: Run['engine']['metrics']): number {
	return ok + (failures.get('client-left') ?? 0);
}

/** The reference's, and where it has none, what follows from those of a sibling. */
function halfWidthsOf(anchor: Anchor): Values {
	const { id, family, params, halfWidth, expected } = anchor;
	if (family.includes('processor sharing')) {
		// Whoever is served first, the same work is left: the worker is idle when it is under first come, first served.
		const sibling = id
			.replace('mg1ps-exponential', 'mm1')
			.replace('mg1ps-deterministic', 'mg1-deterministic')
			.replace('mg1ps', 'mg1');
		const { rho = NaN } = params;
		const busy = halfWidthOf(sibling, 'utilization');
		// A third of the requests.
		const slowdown = Math.sqrt(3) * (halfWidth['mean_response'] ?? NaN);
		return {
			...halfWidth,
			prob_empty: (busy * rho) / (1 - rho),
			slowdown_small: slowdown,
			slowdown_middle: slowdown,
			slowdown_large: slowdown
		};
	}
	if (family.startsWith('heterogeneous')) return ofUnequalServers(params);
	if (family.startsWith('M/M/c+M')) {
		// As many leave as wait on average, times the rate at which one loses patience.
		return { ...halfWidth, mean_wait_all: halfWidth['abandon_probability'] ?? NaN };
	}
	if (!family.includes('n->infinity') || params.d === undefined) return halfWidth;
	const { d, lambda_: load = NaN } = params;
	if (d === 1) {
		// Relative to their mean, waits vary as 1 / (1 - rho) (Whitt, 1989).
		const known = Math.min(load, 0.95);
		const widths = halfWidthOf(`mm1-rho${String(known)}`);
		return crowdWidth(mapped(widths, (width) => (width * (1 - known)) / (1 - load)));
	}
	// Choosing among five leaves less to chance than among three.
	const sibling = anchorOf(`finite-p${String(Math.min(d, 3))}-n100-rho${String(load)}`);
	const absolute = (metric: string, width: number): number =>
		(width * (sibling.expected[metric] ?? NaN)) / (expected[metric] ?? NaN);
	return crowdWidth(mapped(sibling.halfWidth, (width, metric) => absolute(metric, width)));
}

/** The share of servers where somebody waits varies no more than how long they wait. */
function crowdWidth(widths: Values): Values {
	return { ...widths, fraction_servers_with_at_least_2: widths['mean_wait'] ?? NaN };
}

/**
 * A queue of its own at each server, with its share of a million requests. The variance of a mean wait is Daley's
 * (1968); a response's deviation is at most that of the wait and of the work together.
 */
function ofUnequalServers({ mus = [], weights = [], lambda_total = NaN }: Params): Record<string, number> {
	const total = weights.reduce((sum, weight) => sum + weight, 0);
	const widths: Record<string, number> = {};
	let worst = 0;
	mus.forEach((mu, i) => {
		const share = (weights[i] ?? NaN) / total;
		const load = (lambda_total * share) / mu;
		const variance = (load * (2 + 5 * load - 4 * load ** 2 + load ** 3)) / (1 - load) ** 4;
		const width = (1.96e-3 / Math.sqrt(share)) * (Math.sqrt(variance) + 1) * (1 - load);
		worst = Math.max(worst, width);
		widths[`mean_response_${String(i)}`] = width;
		// Neither the number of requests nor their work is certain.
		widths[`utilization_${String(i)}`] = 1.96e-3 * Math.sqrt(2 / share);
	});
	return { ...widths, mean_response: worst };
}

type Params = Anchor['params'];

/**
 * So much more than of infinitely many is expected of fewer servers, to within as much again: for two choices
 * ρ / (2 n (1 − ρ)) of the mean response (Gast, Expected Values Estimated via Mean-Field Approximation are
 * 1/N-Accurate, 2017), which the reference's own values for 10, 100 and 500 servers bear out, for three choices
 * too. High percentiles are off by up to five times that.
 */
function forFewer(anchor: Anchor, metric: string): number {
	const { d = 1, lambda_: load = NaN } = anchor.params;
	if (d === 1) return 0;
	const more = load / (2 * serversOf(anchor) * (1 - load));
	if (metric.startsWith('mean')) return more;
	// By Little's law all crowds together grow by so much.
	return metric.startsWith('fraction') ? load * more : 3 * more;
}

function halfWidthOf(id: string): Values;
function halfWidthOf(id: string, metric: string): number;
function halfWidthOf(id: string, metric?: string): Values | number {
	const { halfWidth } = anchorOf(id);
	return metric === undefined ? halfWidth : (halfWidth[metric] ?? NaN);
}

function mapped(values: Values, change: (value: number, name: string) => number): Record<string, number> {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}
