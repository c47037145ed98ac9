import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, type StrategyName } from '#balancer/strategies/index.ts';
import type { Backend, Because, Call, Millis, Space } from '#balancer/strategy.ts';
import type { Family, Frame, Note, Performance, Round } from '#view/shelf/exhibit.ts';
import { roundOf } from '#view/shelf/wheel.ts';

type Knobs = Readonly<Record<string, number>>;

/** Four unequal servers: `slowness` multiplies the work of a request. */
export const servers = [
	{ id: 'A', weight: 3, slowness: 1 },
	{ id: 'B', weight: 2, slowness: 1 },
	{ id: 'C', weight: 1, slowness: 1 },
	{ id: 'D', weight: 1, slowness: 3 }
] as const;

const requests = 40;
const beat: Millis = 100;
const end: Millis = requests * beat + 500;
/** B leaves before one pick and is back before another. */
const leaver = 1;
const leaves = 18;
const returns = 30;

/** Work of the requests in turn, in ms: a handful in flight, and not always the same few. */
const work = [310, 440, 200, 580, 370, 270, 710, 410, 240, 510];

/** Sixty clients in as many networks, for those who look at no more than the network. The first eight send. */
export const keys: readonly string[] = Array.from(
	{ length: 60 },
	(_, i) => `10.${String((i * 37) % 251)}.${String((i * 83 + 11) % 253)}.7`
);
/** Who sends, over and over; not in step with the four servers. */
const senders = [0, 1, 2, 0, 3, 4, 1, 5, 6, 0, 7];

/** A strategy at work for a while: the real one in the real cluster, at virtual instants. */
class Play {
	readonly cluster: Cluster;
	readonly backends: readonly Backend[];
	readonly picks: number[];
	/** Why the last request went where it went, where the strategy says. */
	because: Because | undefined;
	#running: { backend: Backend; call: Call; from: Millis; to: Millis }[] = [];

	constructor(name: StrategyName, knobs: Knobs, seed: number, limit: number) {
		this.cluster = new Cluster(createStrategy(name, knobs, randomStream(seed, 'exhibit', 'strategy')));
		this.backends = servers.map(({ id, weight }) => this.cluster.add(id, { weight, limit }, 0));
		this.picks = servers.map(() => 0);
	}

	/** End what ends by now. */
	until(at: Millis): void {
		const due = this.#running.filter(({ to }) => to <= at).sort((a, b) => a.to - b.to);
		this.#running = this.#running.filter(({ to }) => to > at);
		for (const { backend, call, from, to } of due) {
			this.cluster.release(backend, { call, at: to, latency: to - from, result: 'ok' });
		}
	}

	/** One request; its server's place, and when it will end. */
	send(id: number, key: string, at: Millis, costs: Millis): Note | undefined {
		const call: Call = { id, key, attempt: 0, at };
		this.because = undefined;
		const backend = this.cluster.acquire(call, undefined, (because) => {
			this.because = because;
		});
		if (backend === undefined) return undefined;
		const server = this.backends.indexOf(backend);
		this.picks[server] = (this.picks[server] ?? 0) + 1;
		const to = at + costs * (servers[server]?.slowness ?? 1);
		this.#running.push({ backend, call, from: at, to });
		return { server, from: at, to };
	}

	/** What the strategy decides by now. */
	get space(): Space | undefined {
		return this.cluster.strategy.space?.(this.cluster.available);
	}

	leave(at: Millis): void {
		this.cluster.setState('B', 'down', at);
	}

	comeBack(at: Millis): void {
		this.cluster.setState('B', 'ready', at);
	}
}

/** Requests a server may hold: none unless only a limit makes the strategy do anything. */
function limitOf(name: StrategyName, knobs: Knobs): number {
	const play = new Play(name, knobs, 1, Infinity);
	const first = play.send(0, keyAt(0), 0, 1)?.server;
	for (let id = 1; id < 30; id++) if (play.send(id, keyAt(id), id, 1000)?.server !== first) return Infinity;
	return 2;
}

/** The whole piece, played by one strategy. */
export function perform(name: StrategyName, knobs: Knobs = {}, seed = 1): Performance {
	const play = new Play(name, knobs, seed, limitOf(name, knobs));
	const frames: Frame[] = [];
	const notes: Note[] = [];
	let era = 0;
	let since = 0;
	let loads: readonly (number | undefined)[] = [];
	const believed = (at: Millis) => play.backends.map((backend) => play.cluster.strategy.load?.(backend, at));
	let measure: string | undefined;
	const show = (at: Millis, what: Frame['what'], server?: number, key = ''): void => {
		const because = what === 'pick' ? play.because : undefined;
		const figures = new Map(because?.figures?.of);
		measure ??= because?.figures?.measure;
		const states = play.backends.map(({ id, weight, inflight, limit }, i) => {
			const away = i === leaver && era === 1;
			const load = loads[i];
			const figure = because === undefined && what === 'pick' && !away ? load : figures.get(id);
			return { id, weight, inflight, limit, away, picks: play.picks[i] ?? 0, load, figure };
		});
		frames.push({ at, what, server, key, servers: states, because, space: play.space, era, since });
	};
	show(0, 'start');
	for (let id = 0; id < requests; id++) {
		const at = id * beat;
		play.until(at);
		if (id === leaves || id === returns) {
			if (id === leaves) play.leave(at);
			else play.comeBack(at);
			era++;
			since = 0;
			loads = [];
			show(at, id === leaves ? 'away' : 'back', leaver);
		}
		const key = keyAt(id);
		loads = believed(at);
		const note = play.send(id, key, at, workAt(id));
		since++;
		if (note !== undefined) notes.push(note);
		show(at, 'pick', note?.server, key);
	}
	if (loads.some((load) => load !== undefined)) measure ??= 'load';
	return { frames, notes, end, measure, away: { server: leaver, from: leaves * beat, to: returns * beat } };
}

/** For each era the round that a strategy of turns is in; undefined for an era that has none. */
export function rounds(name: StrategyName, knobs: Knobs = {}, seed = 1): readonly (Round | undefined)[] {
	return [0, leaves, returns].map((from, era) => {
		const play = new Play(name, knobs, seed, Infinity);
		for (let id = 0; id < from; id++) {
			const at = id * beat;
			play.until(at);
			if (id === leaves) play.leave(at);
			play.send(id, keyAt(id), at, workAt(id));
		}
		const at = from * beat;
		play.until(at);
		if (era === 1) play.leave(at);
		if (era === 2) play.comeBack(at);
		const picks = idlePicks(play, from, at, 240);
		// An era is short: what comes round in it matters, even where the order shifts much later.
		return roundOf(picks.slice(0, 48)) ?? roundOf(picks);
	});
}

/** For each era who owns each of `keys`, asked while nobody is busy. */
export function owners(
	name: StrategyName,
	knobs: Knobs = {},
	seed = 1
): readonly (readonly (number | undefined)[])[] {
	const play = new Play(name, knobs, seed, Infinity);
	return [0, 1, 2].map((era) => {
		if (era === 1) play.leave(era);
		if (era === 2) play.comeBack(era);
		return ownersIn(play, keys, era);
	});
}

function ownersIn(play: Play, asked: readonly string[], at: Millis): (number | undefined)[] {
	return asked.map((key, i) => {
		const note = play.send(i, key, at, 0);
		play.until(at);
		return note?.server;
	});
}

/**
 * What a strategy is, found by watching it: it may be new. The same client to the same server twice, whoever came
 * between: keys. Other picks when requests stay than when they end at once: load. A round that comes again: turns.
 */
export function familyOf(name: StrategyName): Family {
	const asked = new Play(name, {}, 1, Infinity);
	const forwards = ownersIn(asked, keys, 0);
	const backwards = ownersIn(asked, keys.toReversed(), 1).reverse();
	if (new Set(forwards).size > 1 && forwards.every((owner, i) => owner === backwards[i])) return 'key';
	const idle = idlePicks(new Play(name, {}, 1, Infinity), 0, 0, 240);
	const play = new Play(name, {}, 1, Infinity);
	const held = idle.map((_, id) => play.send(id, keyAt(id), 0, 1000)?.server);
	if (held.some((server, i) => server !== idle[i])) return 'load';
	if (new Set(idle).size === 1) return 'load';
	return roundOf(idle) === undefined ? 'chance' : 'turn';
}

/** Picks while every request ends before the next comes. */
function idlePicks(play: Play, from: number, at: Millis, count: number): number[] {
	return Array.from({ length: count }, (_, i) => {
		const server = play.send(from + i, keyAt(from + i), at, 0)?.server ?? -1;
		play.until(at);
		return server;
	});
}

function keyAt(id: number): string {
	return keys[senders[id % senders.length] ?? 0] ?? '';
}

function workAt(id: number): Millis {
	return work[id % work.length] ?? 0;
}

/** Whether chance has a say: with other seeds it plays the piece otherwise. */
export function drawsLots(name: StrategyName, knobs: Knobs = {}): boolean {
	const [first, ...others] = [1, 2, 3].map((seed) =>
		perform(name, knobs, seed)
			.notes.map(({ server }) => server)
			.join()
	);
	return others.some((other) => other !== first);
}
