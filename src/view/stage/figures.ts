import type { Fault, Scene, SceneServer, ServerState } from '#record/scene.ts';
import { faultAt, isRefusal } from '#record/scene.ts';
import type { Geometry, Seat } from './geometry.ts';
import {
	belief,
	opening,
	padded,
	reasonWords,
	serverLosses,
	serverName,
	serverNumbers,
	serverStatus,
	serverTraits
} from './words.ts';

/** One server as one frame draws it: plain values, so that only what changed is drawn again. */
export interface ServerFigure {
	readonly id: string;
	readonly seat: Seat;
	readonly state: ServerState;
	readonly fault: Fault;
	readonly leaving: boolean;
	/** While it is being built, how much of it stands: 0 to 1. */
	readonly built: number | undefined;
	/** No new calls come this way. */
	readonly closed: boolean;
	/** For those who listen. */
	readonly name: string;
	readonly numbers: string;
	readonly traits: string;
	/** The numbers in the fewest signs: busy, and who waits. */
	readonly brief: string;
	readonly status: string;
	readonly losses: string;
	/** What the gate counts in flight, and what its strategy believed at the latest decision if that is another number. */
	readonly counted: string;
	readonly believed: string;
	/** Lit windows by their index. */
	readonly lit: readonly boolean[];
	/** Share of the workers that are busy, 0 to 1. */
	readonly load: number;
	/** Share of the waiting room that is taken, 0 to 1. */
	readonly queue: number;
	/** Who waits beyond the places drawn, such as `+31`. */
	readonly rest: string;
	/** The sign on the road after a failure; it fades. */
	readonly sign: { readonly words: string; readonly refusal: boolean; readonly opacity: number } | undefined;
}

const signMs = 1400;
const signFadeMs = 600;

export function serverFigures(scene: Scene, geometry: Geometry, at: number): ServerFigure[] {
	return geometry.seats.flatMap((seat) => {
		const server = scene.server(seat.id);
		return server === undefined ? [] : [figureOf(scene, server, seat, at)];
	});
}

function figureOf(scene: Scene, server: SceneServer, seat: Seat, at: number): ServerFigure {
	const { id, state, leaving, machine, serving, waiting, inflight, site } = server;
	const workers = machine?.workers ?? 1;
	const busy = machine === undefined ? Math.min(1, inflight) : serving.length;
	const over = waiting.length - seat.slots.length;
	const pick = scene.lastPick;
	const load = pick?.opinion === true ? pick.loads?.find(([other]) => other === id)?.[1] : undefined;
	return {
		id,
		seat,
		state,
		fault: faultAt(server, at),
		leaving,
		built: site && share(at, site),
		closed: leaving || site !== undefined || (state !== 'ready' && !(scene.panic && state === 'ejected')),
		name: serverName(server, at),
		numbers: serverNumbers(server, at),
		traits: serverTraits(server),
		brief: briefly(server, at),
		status: serverStatus(server, at),
		losses: serverLosses(server),
		counted: padded(inflight),
		believed: load === undefined ? '' : belief(load),
		lit: litWindows(server, busy, machine?.slots ?? workers, seat.windows.length),
		load: Math.min(1, busy / workers),
		queue: machine === undefined || machine.queue === 0 ? 0 : Math.min(1, waiting.length / machine.queue),
		rest: over > 0 ? `+${padded(over)}` : '',
		sign: signOf(server, at)
	};
}

function share(at: number, { since, due }: { readonly since: number; readonly due: number }): number {
	return due > since ? Math.max(0, Math.min(1, (at - since) / (due - since))) : 1;
}

function briefly({ site, machine, inflight, serving, waiting }: SceneServer, at: number): string {
	if (site !== undefined) return opening(site, at, 'soon');
	return machine === undefined ? padded(inflight) : `${padded(serving.length)} · ${padded(waiting.length)}`;
}

function litWindows(
	{ serving, machine }: SceneServer,
	busy: number,
	workers: number,
	windows: number
): boolean[] {
	const lit = Array.from({ length: windows }, () => false);
	if (machine?.slots !== undefined || (workers <= windows && serving.length > 0)) {
		for (const { worker } of serving) if (worker < windows) lit[worker] = true;
	} else {
		const share = Math.ceil((busy / workers) * windows);
		for (let i = 0; i < share && i < windows; i++) lit[i] = true;
	}
	return lit;
}

function signOf({ lastFailure }: SceneServer, at: number): ServerFigure['sign'] {
	if (lastFailure === undefined) return undefined;
	const age = at - lastFailure.at;
	if (age > signMs + signFadeMs) return undefined;
	const fade = Math.min(1, Math.max(0, (signMs + signFadeMs - age) / signFadeMs));
	return {
		words: reasonWords[lastFailure.reason],
		refusal: isRefusal(lastFailure.reason),
		opacity: Math.round(fade * 20) / 20
	};
}

/**
 * What the monster lives on: who waits, who was turned away of late, and how much goes wrong. When all is over, what it
 * has kept of the whole run.
 */
export function hunger(
	scene: Scene,
	at: number,
	ended = false
): { backlog: number; waiting: number; refused: number; errors: number } {
	if (ended) {
		const never = scene.sent - scene.ok;
		return { backlog: never, waiting: 0, refused: 0, errors: scene.sent === 0 ? 0 : never / scene.sent };
	}
	const waiting = scene.waiting + scene.held;
	const refused = scene.recentRefused.count(at);
	const tries = scene.recentEnded.count(at);
	return {
		backlog: waiting + refused,
		waiting,
		refused,
		errors: tries === 0 ? 0 : scene.recentFailed.count(at) / tries
	};
}

/** Where the monster looks: at the longest road; ahead while none is longer than another. */
export function gazeOf(scene: Scene, geometry: Geometry): number {
	let longest = 0;
	let seat: Seat | undefined;
	for (const each of geometry.seats) {
		const waiting = scene.server(each.id)?.waiting.length ?? 0;
		if (waiting > longest) {
			longest = waiting;
			seat = each;
		}
	}
	const { monster, gate } = geometry;
	const to = seat?.door ?? { x: gate.x + gate.width / 2, y: gate.y + gate.height };
	return Math.atan2(to.y - monster.y, to.x - monster.x);
}
