import { counted } from './number.ts';

/** The noun alone. */
const places = counted({ one: 'place', other: 'places' });

/** What a scenario is, told where it cannot be moved. */
export const facts = {
	traffic: 'Traffic',
	work: 'Work',
	meanWork: 'Mean work',
	servers: 'Servers',
	road: 'Road',
	perSecond: (requests: number, arrivals: string): string =>
		`${String(requests)} requests a second, ${arrivals}`,
	ms: (ms: number): string => `${String(ms)} ms`,
	stretch: (ms: number): string => `${String(ms)} ms a stretch`,
	/** `count` is one number, or each server's; `most` the largest of them. */
	workers: { one: 'Workers', each: 'Workers each', count: (count: string, _most: number): string => count },
	queue: {
		one: 'Queue',
		each: 'Queue each',
		count: (count: string, most: number): string => `${count} ${places(most)}`
	},
	range: (least: number, most: number): string => `${String(least)} to ${String(most)}`,
	/** How the words of a scenario read on a page. */
	arrivals: {
		poisson: 'at random',
		steady: 'evenly spaced',
		erlang: 'nearly even',
		hyperexponential: 'in clusters',
		bursts: 'in bursts',
		users: 'from users who wait for their answers',
		trace: 'as listed'
	},
	laws: {
		fixed: 'all alike',
		exponential: 'uneven (exponential)',
		erlang: 'a little uneven',
		lognormal: 'uneven (lognormal)',
		bimodal: 'small ones and boulders',
		hyperexponential: 'uneven, of two kinds',
		heavy: 'very uneven (a few giants)'
	}
};
