import { counted, number } from './number.ts';

const minutes = counted({ one: '# minute.', other: '# minutes.' });
const of = (one: number, all: number): string => `${String(one)} of ${String(all)}`;

/** A lesson's page, but for what the lesson itself says. */
export const lesson = {
	minutes,
	/** Told on a lesson that this site's language does not have. */
	untranslated: 'This lesson is not translated yet. It stands here in English.',
	before: 'Before you run it',
	run: 'Run',
	why: 'Why',
	goal: 'Goal',
	reached: 'reached',
	work: 'Work on the goal',
	showMe: 'Show me',
	away: 'Take it away',
	takeAway: 'Take it away and run',
	remember: 'What to remember',
	limits: 'Where it stops being true',
	sources: 'Sources',
	words: 'Words',
	stage: {
		label: 'What is on the stage',
		compare: 'Comparison',
		goal: 'Goal',
		solution: 'Solution',
		ablation: 'Taken away',
		reset: 'Reset',
		/** Names of the one lane, where no others are compared with it. */
		yours: 'Your setting',
		meets: 'A solution',
		without: 'The lesson taken away',
		/** In place of what a hash of the address says, where the gate goes by the cookie. */
		byCookie: 'A hash of the session cookie decides: the same cookie, the same server.',
		notice: 'something to notice',
		goOn: 'Go on',
		goTo: 'Go to this moment',
		stopped: 'Where it stopped'
	},
	door: {
		title: 'At the door',
		says: (behind: string, before: string): string =>
			`${behind} lies behind you. Three questions before ${before}; nobody is kept out.`,
		leaving: 'Before you leave',
		last: (chapter: string): string => `Three questions from ${chapter}.`,
		place: of,
		yes: 'Yes.',
		no: 'No.',
		see: (lesson: number, title: string): string =>
			`[See it happen](run) in the playground, or go back to [lesson ${String(lesson)}, ${title}](lesson).`,
		next: 'Next question',
		right: (right: number, all: number): string => `${of(right, all)}. The door is open, as it was before.`
	},
	predict: {
		order: 'Your order, best first',
		guess: 'Your guess',
		curve: 'Your curve',
		keep: 'Keep this prediction and run',
		skip: 'Run without one',
		kept: 'Kept. It is answered when the run is over.',
		again: 'Predict again',
		line: (value: string): string => `your prediction ${value}`
	},
	hints: {
		kinds: ['A nudge.', 'The mechanism.', 'The setting.'],
		first: (place: number, all: number): string => `A hint (${of(place, all)})`,
		next: (place: number, all: number): string => `Another hint (${of(place, all)})`
	},
	locked: 'Locked',
	judged: {
		heading: 'Goal',
		line: (limit: string): string => `goal ${limit}`,
		aim: (label: string, limit: string): string => `${label}: ${limit}`,
		now: (value: string): string => `now ${value}`,
		/** Between two shares. */
		points: (value: string): string => `${value} points`,
		toSpare: (value: string, room: string): string => `${value}, ${room} to spare`,
		missing: (value: string, room: string): string => `${value}, ${room} missing`,
		tooMuch: (value: string, room: string): string => `${value}, ${room} too much`,
		metSoFar: 'met so far',
		notMet: 'not met',
		before: 'You have met this one before; the goal wants all at once.',
		met: 'Goal met.',
		missed: 'Without it the goal is missed.',
		notYet: 'Not yet. Change a lever and run again, or open a hint.',
		atTheEnd: (seed: number): string => `Judged at the end of the run, on seed ${String(seed)}.`
	},
	table: {
		caption: 'The whole run so far',
		whole: (since: string | undefined): string =>
			since === undefined ? 'Whole run' : `Whole run from ${since}`,
		/** How many measurements stand behind a number. */
		n: 'n'
	},
	charts: {
		latency: (percentile: string): string =>
			`${percentile} latency over the last five seconds, failures counted as never`,
		failed: 'Requests failed so far',
		answered: 'Share answered so far',
		missed: 'Sessions set up so far',
		busiest: 'Share of all requests that the busiest server got so far',
		/** What is counted, from which moment of the run. */
		since: (counted: string, at: string): string => `${counted}, counted from ${at} on`,
		goodput: 'Requests answered in each second'
	},
	final: {
		heading: 'How the run ended',
		curve: 'The curve',
		whole: (run: string, seed: number): string => `${run}, seed ${String(seed)}`,
		goal: 'The goal',
		start: 'Where you start',
		solution: 'A solution',
		ablation: 'The lesson taken away',
		/** An objective and what measures it, where that is not the same words. */
		measured: (label: string, measure: string): string =>
			label.toLowerCase() === measure ? label : `${label} (${measure})`,
		met: (value: string): string => `${value}, met`,
		missed: (value: string, limit: string): string => `${value}, goal ${limit}`
	},
	followed: {
		lane: (request: number, at: string, label: string): string =>
			`**One request, followed**: number ${number(request)}, sent at ${at} in the lane _${label}_`,
		start: (request: number, at: string): string =>
			`**One request, followed**: number ${number(request)}, sent at ${at} at the start of the goal`,
		run: (request: number, at: string, run: string): string =>
			`**One request, followed**: number ${number(request)}, sent at ${at} in the run “${run}”`,
		counts: 'Requests inside each server, or on the way there, when it came to the gate',
		picked: 'picked',
		gate: (ahead: number, server: string): string =>
			`At the gate: ${String(ahead)} inside ${server} or on the way there, and ${server} is picked.`,
		never: (server: string): string => `No worker of ${server} takes it up.`,
		waits: (time: string, server: string): string => `Waits ${time} on the road of ${server}.`,
		free: 'A window is free: it waits for nothing.',
		worked: (work: string, whole: string): string =>
			`A worker needs ${work}. With the ways there and back it took ${whole}.`,
		lost: 'It never comes back with a good answer.'
	},
	source: {
		says: (title: string, file: string): string =>
			`**${title}**, the very file that runs here and in the proxy: \`${file}\``,
		label: (title: string): string => `Source of ${title}`
	},
	onward: {
		label: 'Where to go on',
		next: (title: string): string => `Next: ${title}`,
		back: (title: string): string => `Back: ${title}`,
		playground: 'Try it in the playground',
		glossary: 'Glossary',
		all: 'All lessons'
	},
	settings: {
		story: 'Tell the story',
		keys: 'Keys:',
		/** Each key and what it does. */
		list: [
			['R', 'run or pause'],
			['→', 'next decision'],
			['H', 'a hint'],
			['N', 'next lesson'],
			['P', 'previous']
		]
	}
};
