import { number } from './number.ts';

/** A recorded session, watched again, and what another strategy makes of it. */
export const replay = {
	heading: 'Replay',
	description:
		'Open a recorded session of the proxy and watch it on the stage: every request, every decision, at any speed.',
	lede: 'What a proxy really did, on the same stage: every request, every decision, at any speed. Record a session with `golangia proxy … --record session.jsonl`, then open the file here. It stays on this computer.',
	open: 'Open a recording',
	tooLarge: (name: string, megabytes: number): string =>
		`${name} has ${String(megabytes)} MB, which is more than a page can hold: keep its first lines, at most 32 MB, or replay it with "golangia replay".`,
	cut: (name: string): string =>
		`The last line of ${name} is cut off, as when a machine stops while it records: all before it is shown.`,
	example: {
		heading: 'No recording of your own?',
		says: 'Here is one of ours: round robin in front of four backends, of which D is five times slower than the others. Watch the queue of D, what the proxy does when it has failed three times in a row, and what happens when it comes back. Then ask what another strategy would have made of the same traffic.',
		open: 'Watch it',
		lost: (reason: string): string =>
			`The example cannot be had here (${reason}): open a recording of your own.`,
		play: 'Or build a cluster in the [playground](play), with no proxy at all.'
	},
	unanswered: 'Nobody was answered in this recording, so there is nothing to go by.',
	same: (same: string, total: string): string =>
		`Decided again in this page: ${same} of ${total} decisions are the same.`,
	differs: (difference: string): string => `Decided again in this page, it differs. ${difference}`,
	sent: 'Sent',
	answered: 'Answered',
	failed: 'Failed',
	/** The two lanes, before what happened in them. */
	recorded: 'recorded',
	simulated: 'simulated',
	beside: {
		label: 'Beside it, the same traffic by',
		nobody: 'nobody',
		lane: (strategy: string): string => `The same traffic by ${strategy}, simulated`,
		says: 'Simulated: every request comes when it came and takes as long as it took; at another server so much more or less as that one was slower or faster on the whole.',
		agree: (same: number, both: number): string =>
			`${number(same)} of ${number(both)} requests went to the same server in both lanes.`,
		table: (strategy: string): string => `The recording, and the same traffic by ${strategy}`,
		soFar: 'So far',
		recorded: 'Recorded',
		/** Requests that went there. */
		to: (server: string): string => `To ${server}`
	}
};
