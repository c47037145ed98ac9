import { number } from './number.ts';

/** The details of what is selected on a stage. */
export const stageDetails = {
	details: {
		close: 'Close the details',
		forgotten: 'It went home too long ago: nothing is known of it any more.',
		nameless: 'a client without a name',
		from: (client: string): string => `From ${client}`,
		fromWith: (client: string, work: string): string => `From ${client}, ${work} of work`,
		whole: (from: string): string => `${from}.`,
		lost: (from: string, reason: string): string => `${from}; ended without what it came for: ${reason}.`,
		inside: 'Inside now',
		served: 'is served',
		workLeft: (left: string): string => `${left} of work left`,
		next: 'next in the queue',
		queued: (place: number): string => `${number(place)}. in the queue`,
		life: 'Its life so far',
		uneventful: 'Nothing out of the ordinary.',
		beliefs: 'What the gate goes by, beside what is so',
		server: 'Server',
		counts: 'counts',
		believes: 'believes',
		within: 'inside',
		coming: 'coming',
		decisions: 'Latest decisions',
		decisionsFor: 'Latest decisions for it',
		pick: (server: string): string => `→ ${server}`,
		pickAgain: (server: string, turn: number): string => `→ ${server}, try ${String(turn)}`
	},
	/** One request's life, as bars and as a table. */
	life: {
		label: 'Where its time went',
		table: 'As a table',
		columns: { where: 'Where', what: 'What', from: 'From', length: 'For' },
		/** The first row; in the table, in the middle of a line. */
		gate: 'Client and gate',
		atGate: 'client and gate',
		at: (server: string, role: string): string => `${server}, ${role}`,
		tryAt: (role: string, server: string): string => `${role} at ${server}`,
		first: 'first try',
		hedge: 'hedge',
		retry: (turn: number): string => `retry ${String(turn)}`,
		call: (turn: number): string => `call ${String(turn)}`,
		spans: {
			hop: 'on the road',
			hold: 'waits at the gate',
			pause: 'pauses',
			queue: 'waits',
			serve: 'is served'
		},
		/** Of all its time, so much. */
		spent: {
			hop: (time: string): string => `${time} on the road`,
			hold: (time: string): string => `${time} at the gate`,
			pause: (time: string): string => `${time} pausing before a retry`,
			queue: (time: string): string => `${time} in a queue`,
			serve: (time: string): string => `${time} being served`
		},
		bar: (what: string, time: string): string => `${what} ${time}`,
		inVain: (what: string): string => `${what}, in vain`,
		soFar: (time: string): string => `${time} so far`,
		inAll: (time: string): string => `${time} in all`,
		parts: (whole: string, parts: string): string => `${whole}: ${parts}`,
		part: (what: string, time: string, from: string): string => `${what} for ${time} from ${from}`,
		partInVain: (what: string, time: string, from: string): string =>
			`${what} in vain for ${time} from ${from}`,
		there: 'is there',
		answered: 'answered',
		hasAnswer: 'has its answer',
		callerLeft: 'caller left',
		lostRace: 'lost the race',
		calledOff: 'called off'
	}
};
