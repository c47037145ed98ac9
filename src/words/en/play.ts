import { counted } from './number.ts';
import { changes, deeds } from './play-deeds.ts';
import { figures, verdict } from './play-figures.ts';

const workersOf = counted({ one: '# worker', other: '# workers' });
const placesOf = counted({ one: '# place', other: '# places' });

/** The playground, as it opens. */
export const play = {
	heading: 'Playground',
	description:
		'A load balancer to play with: choose a strategy, shape the traffic, kill a server, and see what happens.',
	lede: 'Choose a strategy, shape the traffic, break something. Every run can be had again: same seed, same changes, same picks.',
	/** The list of presets, and what it calls a scenario without a title. */
	presets: { label: 'Begin with', own: 'A scenario of your own' },
	inspector: 'Controls',
	diverged: (inside: number): string =>
		`The run was stopped: ${inside.toLocaleString('en')} requests are on their way, and ever more come than can be answered. What was measured until now stays; less traffic or more servers let it run on.`,
	ended: (p99: string, fingerprint: string): string =>
		`The run is over: p99 ${p99}, fingerprint \`${fingerprint}\`. Save it and \`npm run golangia -- simulate scenario.json\` prints the same.`,
	/** One of two lanes, by its letter and by what it has that the other has not. */
	lane: (letter: string, name: string): string => `${letter}: ${name}`,
	cluster: {
		heading: 'While it runs',
		strategy: 'Strategy',
		choose: 'Choose one',
		/** Of a strategy's knob. */
		knob: (value: number, unit: string): string => `${value.toLocaleString('en')} ${unit}`,
		about: 'About this strategy',
		traffic: 'Traffic',
		rate: (perSecond: number): string => `${perSecond.toLocaleString('en')} a second`,
		add: 'Add a server',
		select: 'Select a server on the stage to slow, kill, drain or remove it.'
	},
	server: {
		heading: (id: string): string => `Server ${id}`,
		back: 'Back to the cluster',
		/** Facts, and how they are written. */
		serving: 'Being served',
		ofWorkers: (serving: number, workers: number): string => `${String(serving)} of ${workersOf(workers)}`,
		waiting: 'Waiting',
		ofPlaces: (waiting: number, places: number): string => `${String(waiting)} of ${placesOf(places)}`,
		inFlight: 'In flight, as the gate counts',
		picked: 'Picked',
		answered: 'Answered',
		failed: 'Failed',
		refused: 'Refused',
		/** What can be done to it. */
		slow: 'Slow to half',
		pause: 'Freeze for 3 s',
		fail: 'Let it fail fast',
		hang: 'Let it fall silent',
		stop: 'Kill',
		restart: 'Restart',
		ready: 'Take requests again',
		drain: 'Drain',
		remove: 'Remove',
		weight: 'Weight',
		weighted: 'only weighted strategies look at it'
	},
	compare: {
		heading: 'Compare',
		invite: 'Run it twice, side by side: same seed, same arrivals, same work, one thing different.',
		strategy: 'Compare with another strategy',
		says: 'B is the same run as A but for one thing.',
		what: 'What is different',
		/** Above what B has in place of A’s. */
		inB: 'In B',
		saysB: (what: string): string => `In B: ${what}.`,
		strategyOfB: 'Strategy of B',
		onlyA: 'Only A',
		onlyB: 'Only B',
		/** Over things that decide where a request goes. */
		decides: 'Who decides',
		field: (name: string, value: string): string => `${name}: ${value}`,
		bare: (name: string, value: string): string => `${name} ${value}`,
		none: 'none',
		set: 'set'
	},
	table: {
		label: 'Both runs so far',
		caption: 'Both runs so far, and the difference',
		whole: 'Whole run',
		/** Behind a label. */
		after: { unit: (unit: string): string => `, ${unit}`, tooFew: ' (too few)' }
	},
	futures: {
		label: 'Two futures',
		says: (at: string): string =>
			`At ${at} the run was parted: same past, same requests to come. **What you change now happens in B only.**`,
		since: 'Since then',
		measured: (figure: string, unit: string): string => `${figure}, ${unit}`,
		perSecond: 'a second',
		keepA: 'Go on with A alone',
		keepB: 'Go on with B alone',
		parted: 'here the run is parted',
		/** Names of the two. */
		as: 'as it goes on',
		open: 'what if …',
		if: (what: string): string => `what if: ${what}`
	},
	curve: {
		title: 'Draw how the traffic goes over the run.',
		name: 'The traffic’s curve',
		rate: (perSecond: string): string => `${perSecond} a second`,
		point: (place: number, all: number, at: string, rate: string): string =>
			`Point ${String(place)} of ${String(all)}: ${at}, ${rate}. Arrows move it, Delete takes it out.`,
		add: 'Add a point',
		level: 'Level again',
		keys: {
			where: 'On a point of the traffic’s curve',
			more: 'More traffic',
			less: 'Less traffic',
			earlier: 'Earlier',
			later: 'Later',
			out: 'Take the point out'
		}
	},
	fetch: {
		heading: 'A real fetch',
		says: 'Your browser’s own `fetch` can join this traffic. Send one here, or type it in the browser’s console; it walks the stage with a ring around it.',
		send: 'Send it',
		starting: 'Getting ready…',
		onTheWay: counted({ other: '# on the way…' }),
		gone: 'The service worker that catches fetch is gone. Reload the page to have it back; the playground itself works on.',
		lost: (why: string): string =>
			`The request never reached the cluster (${why}). Reload the page to try again.`
	},
	lab: {
		heading: 'Sweep it',
		says: 'The lab runs this over a range of loads, strategies or any setting: [take it to the lab](lab).'
	},
	deeds,
	changes,
	figures,
	verdict
};
