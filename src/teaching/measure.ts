import type { Scenario } from '#simulator/scenario.ts';

/** What a lesson can ask of a run. Each is a number that the page, the CLI and the tests compute by the same line. */
export const measureNames = [
	'p50',
	'p95',
	'p99',
	'mean',
	'failed',
	'ok-share',
	'goodput',
	'servers',
	'report-interval',
	'session-misses',
	'busiest-share'
] as const;
export type Measure = (typeof measureNames)[number];

/** The part of a run's metrics that measures read; `Metrics` of the record has it all. */
export interface Measured {
	readonly sent: number;
	readonly ok: number;
	readonly failed: number;
	/** Requests that came to a server which did not know their session. */
	readonly sessionMisses: number;
	/** The most that one server got of all picks, over the whole run. */
	readonly busiestShare: number;
	/** Successful answers a second. */
	readonly goodput: number;
	/** Of the successful answers, in milliseconds. */
	readonly meanLatency: number;
	/** Over all requests sent, in milliseconds; `Infinity` where that request was never answered. */
	percentile(p: number): number;
}

interface MeasureSpec {
	/** As a page labels it. */
	readonly title: string;
	/** Where there is a better and a worse: which it is. */
	readonly better: 'lower' | 'higher';
	readonly of: (metrics: Measured, scenario: Scenario) => number;
	/** With its unit; milliseconds become seconds from one second on. */
	readonly show: (value: number) => string;
}

export const measures: Readonly<Record<Measure, MeasureSpec>> = {
	p50: { title: 'p50', better: 'lower', of: (metrics) => metrics.percentile(0.5), show: showMillis },
	p95: { title: 'p95', better: 'lower', of: (metrics) => metrics.percentile(0.95), show: showMillis },
	p99: { title: 'p99', better: 'lower', of: (metrics) => metrics.percentile(0.99), show: showMillis },
	mean: { title: 'mean latency', better: 'lower', of: (metrics) => metrics.meanLatency, show: showMillis },
	failed: { title: 'failed', better: 'lower', of: (metrics) => metrics.failed, show: showCount },
	'ok-share': {
		title: 'answered',
		better: 'higher',
		of: (metrics) => metrics.ok / (metrics.ok + metrics.failed),
		show: showShare
	},
	goodput: {
		title: 'answered a second',
		better: 'higher',
		of: (metrics) => metrics.goodput,
		show: (value) => `${value.toFixed(1)} a second`
	},
	servers: { title: 'servers', better: 'lower', of: (_, scenario) => peakServers(scenario), show: showCount },
	/** How old a balancer's news of the servers gets; 0 where it goes by its own counts or looks at each decision. Reports cost, so rare is good. */
	'report-interval': {
		title: 'between reports',
		better: 'higher',
		of: (_, { balancer }) => (balancer.sees === 'servers' ? balancer.everyMs : 0),
		show: showMillis
	},
	/** Where servers keep sessions: how often one did not know its client and set the session up. */
	'session-misses': {
		title: 'sessions set up',
		better: 'lower',
		of: (metrics) => metrics.sessionMisses,
		show: showCount
	},
	/** The most that one server got of all requests, from the beginning of the run on. */
	'busiest-share': {
		title: 'at the busiest server',
		better: 'lower',
		of: (metrics) => metrics.busiestShare,
		show: showShare
	}
};

/** How a learner types a value: `factor` makes the measure's own number one of `unit`, which stands behind it; empty for a count. */
export function typedAs(measure: Measure): { readonly factor: number; readonly unit: string } {
	const unit = /^[\d.,]+\s*(.*)$/.exec(measures[measure].show(1))?.[1] ?? '';
	return { factor: unit === '%' ? 100 : 1, unit };
}

/** The greatest number of servers that stand at one time. */
export function peakServers({ servers, changes }: Scenario): number {
	let count = servers.length;
	let peak = count;
	for (const change of changes.toSorted((a, b) => a.at - b.at)) {
		if (change.do === 'add') peak = Math.max(peak, ++count);
		else if (change.do === 'remove') count--;
	}
	return peak;
}

/** `84 ms`, `1.07 s`; `never` where a failure stands in that place. */
function showMillis(value: number): string {
	if (Number.isNaN(value)) return '–';
	if (value === Infinity) return 'never';
	return value < 999.5 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(2)} s`;
}

function showShare(value: number): string {
	return Number.isFinite(value) ? `${(value * 100).toFixed(1)} %` : '–';
}

function showCount(value: number): string {
	return Math.round(value).toLocaleString('en-US');
}
