import type { Cluster, ClusterChange } from '#balancer/cluster.ts';
import { isFull } from '#balancer/full.ts';
import { Reception } from '#balancer/reception.ts';
import { nextTry, type RetryRules } from '#balancer/retry.ts';
import type { Words } from '#balancer/random.ts';
import type { Backend, Because, Call, Millis, Result, Strategy } from '#balancer/strategy.ts';
import type { Loads, Reason } from '#record/event.ts';
import type { Metrics } from '#record/metrics.ts';
import { receptionRules, retryRules } from '#record/rules.ts';
import { Attempt, places } from './attempt.ts';
import { deeds, type Clockwork } from './clockwork.ts';
import { Connections } from './connections.ts';
import type { Pool } from './pool.ts';
import type { Request } from './request.ts';
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
	readonly attempts: Pool<Attempt>;
	/** When set, `pick` events carry what the strategy believed and why it picked. */
	readonly explain: boolean;
	/** Where balancers see more than their own counts. */
	readonly sights: Sights | undefined;
	serverOf(backend: Backend): Server;
	/** On the way to its server. */
	goToServer(attempt: Attempt): void;
	/** Word on the way to the server that nobody waits for it any more. */
	sendWord(attempt: Attempt): void;
	/** The request's outcome on the way to the client. */
	answer(request: Request): void;
	/** Nothing holds it any more: it may be used again. */
	free(request: Request): void;
}

/**
 * A balancer as a machine in the world: it lets requests in, asks its cluster where each should go, waits for the
 * outcome, tries again, and answers. All that it decides by is in src/balancer; here is only when.
 */
export class Gate {
	/** Decisions so far. */
	picks = 0;
	#rules: Scenario['balancer'];
	#retry: RetryRules;
	#world: Neighbourhood;
	#clockwork: Clockwork;
	#metrics: Metrics;
	#voice: Voice;
	#attempts: Pool<Attempt>;
	#sights: Sights | undefined;
	#random: Words;
	#reception: Reception<Attempt>;
	#connections: Connections | undefined;
	#timeouts: Alarm | undefined;
	#hedges: Alarm | undefined;
	/** When the first of those who wait gives up, if that is planned. */
	#due: Millis = Infinity;
	/** Requests let in and not answered. */
	#inside = 0;
	/** Retries saved up; see `budget`. */
	#saved: number;
	/** Told to the cluster, again and again the same object. */
	#outcome: { call: Call; at: Millis; latency: Millis; result: Result } | undefined = {
		call: new Attempt(-1),
		at: 0.5,
		latency: 0.5,
		result: 'ok'
	};
	#because: Because | undefined;
	#hearWhy = (because: Because | undefined): void => {
		this.#because = because;
	};

	constructor(
		rules: Scenario['balancer'],
		strategy: Strategy,
		world: Neighbourhood,
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
		this.#sights = world.sights;
		this.#random = random;
		this.#saved = rules.budget?.most ?? Infinity;
		const hear = (change: ClusterChange): void => {
			onChange?.(change);
			this.#watchLine();
		};
		this.#reception = new Reception(strategy, receptionRules(rules, hear), {
			admit: (attempt, backend) => {
				this.#send(attempt, backend);
			},
			replace: (attempt) => {
				this.#enter(attempt, attempt.request.tried);
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
	receive(request: Request): void {
		const { most, budget } = this.#rules;
		request.gate = this;
		if (++this.#inside > (most ?? Infinity)) {
			this.#giveUp(request, 'shed');
			return;
		}
		if (budget !== null) this.#saved = Math.min(budget.most, this.#saved + budget.ratio);
		for (let call = request.calls; call > 0 && !request.settled; call--) this.#place(request, request.tried);
	}

	/** Its pause is over. */
	tryAgain(request: Request): void {
		request.held--;
		if (!request.settled) this.#retryNow(request);
		else if (request.answered && request.held === 0) this.#world.free(request);
	}

	/** An attempt is back from its server. */
	receiveBack(attempt: Attempt): void {
		attempt.where = places.gone;
		if (!attempt.ended) this.#end(attempt, attempt.result, attempt.reason);
		this.#letGo(attempt);
		this.#sights?.left();
	}

	/** The client waits no longer. */
	forget(request: Request): void {
		if (request.settled) return;
		request.settled = true;
		this.#inside--;
		this.#abandon(request, 'cancelled', 'client-left');
	}

	/** What the strategy believes of those it may choose from. */
	#beliefs(): Loads | undefined {
		const { strategy, available } = this.cluster;
		const { now } = this.#clockwork;
		if (strategy.load === undefined) return undefined;
		return available.map((backend) => [backend.id, strategy.load?.(backend, now) ?? 0] as const);
	}

	/** Choose for one attempt, and send it off or let it wait. */
	#place(request: Request, tried: readonly Backend[], again?: Backend): void {
		const { now } = this.#clockwork;
		const attempt = this.#attempts.take();
		attempt.begin(request, now);
		request.open.push(attempt);
		request.held++;
		this.#enter(attempt, tried, again);
	}

	#enter(attempt: Attempt, tried: readonly Backend[], again?: Backend): void {
		const { now } = this.#clockwork;
		attempt.at = now;
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
		attempt: Attempt,
		tried: readonly Backend[],
		again: Backend | undefined,
		explains: boolean
	): Backend | 'waits' | undefined {
		const known = again ?? this.#connections?.backendOf(attempt.request.session, this.cluster);
		if (known !== undefined && (again !== undefined || !tried.includes(known)) && !isFull(known))
			return this.#reception.take(known, attempt);
		return this.#reception.place(attempt, attempt, tried, explains ? this.#hearWhy : undefined);
	}

	#send(attempt: Attempt, backend: Backend, loads?: Loads): void {
		const { now } = this.#clockwork;
		const server = this.#world.serverOf(backend);
		this.picks++;
		this.#sights?.counted(this.cluster, backend);
		attempt.backend = backend;
		attempt.server = server;
		attempt.at = now;
		attempt.where = places.road;
		this.#connections?.use(attempt.request.session, backend);
		this.#metrics.hearPick(server.tally);
		if (this.#voice.heard) this.#voice.picked(now, attempt, backend, loads, this.#because);
		this.#start(this.#timeouts, attempt);
		if (attempt.request.open.length === 1) this.#start(this.#hedges, attempt);
		this.#world.goToServer(attempt);
	}

	/** Nobody can take it. */
	#turnAway(attempt: Attempt, reason?: Reason): void {
		const { request } = attempt;
		this.#close(attempt);
		this.#letGo(attempt);
		// A hedge that nobody takes is no failure of the request.
		if (request.settled || (request.calls === 1 && request.open.length > 0)) return;
		this.#giveUp(request, reason ?? (this.cluster.available.length === 0 ? 'no-backend' : 'declined'));
		this.#abandon(request, 'cancelled', undefined);
	}

	/** The gate has an attempt's outcome, wherever the attempt itself may be. */
	#end(attempt: Attempt, result: Result, reason: Reason | undefined): void {
		const { request, backend } = attempt;
		const { now } = this.#clockwork;
		this.#close(attempt);
		const others = request.open.length;
		// One that still waits here must not be let in by the very answer that it is no longer needed for.
		if (others > 0 && result === 'ok' && request.calls === 1) this.#callIn(request);
		if (backend !== undefined) {
			const latency = now - attempt.at;
			// The release may let others in, and they may end at once.
			const outcome = this.#outcome ?? { call: attempt, at: now, latency, result };
			this.#outcome = undefined;
			outcome.call = attempt;
			outcome.at = now;
			outcome.latency = latency;
			outcome.result = result;
			this.#metrics.hearEnd(this.#world.serverOf(backend).tally, result);
			// Told first: what follows from it, such as an ejection or a call let in, comes after.
			if (this.#voice.heard) this.#voice.ended(now, attempt, latency, result, reason);
			this.#sights?.uncounting(this.cluster, backend);
			this.#reception.release(backend, outcome);
			this.#outcome = outcome;
		}
		if (request.settled) return;
		if (result === 'ok') this.#succeeded(request, attempt);
		else this.#failed(request, attempt, result, reason, others);
	}

	#succeeded(request: Request, { backend }: Attempt): void {
		request.backend = backend;
		request.result = 'ok';
		request.reason = undefined;
		if (--request.calls > 0) return;
		this.#settle(request);
		this.#abandon(request, 'cancelled', undefined);
	}

	/** `others` were still out when it ended; they may have ended since. */
	#failed(
		request: Request,
		{ backend }: Attempt,
		result: Result,
		reason: Reason | undefined,
		others: number
	): void {
		request.backend = backend;
		request.result = result;
		request.reason = reason;
		request.failures++;
		if (backend !== undefined) request.tried = [...request.tried, backend];
		if (request.calls > 1) {
			// Without one of its calls the whole is worth nothing.
			this.#settle(request);
			this.#abandon(request, 'cancelled', undefined);
		} else if (others === 0) this.#retryOrSettle(request);
		// Else a hedge decides.
	}

	#retryOrSettle(request: Request): void {
		const { backoff } = this.#rules;
		const mayRetry = nextTry(this.#retry, request.failures) !== 'give up' && request.calls === 1;
		// Ten tenths are a hair less than one.
		if (!mayRetry || this.#saved < 1 - 1e-9) {
			this.#settle(request);
			return;
		}
		if (this.#rules.budget !== null) this.#saved--;
		if (backoff.baseMs === 0) {
			this.#retryNow(request);
			return;
		}
		const longest = Math.min(backoff.mostMs, backoff.baseMs * 2 ** (request.failures - 1));
		const pause = backoff.jitter ? longest * this.#random.fraction() : longest;
		request.held++;
		this.#clockwork.plan(this.#clockwork.now + pause, deeds.tryAgain, request.number);
	}

	#retryNow(request: Request): void {
		const last = request.tried.at(-1);
		const where = nextTry(this.#retry, request.failures);
		if (where === 'the same again') {
			const isThere = last !== undefined && this.cluster.available.includes(last);
			this.#place(request, [], isThere ? last : undefined);
		} else this.#place(request, where === 'elsewhere' || last === undefined ? request.tried : [last]);
	}

	#giveUp(request: Request, reason: Reason): void {
		request.result = 'error';
		request.reason = reason;
		this.#settle(request);
	}

	#settle(request: Request): void {
		request.settled = true;
		this.#inside--;
		this.#world.answer(request);
	}

	/** Nobody waits for what is still open. */
	#abandon(request: Request, result: Result, reason: Reason | undefined): void {
		this.#callIn(request);
		for (let attempt = request.open.at(-1); attempt !== undefined; attempt = request.open.at(-1)) {
			this.#end(attempt, result, reason);
			this.#callBack(attempt);
		}
	}

	/** Those that wait at the gate wait no longer. */
	#callIn({ open }: Request): void {
		for (let place = open.length - 1; place >= 0; place--) {
			const attempt = open[place];
			if (attempt?.where !== places.gate) continue;
			this.#reception.leave(attempt);
			this.#close(attempt);
			this.#letGo(attempt);
		}
	}

	#timedOut(attempt: Attempt): void {
		this.#end(attempt, 'timeout', 'timeout');
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
				this.#turnAway(late, 'queue-timeout');
			this.#watchLine();
		});
	}

	/** It takes long: another one sets out, and the first to be back wins. */
	#hedge(attempt: Attempt): void {
		const { request, backend } = attempt;
		if (request.settled || request.calls > 1 || backend === undefined) return;
		if (this.cluster.available.length < 2) return;
		this.#metrics.hearHedge();
		this.#place(request, [...request.tried, backend]);
	}

	#callBack(attempt: Attempt): void {
		if (this.#rules.cancel && attempt.where !== places.home && attempt.where !== places.gone)
			this.#world.sendWord(attempt);
	}

	#close(attempt: Attempt): void {
		const { open } = attempt.request;
		attempt.ended = true;
		attempt.timer++;
		const last = open.pop();
		// Nearly always it was the only one.
		if (last !== undefined && last !== attempt) open[open.indexOf(attempt)] = last;
	}

	/** The attempt's object is free; the request's too when that was the last. */
	#letGo(attempt: Attempt): void {
		const { request } = attempt;
		request.held--;
		this.#attempts.giveBack(attempt);
		if (request.answered && request.held === 0) this.#world.free(request);
	}

	#start(alarm: Alarm | undefined, attempt: Attempt): void {
		if (alarm === undefined) return;
		const { line, ring } = alarm;
		line.start(attempt, this.#clockwork.now);
		if (line.isAwaited) return;
		line.isAwaited = true;
		this.#clockwork.planTask(line.next, ring);
	}

	/** A line of equal waits, with one place on the agenda for its head. */
	#alarm(wait: Millis | null, due: (attempt: Attempt) => void): Alarm | undefined {
		if (wait === null) return undefined;
		const line = new TimerLine<Attempt>(wait);
		const ring = (): void => {
			for (
				let late = line.ring(this.#clockwork.now);
				late !== undefined;
				late = line.ring(this.#clockwork.now)
			)
				due(late);
			line.isAwaited = line.next < Infinity;
			if (line.isAwaited) this.#clockwork.planTask(line.next, ring);
		};
		return { line, ring };
	}
}

interface Alarm {
	readonly line: TimerLine<Attempt>;
	readonly ring: () => void;
}
