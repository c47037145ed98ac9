import { counted } from './number.ts';

/** A part that is there or not, or a thing that is done or not. */
interface Either {
	readonly label: string;
	readonly words: readonly [off: string, on: string];
}
const either = (label: string, off: string, on: string): Either => ({ label, words: [off, on] });

/** What of a scenario can be set, and how its values are written. */
export const setUp = {
	units: {
		ms: (ms: number): string => `${String(ms)} ms`,
		s: (seconds: number): string => `${String(seconds)} s`,
		percent: (percent: number): string => `${String(percent)} %`,
		times: (times: number): string => `×${String(times)}`,
		places: counted({ one: '# place', other: '# places' }),
		retries: counted({ one: '# retry', other: '# retries' }),
		/** Behind "It looks every". */
		moment: 'moment'
	},
	traffic: {
		title: 'Traffic',
		perSecond: 'Traffic',
		arrivals: 'Arrivals',
		bursts: 'A busy spell brings',
		busy: 'Busy for',
		quiet: 'Quiet for',
		users: 'Users',
		think: 'They think for',
		clients: 'Clients',
		giant: 'Share of one giant client',
		giantSessions: 'People behind its address',
		zipf: 'Zipf’s exponent',
		wait: either('Clients wait', 'as long as it takes', 'only so long'),
		patience: 'Patience'
	},
	work: {
		title: 'Work and network',
		law: 'Work of a request',
		mean: 'Mean work',
		cv: 'Coefficient of variation',
		share: 'Share of the big ones',
		times: 'They are as big as',
		hop: 'Road, one way',
		hopCv: 'How much that varies',
		inClient: either('The balancer stands', 'by itself, a stretch away', 'in the client, as in gRPC')
	},
	servers: {
		title: 'Servers',
		workers: 'Workers of a server',
		discipline: 'They serve',
		fcfs: 'one after the other',
		sharing: 'all at once, sharing',
		queue: 'Queue of a server',
		thrash: either('Too many inside', 'change nothing', 'slow it down'),
		thrashAbove: 'From so many inside',
		coldStart: either('After a restart', 'it is fast at once', 'it warms up'),
		errors: 'Errors after the work'
	},
	failures: {
		title: 'When something fails',
		mayTake: either('An attempt may take', 'any time', 'only so long'),
		timeout: 'Timeout',
		retries: 'Retries',
		backoff: 'Pause before a retry',
		budget: either('Retries are', 'free', 'on a budget'),
		earns: 'A request earns',
		hedge: either('A slow attempt', 'is waited for', 'is hedged'),
		hedgeAfter: 'Hedge after',
		cancel: either('What nobody waits for', 'is worked on in vain', 'is called off'),
		health: either('Leave out servers that fail', 'no', 'after 3 failures, for 5 s'),
		checks: either('Ask servers how they are', 'no', 'every 2 s'),
		slowStart: either('A server that is back', 'gets its share at once', 'starts slowly, 20 s')
	},
	gate: {
		title: 'The gate',
		limits: either('A server gets at once', 'any number', 'at most so many'),
		limit: 'Limit',
		queue: either('When all are at their limit', 'turn away', 'wait at the gate'),
		most: either('Inside at once, in all', 'any number', 'at most 40'),
		sticky: either('A client goes', 'wherever the strategy says', 'where it went before'),
		key: 'It knows a client by',
		address: 'its address',
		session: 'its session cookie',
		perConnection: 'Requests on a connection',
		gates: 'Gates side by side',
		sees: 'A gate sees',
		own: 'its own counts',
		held: 'what servers hold',
		every: 'It looks every',
		delay: 'The news takes'
	},
	growth: {
		title: 'Growth and state',
		autoscaler: either('How many servers', 'as they stand', 'as load demands'),
		target: 'Share of workers in use',
		boot: 'A new server starts in',
		sessions: either('Clients’ sessions', 'there are none', 'are kept'),
		kept: 'Kept',
		inServer: 'in a server’s memory',
		inStore: 'in a shared store',
		fanOut: 'Calls of a request, side by side'
	}
};
