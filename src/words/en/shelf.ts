import { number } from './number.ts';

/** The shelf of strategies, and what shows one at work. */
export const shelf = {
	titled: (title: string): string => `${title} · Golangia`,
	title: 'The shelf of strategies',
	description:
		'Every load balancing strategy of this project, each playing the same forty requests, with its cost, its failings, its names elsewhere and its source.',
	shelf: 'The shelf',
	/** Above a strategy's name, a link to all of them: the shelf and whose rule it is. */
	kicker: (group: string): string => `[The shelf](shelf) · ${group}`,
	heading: 'One piece, played by every strategy',
	lede: 'Forty requests from eight clients arrive at four servers. A weighs 3, B 2, C and D 1. D takes three times as long as the others, and B is away where its staff is shaded. A dot is a pick, the line behind it the request in flight.',
	parts: 'Parts of the shelf',
	about: {
		Textbook: 'Rules that papers and textbooks describe, and that products share.',
		HAProxy: 'As HAProxy 2.6 does it, to the pick.',
		NGINX: 'As NGINX 1.22 does it, to the pick.',
		Caddy: 'As Caddy 2.6 does it, to the pick.',
		Envoy: 'As Envoy’s published tables have it.'
	},
	plays: (title: string): string => `How ${title} plays the piece`,
	/** What a family does, in the words of an index. */
	families: { turn: 'Takes turns.', chance: 'Draws lots.', load: 'Looks at load.', key: 'Goes by key.' },
	atWork: 'The strategy at work',
	caption: {
		turn: 'This is the strategy itself, in the cluster that the simulator and the proxy use, playing a piece of forty requests. It takes turns. D is three times as slow as the others, and B is away for a while.',
		chance:
			'This is the strategy itself, in the cluster that the simulator and the proxy use, playing a piece of forty requests. It draws lots. D is three times as slow as the others, and B is away for a while.',
		load: 'This is the strategy itself, in the cluster that the simulator and the proxy use, playing a piece of forty requests. It looks at load. D is three times as slow as the others, and B is away for a while.',
		key: 'This is the strategy itself, in the cluster that the simulator and the proxy use, playing a piece of forty requests. It goes by key. D is three times as slow as the others, and B is away for a while.'
	},
	cost: 'What a pick costs',
	fails: 'When it fails',
	sources: 'Sources',
	elsewhere: 'Elsewhere it is called',
	none: 'no such rule',
	play: 'Play with it in the playground',
	file: 'The file',
	runs: (file: string): string => `\`${file}\`, as it runs on this page, in the simulator and in the proxy.`,
	source: (title: string): string => `Source of ${title}`,
	unloaded: (file: string): string => `${file} could not be loaded. Close and open it to try again.`,
	calls: 'What it calls',
	on: 'On the shelf',
	before: 'Before it on the shelf',
	after: 'Next on the shelf',
	table: {
		server: 'Server',
		weight: 'Weight',
		inFlight: 'In flight',
		given: 'Given',
		/** Before the name of what the strategy compares. */
		compared: 'compared:',
		away: 'away'
	},
	staff: 'Each request as a line on its server’s staff, from pick to end',
	lots: 'Draw other lots',
	seed: (seed: number): string => `The same requests and the same rule, with seed ${String(seed)}.`,
	steps: {
		label: 'Steps',
		pause: 'Pause',
		play: 'Play',
		back: 'Step back',
		step: 'Step',
		of: (all: number): string => `of ${String(all)}`,
		line: 'Step of the piece',
		at: (step: number, all: number, says: string): string => `${String(step)} of ${String(all)}: ${says}`
	},
	/** The pictures, read aloud or written beside them. */
	bars: {
		says: (measure: string, figures: string): string => `${measure}: ${figures}`,
		none: (server: string): string => `${server} none`
	},
	clients: { says: (counts: string): string => `Clients of each server: ${counts}`, changed: 'changed' },
	line: {
		empty: 'Nobody stands in line',
		says: (servers: string): string => `In line: ${servers}`,
		picked: 'picked',
		line: 'the line'
	},
	loads: {
		says: (counts: string): string => `In flight: ${counts}`,
		limit: (limit: number): string => `Each may hold ${String(limit)} at once.`
	},
	ring: {
		says: (points: number, shares: string): string =>
			`A circle with ${String(points)} points. Shares of it: ${shares}.`,
		picks: (points: number, shares: string, server: string): string =>
			`A circle with ${String(points)} points. Shares of it: ${shares}. This pick: ${server}.`,
		magnified: (times: number): string => `magnified ${String(times)} times`,
		points: (points: number): string => `${String(points)} points`,
		shares: (shares: string): string => `Shares of the circle: ${shares}.`
	},
	row: (shares: string): string => `A row cut by shares: ${shares}`,
	slots: {
		says: (slots: number, shares: string): string =>
			`A table of ${number(slots)} slots. Shares of it: ${shares}.`,
		picks: (slots: number, shares: string, slot: number, server: string): string =>
			`A table of ${number(slots)} slots. Shares of it: ${shares}. Slot ${number(slot)} is ${server}’s.`,
		shown: (from: number, to: number, of: number): string =>
			`Slots ${number(from)} to ${number(to)} of ${number(of)}.`,
		shares: (shares: string): string => `Shares of the table: ${shares}.`
	},
	tally: {
		says: (counts: string): string => `Requests given: ${counts}`,
		weight: 'its share by weight',
		even: 'an even share'
	},
	round: {
		none: 'No round comes again here.',
		says: (servers: string, next: string): string => `The round: ${servers}. Next: ${next}.`,
		unsettled: (servers: string): string => `The round: ${servers}. It has not settled yet.`,
		next: 'next',
		finding: 'finding'
	}
};
