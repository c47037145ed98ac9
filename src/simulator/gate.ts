import type { Cluster, ClusterChange } from '#balancer/cluster.ts';
import { isFull } from '#balancer/full.ts';
import { Reception } from '#balancer/reception.ts';
import { nextTry, type RetryRules } from '#balancer/retry.ts';
import type { Words } from '#balancer/random.ts';
import type { Backend, Because, Millis, Strategy } from '#balancer/strategy.ts';
import type { Loads } from '#record/event.ts';
import type { Metrics } from '#record/metrics.ts';
import { receptionRules, retryRules } from '#record/rules.ts';
import * as its from './attempt-row.ts';
import { type Attempts, places } from './attempts.ts';
import { Asked, Told } from './call.ts';
import { about, deeds, type Clockwork } from './clockwork.ts';
import { Connections } from './connections.ts';
import { type Memory, none } from './memory.ts';
import { outcomes, reasonOf, resultOf } from './outcome.ts';
import * as ofRequest from './request-row.ts';
import { type Requests, stages } from './requests.ts';
import type { Scenario } from './scenario.ts';
import type { Server } from './server.ts';
import type { Sights } from './sights.ts';
import { TimerLine } from './timer-line.ts';
import type { Voice } from './voice.ts';

/** What a gate needs of the world around it. */
export interface Neighbourhood {
	readonly clockwork: Clockwork;
	readonly metrics: Metrics;
	readonly voice: Voice;
	readonly attempts: Attempts;
	/** When set, `pick` events carry what the strategy believed and why it picked. */
	readonly explain: boolean;
	/** Where balancers see more than their own counts. */
	readonly sights: Sights | undefined;
	serverOf(backend: Backend): Server;
	/** On the way to its server. */
	goToServer(attempt: number): void;
	/** Word on the way to the server that nobody waits for it any more. */
	sendWord(attempt: number): void;
	/** The request's outcome on the way to the client. */
	answer(request: number): void;
}

/**
 * A balancer as a machine in the world: it lets requests in, asks its cluster where each should go, waits for the
 * outcome, tries again, and answers. All that it decides by is in src/balancer; here is only when.
 */
export class Gate {
	/** Which of the world's gates it is, from 1. */
	readonly number: number;
	/** Decisions so far. */
	picks = 0;
	#rules: Scenario['balancer'];
	#retry: RetryRules;
	#world: Neighbourhood;
	#clockwork: Clockwork;
	#metrics: Metrics;
	#voice: Voice;
	#attempts: Attempts;
	#requests: Requests;
	#memory: Memory;
	/** Its records of the servers, by number. */
	#backends: (Backend | undefined)[] = [];
	#sights: Sights | undefined;
	#random: Words;
	#reception: Reception<number>;
	#connections: Connections | undefined;
	#timeouts: Alarm | undefined;
	#hedges: Alarm | undefined;
	/** When the first of those who wait gives up, if that is planned. */
	#due: Millis = Infinity;
	/** Requests let in and not answered. */
	#inside = 0;
	/** Retries saved up; see `budget`. */
	#saved: number;
	/** Shown to the cluster again and again; undefined while somebody looks at it. */
	#asked: Asked | undefined;
	#told: Told | undefined;
	#because: Because | undefined;
	#hearWhy = (because: Because | undefined): void => {
		this.#because = because;
	};

	constructor(
		rules: Scenario['balancer'],
		strategy: Strategy,
		world: Neighbourhood,
		number: number,
		random: Words,
		onChange?: (change: ClusterChange) => void
	) {
		this.#rules = rules;
		this.#retry = retryRules(rules);
		this.#world = world;
		this.#clockwork = world.clockwork;
		this.#metrics = world.metrics;
		this.#voice = world.voice;
		this.#attempts = world.attempts;
		this.#requests = world.attempts.requests;
		this.#memory = world.attempts.memory;
		this.number = number + 1;
		this.#sights = world.sights;
		this.#random = random;
		this.#saved = rules.budget?.most ?? Infinity;
		const hear = (change: ClusterChange): void => {
			if (change.change === 'added') this.#backends[change.backend.number] = change.backend;
			onChange?.(change);
			this.#watchLine();
		};
		this.#reception = new Reception(strategy, receptionRules(rules, hear), {
			admit: (attempt, backend) => {
				this.#send(attempt, backend);
			},
			replace: (attempt) => {
				this.#enter(attempt, this.#requests.triedOf(this.#attempts.requestOf(attempt)));
			}
		});
		if (rules.perConnection > 1) this.#connections = new Connections(rules.perConnection);
		this.#timeouts = this.#alarm(rules.timeoutMs, (attempt) => {
			this.#timedOut(attempt);
		});
		this.#hedges = this.#alarm(rules.hedgeMs, (attempt) => {
			this.#hedge(attempt);
		});
	}

	get cluster(): Cluster {
		return this.#reception.cluster;
	}

	/** Requests let in and not settled. */
	get inside(): number {
		return this.#inside;
	}

	/** How many wait in its line. */
	get waiting(): number {
		return this.#reception.waiting;
	}

	/** There may be room for those who wait. */
	letIn(): void {
		if (this.waiting === 0) return;
		for (const backend of this.cluster.members) this.#reception.letIn(backend, this.#clockwork.now);
	}

	/** A request is here for the first time. */
	receive(request: number): void {
		const { most, budget } = this.#rules;
		const requests = this.#requests;
		this.#memory.bytes[(request << 2) + ofRequest.gate] = this.number;
		if (++this.#inside > (most ?? Infinity)) {
			this.#settle(request, outcomes.shed);
			return;
		}
		if (budget !== null) this.#saved = Math.min(budget.most, this.#saved + budget.ratio);
		for (let call = requests.callsOf(request); call > 0 && requests.isOpen(request); call--)
			this.#place(request, requests.triedOf(request));
	}

	/** Its pause is over. */
	tryAgain(request: number): void {
		if (this.#requests.isOpen(request)) this.#retryNow(request);
		this.#requests.letGo(request);
	}

	/** An attempt is back from its server. */
	receiveBack(attempt: number): void {
		const { bytes } = this.#memory;
		bytes[(attempt << 2) + its.where] = places.gone;
		if (bytes[(attempt << 2) + its.ended] === 0) this.#end(attempt, bytes[(attempt << 2) + its.outcome] ?? 0);
		this.#attempts.letGo(attempt);
		this.#sights?.left();
	}

	/** The client waits no longer. */
	forget(request: number): void {
		if (!this.#requests.isOpen(request)) return;
		this.#memory.bytes[(request << 2) + ofRequest.stage] = stages.settled;
		this.#inside--;
		this.#abandon(request, outcomes['client-left']);
	}

	/** What the strategy believes of those it may choose from. */
	#beliefs(): Loads | undefined {
		const { strategy, available } = this.cluster;
		const { now } = this.#clockwork;
		if (strategy.load === undefined) return undefined;
		return available.map((backend) => [backend.id, strategy.load?.(backend, now) ?? 0] as const);
	}

	/** Its record of the server that an attempt went to. */
	#backendOf(attempt: number): Backend | undefined {
		return this.#backends[this.#attempts.serverOf(attempt) + 1];
	}

	/** Choose for one attempt, and send it off or let it wait. */
	#place(request: number, tried: readonly Backend[], again?: Backend): void {
		this.#enter(this.#attempts.begin(request), tried, again);
	}

	#enter(attempt: number, tried: readonly Backend[], again?: Backend): void {
		const { now } = this.#clockwork;
		this.#memory.fractions[(attempt + its.at) >> 1] = now;
		this.#sights?.refresh();
		const explains = this.#world.explain && this.#voice.heard;
		const loads = explains ? this.#beliefs() : undefined;
		this.#because = undefined;
		const backend = this.#choose(attempt, tried, again, explains);
		if (backend === 'waits') {
			if (this.#voice.heard) this.#voice.waits(now, attempt);
			this.#watchLine();
		} else if (backend === undefined) this.#turnAway(attempt);
		else this.#send(attempt, backend, loads);
	}

	#choose(
		attempt: number,
		tried: readonly Backend[],
		again: Backend | undefined,
		explains: boolean
	): Backend | 'waits' | undefined {
		const call = this.#asked ?? new Asked(this.#attempts);
		this.#asked = undefined;
		call.is(attempt);
		const known = again ?? this.#connections?.backendOf(this.#sessionOf(attempt), this.cluster);
		const isKnown = known !== undefined && (again !== undefined || !tried.includes(known)) && !isFull(known);
		const backend = isKnown
			? this.#reception.take(known, call)
			: this.#reception.place(attempt, call, tried, explains ? this.#hearWhy : undefined);
		this.#asked = call;
		return backend;
	}

	#sessionOf(attempt: number): string {
		return this.#requests.sessionOf(this.#attempts.requestOf(attempt));
	}

	#send(attempt: number, backend: Backend, loads?: Loads): void {
		const { now } = this.#clockwork;
		const server = this.#world.serverOf(backend);
		this.picks++;
		this.#sights?.counted(this.cluster, backend);
		const { words, bytes, fractions } = this.#memory;
		words[attempt + its.server] = server.number;
		fractions[(attempt + its.at) >> 1] = now;
		bytes[(attempt << 2) + its.where] = places.road;
		this.#connections?.use(this.#sessionOf(attempt), backend);
		this.#metrics.at(now).countPick(server.tally);
		if (this.#voice.heard) this.#voice.picked(now, attempt, backend, loads, this.#because);
		this.#start(this.#timeouts, attempt);
		if (this.#hedges !== undefined) {
			if (this.#attempts.isAlone(attempt)) this.#start(this.#hedges, attempt);
			else this.#metrics.hearHedge();
		}
		this.#world.goToServer(attempt);
	}

	/** Nobody can take it. */
	#turnAway(attempt: number, why?: number): void {
		const requests = this.#requests;
		const request = this.#attempts.requestOf(attempt);
		this.#attempts.end(attempt);
		// A hedge that nobody takes is no failure of the request.
		if (requests.isOpen(request) && (requests.callsOf(request) > 1 || !this.#hasOpen(request))) {
			const isEmpty = this.cluster.available.length === 0;
			this.#settle(request, why ?? (isEmpty ? outcomes['no-backend'] : outcomes.declined));
			this.#abandon(request, outcomes.cancelled);
		}
		this.#attempts.letGo(attempt);
	}

	/** Whether it has attempts that have not ended. */
	#hasOpen(request: number): boolean {
		return this.#memory.words[request + ofRequest.open] !== none;
	}

	/** The gate has an attempt's outcome, wherever the attempt itself may be. */
	#end(attempt: number, outcome: number): void {
		const requests = this.#requests;
		const request = this.#attempts.requestOf(attempt);
		const backend = this.#backendOf(attempt);
		this.#attempts.end(attempt);
		const others = this.#hasOpen(request);
		// One that still waits here must not be let in by the very answer that it is no longer needed for.
		if (others && outcome === outcomes.ok && requests.callsOf(request) === 1) this.#callIn(request);
		if (backend !== undefined) this.#release(attempt, backend, outcome);
		if (!requests.isOpen(request)) return;
		this.#memory.words[request + ofRequest.backend] = backend?.number ?? 0;
		if (outcome === outcomes.ok) this.#succeeded(request);
		else this.#failed(request, backend, outcome, others);
	}

	/** The cluster is told how it ended. */
	#release(attempt: number, backend: Backend, ended: number): void {
		const { now } = this.#clockwork;
		const name = resultOf(ended);
		// The release may let others in, and they may end at once.
		const outcome = this.#told ?? new Told(this.#attempts);
		this.#told = undefined;
		outcome.is(attempt, now, name);
		this.#metrics.hearEnd(this.#world.serverOf(backend).tally, name);
		// Told first: what follows from it, such as an ejection or a call let in, comes after.
		if (this.#voice.heard)
			this.#voice.ended(now, attempt, backend.id, outcome.latency, name, reasonOf(ended));
		this.#sights?.uncounting(this.cluster, backend);
		this.#reception.release(backend, outcome);
		this.#told = outcome;
	}

	#succeeded(request: number): void {
		if (this.#requests.endCall(request) > 0) return;
		this.#settle(request, outcomes.ok);
		this.#abandon(request, outcomes.cancelled);
	}

	/**
	 * `others` were still out when it ended; they may have ended since. Two that race are one try, which fails with the last of
	 * them, so a hedge costs no retry. So does Finagle, which sends backups below the retries (MethodBuilder.scala). In
	 * gRPC nothing is retried that is hedged (A6); to Envoy a hedge is a retry that comes early (`hedge_on_per_try_timeout`).
	 */
	#failed(request: number, backend: Backend | undefined, outcome: number, others: boolean): void {
		this.#requests.hearFailure(request, backend, others);
		if (this.#requests.callsOf(request) > 1) {
			// Without one of its calls the whole is worth nothing.
			this.#settle(request, outcome);
			this.#abandon(request, outcomes.cancelled);
		} else if (!others) this.#retryOrSettle(request, outcome);
		// Else a hedge decides.
	}

	#retryOrSettle(request: number, outcome: number): void {
		const { backoff } = this.#rules;
		const failures = this.#requests.failuresOf(request);
		const mayRetry = nextTry(this.#retry, failures) !== 'give up' && this.#requests.callsOf(request) === 1;
		// Ten tenths are a hair less than one.
		if (!mayRetry || this.#saved < 1 - 1e-9) {
			this.#settle(request, outcome);
			return;
		}
		if (this.#rules.budget !== null) this.#saved--;
		if (backoff.baseMs === 0) {
			this.#retryNow(request);
			return;
		}
		const longest = Math.min(backoff.mostMs, backoff.baseMs * 2 ** (failures - 1));
		const pause = backoff.jitter ? longest * this.#random.fraction() : longest;
		this.#requests.hold(request);
		this.#clockwork.agenda.at(this.#clockwork.now + pause).plan(about(request, deeds.tryAgain), 0);
	}

	#retryNow(request: number): void {
		const tried = this.#requests.triedOf(request);
		const last = tried.at(-1);
		const where = nextTry(this.#retry, this.#requests.failuresOf(request));
		if (where === 'the same again') {
			const isThere = last !== undefined && this.cluster.available.includes(last);
			this.#place(request, [], isThere ? last : undefined);
		} else this.#place(request, where === 'elsewhere' || last === undefined ? tried : [last]);
	}

	#settle(request: number, outcome: number): void {
		const { bytes } = this.#memory;
		bytes[(request << 2) + ofRequest.stage] = stages.settled;
		bytes[(request << 2) + ofRequest.outcome] = outcome;
		this.#inside--;
		this.#world.answer(request);
	}

	/** Nobody waits for what is still open. */
	#abandon(request: number, outcome: number): void {
		if (!this.#hasOpen(request)) return;
		this.#callIn(request);
		for (;;) {
			const attempt = this.#memory.words[request + ofRequest.open] ?? none;
			if (attempt === none) return;
			this.#end(attempt, outcome);
			this.#callBack(attempt);
		}
	}

	/** Those that wait at the gate wait no longer. */
	#callIn(request: number): void {
		for (const attempt of this.#attempts.openOf(request).reverse()) {
			if (this.#attempts.whereOf(attempt) !== places.gate) continue;
			this.#reception.leave(attempt);
			this.#attempts.end(attempt);
			this.#attempts.letGo(attempt);
		}
	}

	#timedOut(attempt: number): void {
		this.#end(attempt, outcomes.timeout);
		this.#callBack(attempt);
	}

	/** Whoever waits in the gate's own line waits only so long. */
	#watchLine(): void {
		const reception = this.#reception;
		if (reception.waiting === 0) return;
		// Where nothing comes or goes, time alone may make room: an ejection ends, a limit grows.
		const due = Math.max(this.#clockwork.now, Math.min(reception.due, this.cluster.due));
		if (due >= this.#due) return;
		this.#due = due;
		this.#clockwork.planTask(due, () => {
			// A sooner one has been planned since, and has looked.
			if (this.#due !== due) return;
			this.#due = Infinity;
			const { now } = this.#clockwork;
			this.cluster.pass(now);
			for (let late = reception.expire(now); late !== undefined; late = reception.expire(now))
				this.#turnAway(late, outcomes['queue-timeout']);
			this.#watchLine();
		});
	}

	/** It takes long: another one sets out, and the first to be back wins. */
	#hedge(attempt: number): void {
		const requests = this.#requests;
		const request = this.#attempts.requestOf(attempt);
		const backend = this.#backendOf(attempt);
		if (!requests.isOpen(request) || requests.callsOf(request) > 1 || backend === undefined) return;
		if (this.cluster.available.length < 2) return;
		this.#place(request, [...requests.triedOf(request), backend]);
	}

	#callBack(attempt: number): void {
		const where = this.#attempts.whereOf(attempt);
		if (this.#rules.cancel && where !== places.home && where !== places.gone) this.#world.sendWord(attempt);
	}

	#start(alarm: Alarm | undefined, attempt: number): void {
		if (alarm === undefined) return;
		const { line, ring } = alarm;
		line.at(this.#clockwork.now).start(attempt);
		if (line.isAwaited) return;
		line.isAwaited = true;
		this.#clockwork.planTask(line.next, ring);
	}

	/** A line of equal waits, with one place on the agenda for its head. */
	#alarm(wait: Millis | null, due: (attempt: number) => void): Alarm | undefined {
		if (wait === null) return undefined;
		const line = new TimerLine(wait, (attempt) => this.#attempts.timerOf(attempt));
		const ring = (): void => {
			for (let late = line.ring(this.#clockwork.now); late !== none; late = line.ring(this.#clockwork.now))
				due(late);
			line.isAwaited = line.next < Infinity;
			if (line.isAwaited) this.#clockwork.planTask(line.next, ring);
		};
		return { line, ring };
	}
}

interface Alarm {
	readonly line: TimerLine;
	readonly ring: () => void;
}
