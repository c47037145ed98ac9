import { counted } from './number.ts';

/** What the playground's charts show, by count: a line, and where two runs are compared its chart and their difference. */
const charts = {
	latency: 'Latency',
	latencyOf: (percentile: string): string => `${percentile} latency`,
	over: {
		all: 'Latency of the last five seconds, failures counted as never',
		one: (percentile: string): string =>
			`${percentile} latency of the last five seconds, failures counted as never`
	},
	which: 'Requests of each second',
	lines: { sent: 'sent', ok: 'answered', refused: 'refused', failed: 'failed', wasted: 'in vain' },
	perSecond: 'Requests in each second',
	compared: {
		sent: 'Requests sent in each second',
		ok: 'Requests answered in each second',
		refused: 'Requests refused in each second',
		failed: 'Requests failed in each second',
		wasted: 'Worker time spent in vain in each second'
	},
	difference: {
		sent: 'requests sent',
		ok: 'requests answered',
		refused: 'requests refused',
		failed: 'requests failed',
		wasted: 'worker time in vain'
	},
	wasted: 'Worker time spent in each second on what nobody waited for any more',
	inFlight: 'In flight, by server',
	inFlightOf: (lane: string): string => `${lane}: in flight, by server`,
	shape: { label: 'All latencies', counts: 'Histogram', shares: 'Share answered by then' },
	histogram: 'Latency of every request that was offered',
	answered: 'answered',
	cdf: 'Requests that were answered within a latency, of all',
	cdfNote:
		'Latency in milliseconds, on a log scale. Failures are never answered: they keep the line from 100 %.',
	load: 'Load: time at work, by server',
	bands: counted({ other: 'Bands reach from the least to the most of # seeds.' }),
	fewBands: counted({
		other: 'Bands reach from the least to the most of # seeds so far: grey, because so few say little.'
	})
};

/** The same run on other seeds. */
const luck = {
	heading: 'Luck or law?',
	says: counted({
		other:
			'One run is one draw. While it stands still, the whole of it runs on # seeds in the background; bands in the charts show from where to where they reach.'
	}),
	done: (done: number, all: number): string => `${String(done)} of ${String(all)} seeds …`,
	run: counted({ other: 'Run # seeds' }),
	others: 'Run the other seeds',
	whole: 'whole run',
	least: 'least',
	median: 'median',
	most: 'most',
	failed: 'failed',
	seed: (seed: number, fingerprint: string): string => `Seed ${String(seed)}: fingerprint \`${fingerprint}\``
};

/** What the playground shows below its controls. */
export const playCharts = { charts, luck };
