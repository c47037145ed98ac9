import type { BackendState } from '#balancer/cluster.ts';
import type { Because, Millis, Result } from '#balancer/strategy.ts';
import type { BackendEvent, Loads, Machine, Reason, RequestEvent, TraceEvent } from './event.ts';
import { HeavyHitters } from './heavy-hitters.ts';
import type { Role } from './life.ts';
import { Panic } from './panic.ts';
import { Recent } from './recent.ts';

/**
 * Where a request is. `to-gate` and `to-server` are ways there, `to-gate-back` and `to-client` ways home; each
 * takes one hop of the world's network, which a scene need not know: it tells only when the way began. `held` waits at
 * the gate.
 */
export type Phase = 'to-gate' | 'held' | 'to-server' | 'waiting' | 'serving' | 'to-gate-back' | 'to-client';

/** A request that has been sent and not yet answered, or another of its attempts; see `Scene.others`. */
export interface LiveRequest {
	readonly id: number;
	readonly key: string;
	/** Milliseconds of one worker at speed 1, where the world told. */
	readonly work: Millis | undefined;
	readonly sentAt: Millis;
	/** From a client who sends far more than its share. */
	readonly giant: boolean;
	attempt: number;
	role: Role;
	/** When a server was picked for this attempt; NaN before. */
	pickedAt: Millis;
	phase: Phase;
	/** When the phase began. */
	since: Millis;
	backend: string | undefined;
	/** How many were inside or on the way to that server when it was picked: where this one may expect to queue. */
	ahead: number;
	startedAt: Millis | undefined;
	/** False once the gate has given this attempt up: nobody waits for it any more. */
	wanted: boolean;
	/** How the latest attempt ended, as far as it is known. */
	result: Result | undefined;
	reason: Reason | undefined;
}

/** Somebody is being served. */
export interface Serving {
	readonly id: number;
	readonly attempt: number;
	/** Which worker, from 0; it stays the same until the work is done. */
	readonly worker: number;
	readonly since: Millis;
	/** All of it; undefined where the cost is unknown. */
	readonly work: Millis | undefined;
	/** It is done when its server's `given` has come to this. */
	readonly due: Millis | undefined;
}

/** A place in a server's queue. */
export interface Waiting {
	readonly id: number;
	readonly attempt: number;
}

export type ServerState = BackendState | 'ejected';
export type Fault = 'none' | 'slow' | 'fail' | 'stop' | 'hang' | 'pause';

export interface SceneServer {
	readonly id: string;
	weight: number;
	/** 1 is nominal; a slowed machine has less. */
	speed: number;
	/** It stands still until then. */
	pausedUntil: Millis;
	/**
	 * Work that each of those inside has been given up to `givenAt`, had it been there from the beginning. Workers serve one
	 * each, or all share them evenly: it grows by the same for all in either case.
	 */
	given: Millis;
	givenAt: Millis;
	/** Absent where the world cannot look inside, as the proxy cannot. */
	machine: Machine | undefined;
	/** As the balancer sees it. `down` and `drain` hide that it is ejected as well. */
	state: ServerState;
	/** As only the machine knows it. */
	fault: Fault;
	/** Forgotten by the balancer, still drawn until its last call has ended. */
	leaving: boolean;
	/** While it is being built: since when, and when it will be there. */
	site: { readonly since: Millis; readonly due: Millis } | undefined;
	readonly serving: Serving[];
	/** In the order in which they will be served. */
	readonly waiting: Waiting[];
	/** Picked and still on the way to it. */
	coming: number;
	/** Calls picked and not ended, as the balancer counts them. */
	inflight: number;
	picked: number;
	ok: number;
	/** Ended badly, other than turned away at the door. */
	failed: number;
	/** Turned away at the door: the queue was full or nobody listened. */
	refused: number;
	lastFailure: { readonly at: Millis; readonly reason: Reason } | undefined;
}

/** The latest decision. In a world that explains, `loads` is what the strategy believed of each candidate, and `because` why it picked. */
export interface ScenePick {
	readonly at: Millis;
	readonly id: number;
	readonly attempt: number;
	readonly backend: string;
	readonly loads: Loads | undefined;
	readonly because: Because | undefined;
	/** Whether those loads say anything that the balancer's plain counts did not say. */
	readonly opinion: boolean;
}

/** Seconds over which a scene's rates look back. */
export const recentMs = 5000;
const recents = ['recentSent', 'recentEnded', 'recentFailed', 'recentRefused'] as const;
/** Requests whose mean work sets the scale at which all are drawn; then it stays, so that no disc changes size by itself. */
const scaleSample = 64;

/**
 * Where everything is now: a fold over one world's events. It has no clock and keeps nothing of requests that
 * are answered. Events about things it never heard of are taken at their word, so it may join late.
 */
export class Scene {
	/** The instant of the last event. */
	at: Millis = 0;
	/** Counts slow changes: servers, their machines and their states. Positions depend on nothing else. */
	revision = 0;
	strategy: string | undefined;
	sent = 0;
	ok = 0;
	failed = 0;
	readonly failures = new Map<Reason, number>();
	readonly requests = new Map<number, LiveRequest>();
	/**
	 * Attempts besides a request's latest: the first where a second was sent to race it, and those that their servers go on
	 * with although nobody waits. By `nameOf(id, attempt)`.
	 */
	readonly others = new Map<string, LiveRequest>();
	lastPick: ScenePick | undefined;
	readonly recentSent = new Recent(recentMs);
	readonly recentEnded = new Recent(recentMs);
	/** Attempts that ended badly, refusals included. */
	readonly recentFailed = new Recent(recentMs);
	readonly recentRefused = new Recent(recentMs);
	#servers: SceneServer[] = [];
	#byId = new Map<string, SceneServer>();
	#workSum = 0;
	#workCount = 0;
	#clients = new HeavyHitters();
	#panic = new Panic();

	/** In the order in which they were added. A new array on a slow change. */
	get servers(): readonly SceneServer[] {
		return this.#servers;
	}

	/** Requests that wait at the gate. */
	held = 0;

	/** Requests that wait at some server. */
	get waiting(): number {
		let sum = 0;
		for (const server of this.#servers) sum += server.waiting.length;
		return sum;
	}

	/** All are left out, and asked all the same. */
	get panic(): boolean {
		return this.#panic.on;
	}

	/** The work that a disc of the standard size stands for: the mean of the first requests; 0 while none told. */
	get typicalWork(): Millis {
		return this.#workCount === 0 ? 0 : this.#workSum / this.#workCount;
	}

	server(id: string): SceneServer | undefined {
		return this.#byId.get(id);
	}

	/** One that knows the same, and goes its own way from here. */
	copy(): Scene {
		const copy = new Scene();
		const { at, revision, strategy, sent, ok, failed, lastPick, held } = this;
		Object.assign(copy, { at, revision, strategy, sent, ok, failed, lastPick, held });
		for (const [why, count] of this.failures) copy.failures.set(why, count);
		for (const [id, request] of this.requests) copy.requests.set(id, { ...request });
		for (const [name, attempt] of this.others) copy.others.set(name, { ...attempt });
		for (const which of recents) copy[which].learn(this[which]);
		copy.#servers = this.#servers.map((server) => ({
			...server,
			serving: server.serving.slice(),
			waiting: server.waiting.slice()
		}));
		copy.#byId = new Map(copy.#servers.map((server) => [server.id, server]));
		copy.#workSum = this.#workSum;
		copy.#workCount = this.#workCount;
		copy.#clients = this.#clients.copy();
		copy.#panic = this.#panic.copy();
		return copy;
	}

	hear(event: TraceEvent): void {
		this.at = event.at;
		this.#panic.hear(event);
		if (event.kind === 'backend') this.#hearBackend(event);
		else if (event.kind === 'strategy') {
			this.strategy = event.name;
			this.lastPick = undefined;
		} else this.#hearRequest(event);
	}

	#hearRequest(event: RequestEvent): void {
		switch (event.kind) {
			case 'send':
				this.#sent(event.id, event.key, event.work, event.at);
				return;
			case 'answer':
				this.#answered(event);
				return;
			case 'pick':
				this.#picked(event);
				return;
			case 'hold': {
				const request = this.#move(event.id, 'held', event.at);
				if (request !== undefined) this.held++;
				return;
			}
			case 'queue':
				this.#move(event.id, 'waiting', event.at, event.attempt);
				this.#serverOf(event.backend).waiting.push({ id: event.id, attempt: event.attempt });
				return;
			case 'start':
				this.#started(event);
				return;
			case 'finish':
				this.#leftServer(event, 'to-gate-back');
				return;
			case 'drop':
				this.#leftServer(event, undefined);
				return;
			case 'end':
				this.#ended(event);
		}
	}

	#sent(id: number, key: string, work: Millis | undefined, at: Millis): LiveRequest {
		this.#clients.add(key);
		const request: LiveRequest = {
			id,
			key,
			work,
			sentAt: at,
			giant: this.#clients.isGiant(key),
			attempt: 0,
			role: 'first',
			pickedAt: NaN,
			phase: 'to-gate',
			since: at,
			backend: undefined,
			ahead: 0,
			startedAt: undefined,
			wanted: true,
			result: undefined,
			reason: undefined
		};
		this.requests.set(id, request);
		this.sent++;
		this.recentSent.add(at);
		if (work !== undefined && this.#workCount < scaleSample) {
			this.#workSum += work;
			this.#workCount++;
		}
		return request;
	}

	#picked({ at, id, key, attempt, backend, loads, because }: RequestEvent & { kind: 'pick' }): void {
		const before = this.requests.get(id);
		// One that is still out is raced by this one, or has its own part of the whole.
		const beside = before !== undefined && before.attempt !== attempt && isOut(before);
		const role = !beside ? (attempt === 0 ? 'first' : 'retry') : before.pickedAt === at ? 'call' : 'hedge';
		if (beside) this.#setAside(before);
		const request = this.#move(id, 'to-server', at) ?? this.#sent(id, key, undefined, at);
		request.attempt = attempt;
		request.role = role;
		request.pickedAt = at;
		request.wanted = true;
		request.phase = 'to-server';
		request.since = at;
		request.backend = backend;
		request.startedAt = undefined;
		request.result = undefined;
		request.reason = undefined;
		const opinion = loads?.some(([other, load]) => load !== this.#byId.get(other)?.inflight) ?? false;
		const server = this.#serverOf(backend);
		request.ahead = server.serving.length + server.waiting.length + server.coming;
		server.coming++;
		server.inflight++;
		server.picked++;
		this.lastPick = { at, id, attempt, backend, loads, because, opinion };
	}

	#started({ at, id, attempt, backend, work, waitMs = 0 }: RequestEvent & { kind: 'start' }): void {
		const server = this.#serverOf(backend);
		dropFrom(server.waiting, id, attempt);
		const request = this.#move(id, 'serving', at, attempt);
		if (request !== undefined) request.startedAt = at;
		const all = work ?? request?.work;
		give(server, at);
		server.serving.push({
			id,
			attempt,
			worker: freeWorker(server),
			since: at,
			work: all,
			// While it waits for data it is given what it does not need: exactly so where it has a worker of its own, at a steady pace.
			due: all === undefined ? undefined : server.given + waitMs * server.speed + all
		});
	}

	#ended({ at, id, attempt, backend, result, reason }: RequestEvent & { kind: 'end' }): void {
		const server = this.#serverOf(backend);
		server.inflight = Math.max(0, server.inflight - 1);
		const request = this.attempt(id, attempt);
		const goesOn = result === 'timeout' || result === 'cancelled';
		if (goesOn && request !== undefined && server.machine !== undefined && isOut(request)) {
			// The gate has given it up; its server has not heard of that yet.
			if (request === this.requests.get(id)) this.#setAside(request);
			const aside = this.others.get(nameOf(id, attempt));
			if (aside !== undefined) aside.wanted = false;
		} else {
			if (request?.phase === 'waiting') dropFrom(server.waiting, id, attempt);
			if (request?.phase === 'serving') this.#freeWorker(server, id, attempt, at);
			this.others.delete(nameOf(id, attempt));
		}
		this.recentEnded.add(at);
		if (result === 'ok') server.ok++;
		else if (result !== 'cancelled') this.#attemptFailed(server, reason ?? 'failed', at);
		if (request !== undefined && request === this.requests.get(id)) {
			this.#move(id, 'to-client', at);
			request.result = result;
			request.reason = reason;
		}
		this.#dropIfGone(server);
	}

	#attemptFailed(server: SceneServer, reason: Reason, at: Millis): void {
		const refused = isRefusal(reason);
		if (refused) server.refused++;
		else server.failed++;
		server.lastFailure = { at, reason };
		this.recentFailed.add(at);
		if (refused) this.recentRefused.add(at);
	}

	#answered({ at, id, result, reason, backend }: RequestEvent & { kind: 'answer' }): void {
		if (result === 'ok') this.ok++;
		else {
			this.failed++;
			const why = reason ?? 'failed';
			this.failures.set(why, (this.failures.get(why) ?? 0) + 1);
			if (backend === undefined) {
				// Nobody was picked, so no attempt ended: this is the only word of it.
				this.recentEnded.add(at);
				this.recentFailed.add(at);
				this.recentRefused.add(at);
			}
		}
		if (this.requests.get(id)?.phase === 'held') this.held--;
		this.requests.delete(id);
	}

	#hearBackend({ at, backend: id, change, value, machine }: BackendEvent): void {
		const server = this.#serverOf(id);
		switch (change) {
			case 'ordered':
				server.machine = machine;
				server.site = { since: at, due: at + (value ?? 0) };
				break;
			case 'called-off':
				server.leaving = true;
				break;
			case 'added':
				server.site = undefined;
				server.weight = value ?? 1;
				server.machine = machine;
				server.speed = machine?.speed ?? 1;
				server.state = 'ready';
				server.leaving = false;
				break;
			case 'removed':
				server.leaving = true;
				break;
			case 'weight':
			case 'grown':
				server.weight = value ?? server.weight;
				break;
			case 'ejected':
				if (server.state === 'ready') server.state = 'ejected';
				break;
			case 'restored':
				if (server.state === 'ejected') server.state = 'ready';
				break;
			case 'ready':
			case 'drain':
			case 'down':
				server.state = change;
				break;
			case 'slow':
			case 'restart':
				setSpeed(server, value ?? server.machine?.speed ?? 1, at);
				if (change === 'restart') server.pausedUntil = at;
				if (change === 'restart' || server.fault === 'none' || server.fault === 'slow') {
					server.fault = server.speed < (server.machine?.speed ?? 1) ? 'slow' : 'none';
				}
				break;
			case 'hang':
				server.fault = change;
				setSpeed(server, 0, at);
				break;
			case 'pause':
				give(server, at);
				server.pausedUntil = Math.max(server.pausedUntil, at + (value ?? 0));
				break;
			case 'pace':
				// It comes and goes with every request inside: nothing to note, and nobody changes places.
				setSpeed(server, value ?? server.speed, at);
				return;
			case 'fail':
			case 'stop':
				server.fault = change;
				this.#turnOut(server, change, at);
		}
		this.#changed();
		this.#dropIfGone(server);
	}

	/** A stopped machine loses all it holds; a failing one turns out those who wait. They are on their way back. */
	#turnOut(server: SceneServer, fault: 'fail' | 'stop', at: Millis): void {
		const reason: Reason = fault === 'stop' ? 'reset' : 'failed';
		const lost: Waiting[] = server.waiting.splice(0);
		if (fault === 'stop') {
			give(server, at);
			lost.push(...server.serving.splice(0));
		}
		for (const { id, attempt } of lost) {
			const request = this.#move(id, 'to-gate-back', at, attempt);
			if (request === undefined) continue;
			request.result = 'error';
			request.reason = reason;
		}
	}

	#move(id: number, phase: Phase, at: Millis, attempt?: number): LiveRequest | undefined {
		const request = attempt === undefined ? this.requests.get(id) : this.attempt(id, attempt);
		if (request === undefined) return undefined;
		if (request.phase === 'held') this.held--;
		if (request.phase === 'to-server' && request.backend !== undefined)
			this.#serverOf(request.backend).coming--;
		request.phase = phase;
		request.since = at;
		return request;
	}

	/** An attempt by its number; undefined when nothing is known of it. */
	attempt(id: number, attempt: number): LiveRequest | undefined {
		// One that was given up may still be the latest: its server has it, while the request is on its way home.
		const aside = this.others.size === 0 ? undefined : this.others.get(nameOf(id, attempt));
		const request = this.requests.get(id);
		return aside ?? (request?.attempt === attempt ? request : undefined);
	}

	/** The request itself goes on without this attempt. */
	#setAside(request: LiveRequest): void {
		this.others.set(nameOf(request.id, request.attempt), { ...request });
		// Only one of the two is on its way there.
		if (request.phase === 'to-server') request.phase = 'to-gate';
	}

	/** It has left its server, done or not. */
	#leftServer(
		{ at, id, attempt, backend }: RequestEvent & { kind: 'finish' | 'drop' },
		phase: Phase | undefined
	): void {
		const server = this.#serverOf(backend);
		this.#freeWorker(server, id, attempt, at);
		dropFrom(server.waiting, id, attempt);
		const aside = this.others.get(nameOf(id, attempt));
		if (aside?.wanted === false || phase === undefined) {
			if (aside?.phase === 'to-server') server.coming--;
			this.others.delete(nameOf(id, attempt));
		} else this.#move(id, phase, at, attempt);
		this.#dropIfGone(server);
	}

	#freeWorker(server: SceneServer, id: number, attempt: number, at: Millis): void {
		const index = server.serving.findIndex((serving) => serving.id === id && serving.attempt === attempt);
		if (index < 0) return;
		give(server, at);
		server.serving.splice(index, 1);
	}

	#serverOf(id: string): SceneServer {
		const known = this.#byId.get(id);
		if (known !== undefined) return known;
		const server: SceneServer = {
			id,
			weight: 1,
			speed: 1,
			pausedUntil: 0,
			given: 0,
			givenAt: 0,
			machine: undefined,
			state: 'ready',
			fault: 'none',
			leaving: false,
			site: undefined,
			serving: [],
			waiting: [],
			coming: 0,
			inflight: 0,
			picked: 0,
			ok: 0,
			failed: 0,
			refused: 0,
			lastFailure: undefined
		};
		this.#servers = [...this.#servers, server];
		this.#byId.set(id, server);
		this.#changed();
		return server;
	}

	#dropIfGone(server: SceneServer): void {
		if (!server.leaving || server.inflight > 0 || server.serving.length > 0) return;
		this.#servers = this.#servers.filter((other) => other !== server);
		this.#byId.delete(server.id);
		this.#changed();
	}

	#changed(): void {
		this.revision++;
	}
}

/** Work that remains of somebody being served there, never below 0; undefined where the cost is unknown. */
export function workLeft({ due, work }: Serving, server: SceneServer, at: Millis): Millis | undefined {
	return due === undefined ? undefined : Math.max(0, Math.min(work ?? Infinity, due - givenBy(server, at)));
}

/** Bring `given` up to now, before its pace or the number of those inside changes. */
function give(server: SceneServer, at: Millis): void {
	server.given = givenBy(server, at);
	server.givenAt = at;
}

function givenBy({ given, givenAt, pausedUntil, speed, machine, serving }: SceneServer, at: Millis): Millis {
	const share = Math.min(1, (machine?.workers ?? Infinity) / serving.length);
	return given + Math.max(0, at - Math.max(givenAt, pausedUntil)) * speed * share;
}

/** What is being served goes on at the new speed. */
function setSpeed(server: SceneServer, speed: number, at: Millis): void {
	give(server, at);
	server.speed = speed;
}

/** What is wrong with its machine at that instant: one that stands still for a while has no other fault. */
export function faultAt({ fault, pausedUntil }: SceneServer, at: Millis): Fault {
	return fault === 'none' && at < pausedUntil ? 'pause' : fault;
}

/** Turned away at the door, before any work was done. */
export function isRefusal(reason: Reason): boolean {
	return reason === 'queue-full' || reason === 'refused' || reason === 'no-backend' || reason === 'declined';
}

function freeWorker({ serving }: SceneServer): number {
	let worker = 0;
	while (serving.some((other) => other.worker === worker)) worker++;
	return worker;
}

function dropFrom(waiting: Waiting[], id: number, attempt: number): void {
	// Queues are first come, first served, so it is nearly always the first.
	const index = waiting.findIndex((one) => one.id === id && one.attempt === attempt);
	if (index === 0) waiting.shift();
	else if (index > 0) waiting.splice(index, 1);
}

/** How `Scene.others` calls an attempt. */
export function nameOf(id: number, attempt: number): string {
	return `${String(id)}/${String(attempt)}`;
}

/** On its way to a server or inside, as far as anybody knows. */
function isOut({ phase }: LiveRequest): boolean {
	return phase === 'to-server' || phase === 'waiting' || phase === 'serving';
}
