import { number } from './number.ts';

/** A proxy on the reader's own machine, drawn as it works. */
export const live = {
	heading: 'Live',
	description:
		'A real proxy on your own machine, drawn as it works: watch your own requests, kill a server, change the strategy.',
	lede: 'Real requests through the proxy on this machine, drawn as they come.',
	status: {
		connecting: 'Looking for the proxy …',
		live: 'Connected',
		liveOn: (port: number): string => `Connected to the proxy on port ${String(port)}`,
		lost: 'The proxy has gone; looking for it again …',
		absent: 'No proxy answers here'
	},
	/** How to come by a proxy. */
	start: {
		heading: 'Start one',
		first:
			"This page belongs to a proxy that runs on your machine. In the project's folder, this starts two small servers, the proxy before them, and this page with them:",
		own: 'Or put the proxy before servers of your own:',
		token:
			'Each prints a link that ends in `#token=…`; whoever opens it may change things, too. Without a proxy, the [playground](play) simulates one.'
	},
	/** Where not all requests are drawn. */
	drawn: {
		most: (ofTen: string): string => `${ofTen} of 10 requests are drawn; all are counted.`,
		few: (of: string): string => `1 of ${of} requests is drawn; all are counted.`
	},
	latestPick: 'The latest pick.',
	answers: 'Answers',
	inFlight: 'In flight',
	waiting: 'Waiting',
	failed: 'Failed',
	of: (all: string): string => `of ${all}`,
	charts: {
		requests: 'Requests in each second',
		answered: 'answered',
		failed: 'failed',
		latency: 'Latency, of the requests that are drawn'
	},
	controls: 'Controls',
	watching: "You are watching. To change things, open the link that the proxy's terminal shows.",
	servers: {
		heading: 'Servers',
		table: 'Table of servers',
		server: 'Server',
		state: 'State',
		measure: { column: "The strategy's measure", cell: 'Measure' },
		firstByte: { column: 'First byte, mean', cell: 'First byte' },
		weight: 'Weight',
		weightOf: (server: string): string => `Weight of ${server}`,
		do: 'Do',
		states: {
			dead: 'dead',
			maint: 'taken out',
			drain: 'drains',
			ejected: 'left out: it failed too often',
			unchecked: 'out: its checks fail',
			down: 'out',
			ready: 'ready'
		},
		/** Behind a state. */
		backup: ', backup',
		kill: 'Kill',
		revive: 'Revive',
		drain: 'Drain',
		takeBack: 'Take back',
		remove: 'Remove',
		name: 'Name',
		address: 'Address',
		add: 'Add a server'
	},
	strategy: { heading: 'Who decides', label: 'Strategy', about: 'About this strategy' },
	traffic: {
		heading: 'Send requests',
		ask: 'Ask the proxy as you would any server; what comes is drawn here.',
		one: 'Send one',
		ten: 'Send ten',
		steadily: 'Steadily',
		perSecond: (requests: number): string => `${String(requests)} a second`,
		terminal: 'Or from a terminal:',
		sent: (requests: number): string => `${number(requests)} sent from this page. Or from a terminal:`
	},
	record: {
		heading: 'Record and replay',
		lede: 'Every decision of the proxy, to be put to the strategy again, or to another one.',
		start: 'Record',
		stop: 'Stop recording',
		replay: 'Replay beside another strategy',
		download: 'Download',
		began:
			'Counts and strategy begin anew, so that the recording can be replayed. Now let some requests come.',
		same: (same: number, total: number): string =>
			`Replayed in this page: ${String(same)} of ${String(total)} decisions are the same.`,
		differs: (difference: string): string => `Replayed in this page: it differs. ${difference}`,
		take: 'Or [take its first thousand requests to the playground](play), where the servers can be changed, too.'
	}
};
