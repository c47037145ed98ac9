import { counted } from './number.ts';

/** What the playground's charts show, by count: a line, and where two runs are compared its chart and their difference. */
export const charts = {
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
	load: 'Load: each server’s workers at work, of all its time',
	bands: counted({ other: 'Bands reach from the least to the most of # seeds.' }),
	fewBands: counted({
		other: 'Bands reach from the least to the most of # seeds so far: grey, because so few say little.'
	})
};

/** Numbers of a run, with their units. */
export const figures = {
	throughput: 'Throughput',
	goodput: 'Goodput',
	failed: 'Failed or refused',
	of: (n: string): string => `of ${n}`,
	attempts: 'Attempts',
	perRequest: 'a request',
	hedges: 'Hedges',
	wasted: 'Work in vain',
	seconds: 's',
	sessionMisses: 'Sessions missed',
	reads: 'Reads',
	staleReads: 'Stale reads',
	fairness: 'Fairness',
	jain: 'Jain',
	busiest: 'Busiest',
	mean: '× mean'
};

/** Which of two runs is better so far, and why. `better` is a lane’s whole name, but in `why` its letter; `worse` is a letter. */
export const verdict = {
	early: (n: string, fewest: string): string =>
		`Too early to say which is better: ${n} of the first ${fewest} requests are over.`,
	allAnswered: (better: string, worse: string, lost: string): string =>
		`Better so far: ${better}. There everybody got an answer; in ${worse} ${lost} never did.`,
	moreAnswered: (better: string, lostThere: string, worse: string, lost: string): string =>
		`Better so far: ${better}. There ${lostThere} never got an answer; in ${worse} ${lost} never did.`,
	/** How many of how many. */
	lost: (failed: string, n: string): string => `${failed} of ${n}`,
	faster: (better: string, ofHundred: number, within: string, worse: string, took: string): string =>
		`Better so far: ${better}. There ${String(ofHundred)} of 100 requests had their answer within ${within}; in ${worse} it took ${took}.`,
	everFaster: (better: string, ofHundred: number, within: string, worse: string): string =>
		`Better so far: ${better}. There ${String(ofHundred)} of 100 requests had their answer within ${within}; in ${worse} many never did.`,
	same: (a: string, b: string): string =>
		`No clear difference so far: a request stood in line for ${a} on average in A and ${b} in B.`,
	shorter: (better: string, there: string, worse: string, here: string): string =>
		`Better so far: ${better}. There a request stood in line for ${there} on average; in ${worse} for ${here}.`,
	why: (worse: string, bad: number, better: string, good: number): string =>
		`Why: in ${worse} requests stood in line at one server while another had nothing to do, ${String(bad)}\u00a0% of the time; in ${better} ${String(good)}\u00a0%.`
};

/** The same run on other seeds. */
export const luck = {
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
