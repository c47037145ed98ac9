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
	chance: (a: string, b: string): string =>
		`Too close to call so far: a request stood in line for ${a} on average in A and ${b} in B, and chance alone may do that.`,
	shorter: (better: string, there: string, worse: string, here: string): string =>
		`Better so far: ${better}. There a request stood in line for ${there} on average; in ${worse} for ${here}.`,
	why: (worse: string, bad: number, better: string, good: number): string =>
		`Why: in ${worse} requests stood in line at one server while another had nothing to do, ${String(bad)}\u00a0% of the time; in ${better} ${String(good)}\u00a0%.`
};
