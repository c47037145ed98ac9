import { counted, number } from './number.ts';

const servers = counted({ one: '# server', other: '# servers' });
const workers = counted({ one: '# worker', other: '# workers' });
const is = counted({ one: 'is', other: 'are' });
const has = counted({ one: 'has', other: 'have' });
const works = counted({ one: 'works', other: 'work' });
const opens = counted({ one: 'opens', other: 'open' });
const requests = counted({ one: '# request', other: '# requests' });
const waitHere = counted({ one: '# waits here', other: '# wait here' });
const stands = counted({ one: 'stands', other: 'stand' });

/** The picture of a run, and what is told of it to those who listen. */
export const stage = {
	named: (title: string): string => `Stage, ${title}`,
	/** `lane`: which of several it is. */
	namedOf: (lane: string, title: string): string => `Stage, ${lane}, ${title}`,
	ms: (value: string): string => `${value} ms`,
	seconds: (value: string): string => `${value} s`,
	request: (id: number): string => `Request ${number(id)}`,
	server: (id: string): string => `Server ${id}`,
	serverWith: (id: string, status: string): string => `Server ${id}, ${status}`,
	serverGone: (id: string): string => `Server ${id} has gone`,
	gate: (strategy: string): string => `The gate: ${strategy}`,
	overload: 'Traffic Overload',
	more: (rest: number): string => `and ${number(rest)} more`,
	/** Below the learner's own requests. */
	yours: 'yours',
	/** What happened to a call, as the road's sign says it. */
	reasons: {
		'queue-full': 'road full',
		refused: 'nobody home',
		reset: 'lost',
		failed: 'error',
		timeout: 'too late',
		'no-backend': 'no castle left',
		declined: 'gate declined',
		'queue-timeout': 'waited too long',
		shed: 'gate full',
		'client-left': 'caller left'
	},
	/** What is out of the ordinary. */
	status: {
		site: 'being built',
		leaving: 'leaving',
		ejected: 'left out',
		drain: 'drained',
		down: 'taken down',
		stop: 'stopped',
		hang: 'silent',
		pause: 'frozen',
		fail: 'answers with errors',
		/** Where something else is, too. */
		failing: 'errors',
		slow: (times: string): string => `slow, ×${times}`,
		pace: (times: string): string => `works at ×${times}`,
		healthy: 'healthy'
	},
	/** On and beside the castles, the gate and the monster. */
	picture: {
		rate: counted({ one: '# request a second', other: '# requests a second' }),
		travelling: (travelling: number, rate: number): string =>
			`${number(travelling)} on the way · ${number(rate)} a second`,
		/** Above a grid of towers: what their figures are. */
		legend: 'busy · waiting',
		asleep: 'asleep: nobody waits',
		backlog: (backlog: number): string => `${number(backlog)} waiting or refused`,
		/** Nobody waits, and yet: how many of a hundred tries go wrong. */
		errors: (percent: number): string => `${String(percent)} % of tries go wrong`,
		/** Of a run that is over. */
		ended: (sent: number): string => `the end: ${number(sent)} sent`,
		allAnswered: 'asleep: all were answered',
		never: (unanswered: number): string => `${number(unanswered)} never answered`,
		overload: (how: string): string => `Traffic Overload: ${how}`,
		gate: (strategy: string): string => `Gate, ${strategy}`,
		gateWhy: (strategy: string, picked: string): string => `Gate, ${strategy}: why ${picked}?`,
		awaits: 'awaits the first',
		/** Nobody is left to choose from. */
		panic: 'all left out, all asked',
		held: waitHere,
		counts: 'gate counts',
		believes: 'gate counts · believes',
		opens: (seconds: number): string => `opens in ${String(seconds)} s`,
		soon: (seconds: number): string => `in ${String(seconds)} s`,
		weight: (weight: string): string => `weight ${weight}`,
		speed: (times: string): string => `speed ×${times}`,
		inFlight: (inflight: number): string => `${number(inflight)} in flight`,
		busy: (busy: number): string => `${String(busy)} busy`,
		share: (inside: number, workers: number): string => `${number(inside)} share ${String(workers)}`,
		/** Of digits that take the same room however few they are. */
		waiting: (padded: string): string => `${padded} waiting`,
		refused: (refused: number): string => `${number(refused)} turned away`,
		failed: (failed: number): string => `${number(failed)} failed`
	},
	/** A line each of what is known of a server. */
	known: {
		ordered: (ago: string, opens: string): string => `ordered ${ago} ago, ${opens}`,
		workers: (count: number, room: number): string => `${workers(count)}, room for ${number(room)} to wait`,
		shared: (count: number, room: number): string =>
			`${workers(count)} shared by all inside, room for ${number(room)} to wait`,
		counted: (inflight: number): string => `the gate counts ${number(inflight)} in flight`,
		inside: (inside: number, inflight: number): string =>
			`inside ${number(inside)}, the gate counts ${number(inflight)}`,
		sent: (picked: number, ok: number): string => `sent here ${number(picked)}, answered ${number(ok)}`,
		lost: (refused: number, failed: number): string =>
			`turned away ${number(refused)}, failed ${number(failed)}`
	},
	/** What is pointed at. */
	card: {
		backlog: (waiting: number, refused: number): string =>
			`As large as the backlog: ${String(waiting)} waiting, ${String(refused)} turned away in the last 5 s`,
		errors: (percent: string): string => `As cross as the errors: ${percent} % of the last 5 s`,
		never: (unanswered: number, sent: number): string =>
			`As large as what it kept of the run: ${number(unanswered)} of ${number(sent)} requests were never answered`,
		answered: 'with its answer',
		turnedBack: (reason: string): string => `turned back: ${reason}`,
		toGate: 'on its way to the gate',
		held: (time: string): string => `waits at the gate for ${time} so far`,
		toServer: (server: string): string => `on its way to ${server}`,
		waiting: (server: string, time: string): string => `waits at ${server} for ${time} so far`,
		serving: (server: string, time: string): string => `is served at ${server} for ${time} so far`,
		back: (server: string, outcome: string): string => `on its way back from ${server}, ${outcome}`,
		home: (outcome: string): string => `on its way home, ${outcome}`,
		work: (work: string): string => `${work} of work`,
		workLeft: (work: string, left: string): string => `${work} of work, ${left} left`,
		sent: (ago: string, key: string): string => `sent ${ago} ago by ${key}`,
		again: (ago: string, key: string, turn: number): string =>
			`sent ${ago} ago by ${key}, try ${String(turn)}`
	},
	why: {
		title: (server: string): string => `Why ${server}?`,
		load: 'load as the gate saw it',
		note: (request: number, ago: string): string => `request ${number(request)}, ${ago} ago`,
		picked: ', picked',
		unknown: 'This world does not say what was compared.'
	},
	/** In sentences, for those who cannot see the picture. */
	told: {
		server: (id: string, load: string, status: string): string => `Server ${id}: ${load}, ${status}`,
		site: (id: string): string => `Server ${id}: being built`,
		load: (busy: number, waiting: number): string => `${String(busy)} busy, ${String(waiting)} waiting`,
		inFlight: (inflight: number): string => `${String(inflight)} in flight`,
		servers,
		andSites: (open: number, sites: number): string => `${servers(open)} and ${String(sites)} being built`,
		run: (title: string, servers: string, sent: number, ok: number, failed: number): string =>
			`${title}, ${servers}: ${requests(sent)} sent, ${number(ok)} answered, ${number(failed)} failed`,
		over: (run: string): string => `${run}. It is over.`,
		panic: 'All servers are left out, so all are asked all the same.',
		now: (run: string, serving: number, waiting: number): string =>
			`${run}; ${number(serving)} being served, ${number(waiting)} waiting.`,
		longest: (server: string, waiting: number): string =>
			`The longest road is before ${server}, ${number(waiting)} waiting.`,
		selected: (what: string): string => `Selected: ${what}`,
		stopped: (title: string, says: string): string => `Stopped. ${title}. ${says}`,
		gone: (server: string): string => `Server ${server} has gone.`,
		gate: (strategy: string): string => `The gate, ${strategy}.`,
		held: (held: number): string => `${waitHere(held)}.`,
		awaits: 'It awaits the first request.',
		pick: (server: string): string => `The latest pick is ${server}.`,
		/** With the strategy's own sentence. */
		pickWhy: (server: string, says: string): string => `The latest pick is ${server}: ${says}`,
		request: (id: number, where: string, time: string): string =>
			`Request ${number(id)} ${where}, for ${time}.`,
		requestGone: (id: number): string => `Request ${number(id)} has gone home.`,
		aServer: 'a server',
		toGate: 'is on its way to the gate',
		atGate: 'waits at the gate',
		toServer: (server: string): string => `is on its way to ${server}`,
		waiting: (server: string): string => `waits at ${server}`,
		serving: (server: string): string => `is served at ${server}`,
		back: (server: string): string => `is on its way back from ${server}`,
		home: 'is on its way home'
	},
	/** What has changed, for those who listen. */
	news: {
		site: (server: string): string => `Server ${server} is being built.`,
		joins: (server: string): string => `Server ${server} joins.`,
		opens: (server: string): string => `Server ${server} opens.`,
		well: (server: string): string => `Server ${server} is well again.`,
		status: (server: string, status: string): string => `Server ${server}: ${status}.`,
		refuses: (server: string, refused: number): string =>
			`Server ${server} turns callers away, ${number(refused)} refused.`,
		fails: (server: string, failed: number): string => `Server ${server}: ${number(failed)} failed.`,
		left: (server: string): string => `Server ${server} has left.`,
		atGate: (requests: number): string => `${number(requests)} never reached a server.`,
		panic: 'All servers are left out, so the gate asks all of them all the same.',
		over: (ok: number, sent: number): string => `The end: ${number(ok)} of ${number(sent)} answered.`,
		more: (rest: number): string => `And ${number(rest)} more.`
	},
	/** What happened, in a few words: in a list, or at a mark of the time line. */
	happened: {
		charge: (strategy: string): string => `${strategy} takes charge`,
		gate: 'the gate',
		/** Servers that are named together. */
		two: (one: string, other: string): string => `${one} and ${other}`,
		three: (one: string, two: string, three: string): string => `${one}, ${two} and ${three}`,
		many: (one: string, two: string, rest: number): string => `${one}, ${two} and ${String(rest)} more`,
		refused: (times: number, where: string, why: string): string =>
			`${number(times)} turned away at ${where}: ${why}`,
		timeout: (times: number, where: string, why: string): string =>
			`${number(times)} given up at ${where}: ${why}`,
		failed: (times: number, where: string, why: string): string =>
			`${number(times)} failed at ${where}: ${why}`,
		panic: 'all are left out, and asked all the same',
		change: (servers: string, does: string): string => `${servers} ${does}`,
		often: (what: string, times: number): string => `${what}, ${number(times)} times`,
		of: (run: string, what: string): string => `${run}: ${what}`,
		/** What one server does, or several do. */
		does: {
			added: counted({ one: 'joins', other: 'join' }),
			removed: counted({ one: 'leaves', other: 'leave' }),
			ordered: (servers: number, time: string): string =>
				`${is(servers)} ordered, ${opens(servers)} in ${time}`,
			'called-off': counted({ one: 'is called off', other: 'are called off' }),
			weight: (servers: number, weight: string): string => `${has(servers)} weight ${weight}`,
			ready: counted({ one: 'takes requests again', other: 'take requests again' }),
			drain: counted({ one: 'is drained', other: 'are drained' }),
			down: counted({ one: 'is taken down', other: 'are taken down' }),
			ejected: counted({ one: 'is left out', other: 'are left out' }),
			restored: counted({ one: 'is taken back', other: 'are taken back' }),
			slow: (servers: number, times: string): string => `${works(servers)} at speed ×${times}`,
			fail: counted({ one: 'answers with errors', other: 'answer with errors' }),
			stop: counted({ one: 'stops', other: 'stop' }),
			hang: counted({ one: 'falls silent', other: 'fall silent' }),
			pause: (servers: number, time: string): string => `${stands(servers)} still for ${time}`,
			restart: counted({ one: 'starts again', other: 'start again' })
		}
	},
	/** Why the clock stands still. */
	caption: {
		goOn: 'Play goes on from here; the switch below the time stops these stops.',
		aServer: 'A server',
		refused: 'The first request is turned away',
		finds: (who: string, where: string, what: string): string => `${who} finds ${where}: ${what}.`,
		closed: 'closed',
		clientLeft: 'The first client gives up',
		leaves: (who: string): string => `${who} has been waited for long enough: its client leaves.`,
		timeout: 'The first request times out',
		atGate: (who: string): string => `${who} has waited at the gate for as long as it may.`,
		tooLong: (who: string, server: string): string =>
			`${who} took too long at ${server}: the gate waits no longer, though ${server} may work on.`,
		failed: 'The first request fails',
		reset: (who: string, where: string): string =>
			`${who} comes back from ${where} with nothing: the connection is lost.`,
		error: (who: string, where: string): string => `${who} comes back from ${where} with an error.`,
		ejected: (server: string): string => `${server} is left out`,
		unchecked: 'It does not answer its health checks: the gate sends it nothing until it does.',
		tooOften: 'It failed too often: the gate sends it nothing for a while.',
		panic: 'All servers are left out',
		nobody: 'There is nobody else to ask, so the gate asks them all the same.',
		ordered: (server: string): string => `${server} is ordered`,
		built: (time: string): string =>
			`It is being built, and opens in ${time}. Until then the others bear it all.`,
		calledOff: (server: string): string => `${server} is called off`,
		unneeded: 'It is not needed any more.',
		removed: (server: string): string => `${server} leaves`,
		ends: 'It ends what it has and takes no more.',
		added: (server: string): string => `${server} joins`,
		may: 'The gate may pick it from now on.',
		restored: 'A server is back',
		fault: 'A machine changes',
		rule: 'The rules change'
	},
	/** Where a picture comes from. */
	source: {
		simulated: (seed: number): string =>
			`Simulated: a model in virtual time, drawn from seed ${String(seed)}; the same seed gives the same run.`,
		recorded: (name: string, time: string, events: number, strategy: string): string =>
			`Recorded by a proxy: ${name}, ${time} of real requests in ${number(events)} events under “${strategy}”. The network's ways are not in it.`,
		reasons: 'Reasons are those of its strategy, asked again.',
		live: (hopMs: number): string =>
			`Live: real requests through the proxy on this machine. Each way is drawn as ${String(hopMs)} ms, so that an eye can follow; the numbers are exact.`
	}
};
