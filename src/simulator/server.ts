import type { Words } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import type { BackendEvent, Reason } from '#record/event.ts';
import type { Metrics } from '#record/metrics.ts';
import * as its from './attempt-row.ts';
import { type Attempts, places } from './attempts.ts';
import type { Clockwork } from './clockwork.ts';
import { exponential } from './draw.ts';
import { type Memory, none } from './memory.ts';
import { outcomes } from './outcome.ts';
import * as ofRequest from './request-row.ts';
import type { ServerSpec } from './scenario.ts';

import type { Voice } from './voice.ts';
import type { Workers } from './workers.ts';

/** `fail` answers everything at once with an error; `stop` is a dead machine that refuses; `hang` one that keeps silent. */
export type Fault = 'none' | 'fail' | 'stop' | 'hang';

/** What a server needs of the world around it. */
export interface Surroundings {
	readonly clockwork: Clockwork;
	readonly metrics: Metrics;
	readonly voice: Voice;
	readonly attempts: Attempts;
	/** The server is done with it, well or not: it goes back to its gate. */
	goHome(attempt: number): void;
	/**
	 * Find out its work here, into `left`: what it brings, and what the server's state costs it; and from when on it can be
	 * done, into `leftAt`: it may have to wait for the data, which takes other machines' time and no work of this one.
	 */
	assess(attempt: number, server: Server): void;
}

/** In so many steps a cold machine warms up. */
const warmingSteps = 16;

/** The truth about a machine, which no balancer sees: workers, a bounded queue before them, and what is wrong with it. */
export class Server {
	// Side by side what every attempt looks at: among ten thousand servers each further stretch of memory is a wait.
	/** In the order of building, from 0. */
	readonly number: number;
	/** By what number the metrics know it. */
	readonly tally: number;
	/** Its own share of the way, one way. */
	readonly distanceMs: Millis;
	fault: Fault = 'none';
	/** How many are served, and how many wait. */
	busy = 0;
	waiting = 0;
	/** At which its workers go on: theirs to keep. */
	workersPace: number;
	#lastServed = none;
	/** So many at once can be served. */
	#places: number;
	/** So many may wait: the first and the last of them. */
	#queue: number;
	#first = none;
	#last = none;
	#workers: Workers;
	#errors: number;
	#thrashes: boolean;
	#world: Surroundings;
	#clockwork: Clockwork;
	#attempts: Attempts;
	#memory: Memory;
	#metrics: Metrics;
	#voice: Voice;
	readonly id: string;
	readonly spec: ServerSpec;
	/** When it was built, and when it was given up; what it costs is counted between. */
	readonly builtAt: Millis;
	goneAt: Millis = Infinity;
	speed: number;
	/** Raised to call off a planned departure. */
	stamp = 0;
	#sessions: Set<string> | undefined;
	/** Many servers never need one. */
	#random: () => Words;
	#lots: Words | undefined;
	/** Factors of its pace besides the speed. */
	#warmth = 1;
	#quiet = 1;
	#pausedUntil: Millis = -1;
	/** Raised at each restart: what was planned for the life before is void. */
	#life = 0;

	/** `random` is a stream of its own, made when it needs one. */
	constructor(
		spec: ServerSpec,
		number: number,
		tally: number,
		world: Surroundings,
		workersOf: (server: Server) => Workers,
		random: () => Words
	) {
		this.id = spec.id;
		this.number = number;
		this.spec = spec;
		this.distanceMs = spec.distanceMs;
		this.tally = tally;
		this.builtAt = world.clockwork.now;
		this.speed = spec.speed;
		this.workersPace = spec.speed;
		this.#places = spec.discipline === 'fcfs' ? spec.workers : spec.slots;
		this.#world = world;
		this.#clockwork = world.clockwork;
		this.#attempts = world.attempts;
		this.#memory = world.attempts.memory;
		this.#metrics = world.metrics;
		this.#voice = world.voice;
		this.#queue = spec.queue;
		this.#thrashes = spec.thrash !== null;
		this.#errors = spec.errors;
		this.#random = random;
		this.#workers = workersOf(this);
		if (this.builtAt > 0) this.#warmUp();
		if (spec.antagonist !== null) this.#liveBeside(spec.antagonist, this.#draws, false);
	}

	/** Clients whose session is in its memory. */
	get sessions(): Set<string> {
		return (this.#sessions ??= new Set());
	}

	/** Attempts that workers are at, in no order; made when somebody asks. */
	get serving(): readonly number[] {
		return this.#attempts.lines.upTo(this.#lastServed);
	}

	/** Workers' time used so far. */
	get busyMs(): Millis {
		return this.#workers.busyMs(this, this.#metrics.busyMsOf(this.tally));
	}

	/** Requests inside, served and waiting. */
	get inside(): number {
		return this.busy + this.waiting;
	}

	/** Those who wait, in their order. */
	line(): readonly number[] {
		const { lines } = this.#attempts;
		const line = lines.upTo(this.#last);
		const [first = none] = line;
		if (first !== this.#first) throw new Error('A queue is the same forwards and backwards.');
		return line;
	}

	/** Work done in a millisecond of one worker's time. */
	get pace(): number {
		if (this.fault === 'hang' || this.#clockwork.now < this.#pausedUntil) return 0;
		return (this.speed * this.#warmth * this.#quiet) / this.#burden;
	}

	/** An attempt is at the door. */
	receive(attempt: number): void {
		const { fractions, bytes } = this.#memory;
		fractions[(attempt + its.reachedAt) >> 1] = this.#clockwork.now;
		if (bytes[(attempt << 2) + its.unwanted] === 1) this.#drop(attempt);
		else if (this.fault === 'stop') this.#turnBack(attempt, 'refused');
		else if (this.fault === 'fail') this.#turnBack(attempt, 'failed');
		else if (this.busy < this.#places && this.fault === 'none') this.#start(attempt);
		else if (this.waiting >= this.#queue) this.#turnBack(attempt, 'queue-full');
		else {
			this.#enqueue(attempt);
			if (this.#voice.heard) this.#voice.came('queue', this.#clockwork.now, attempt, this.id);
		}
		if (this.#thrashes) this.#repace();
	}

	/** A worker is done with it. */
	finish(attempt: number): void {
		this.#leave(attempt, this.#attempts.isEnded(attempt));
		if (this.#voice.heard) this.#voice.came('finish', this.#clockwork.now, attempt, this.id);
		if (this.#errors > 0 && this.#draws.fraction() < this.#errors)
			this.#memory.bytes[(attempt << 2) + its.outcome] = outcomes.failed;
		// Before anything else comes in: the news may bring another request here at once.
		this.#takeUpNext();
		this.#goHome(attempt);
	}

	/** Perhaps the first of those who share the workers is done. */
	depart(): void {
		for (let attempt = this.#workers.departing(); attempt !== none; attempt = this.#workers.departing())
			this.finish(attempt);
	}

	/** Nobody waits for it any more: it goes, done or not. */
	cancel(attempt: number): void {
		this.#memory.bytes[(attempt << 2) + its.unwanted] = 1;
		if (this.fault === 'hang') return;
		const where = this.#attempts.whereOf(attempt);
		if (where === places.queue) {
			this.#dequeue(attempt);
			if (this.#thrashes) this.#repace();
			this.#drop(attempt);
		} else if (where === places.worker) {
			this.#leave(attempt, true);
			if (this.#voice.heard) this.#voice.came('drop', this.#clockwork.now, attempt, this.id);
			this.#takeUpNext();
			this.#goHome(attempt);
		}
	}

	/** A stopped machine loses what it holds; a failing one fails those who wait and lets its workers finish; a hanging one keeps all. */
	break(fault: 'stop' | 'fail' | 'hang'): void {
		this.fault = fault;
		this.#tell(fault);
		this.#repace();
		if (fault === 'hang') return;
		if (fault === 'stop') this.#lose();
		for (let first = this.#first; first !== none; first = this.#first) {
			this.#dequeue(first);
			this.#turnBack(first, fault === 'stop' ? 'reset' : 'failed');
		}
		this.#repace();
	}

	/** Everything it held is lost if it did not work; its memory is in any case. */
	restart(): void {
		if (this.fault === 'hang') this.break('stop');
		this.fault = 'none';
		this.speed = this.spec.speed;
		this.#pausedUntil = -1;
		this.#life++;
		this.#sessions = undefined;
		this.#tell('restart', this.speed);
		this.#warmUp();
		this.#repace();
	}

	setSpeed(speed: number): void {
		this.speed = speed;
		this.#tell('slow', speed);
		this.#repace();
	}

	/** It stands still, and then goes on where it was. */
	pause(length: Millis): void {
		const until = this.#clockwork.now + length;
		this.#pausedUntil = Math.max(this.#pausedUntil, until);
		this.#tell('pause', length);
		this.#repace();
		const life = this.#life;
		this.#clockwork.later(length, () => {
			// A later pause may still hold.
			if (life === this.#life) this.#repace();
		});
	}

	#start(attempt: number): void {
		const { now } = this.#clockwork;
		const { words, bytes, fractions } = this.#memory;
		bytes[(attempt << 2) + its.where] = places.worker;
		fractions[(attempt + its.startedAt) >> 1] = now;
		this.#world.assess(attempt, this);
		const waited = now - (fractions[(attempt + its.reachedAt) >> 1] ?? now);
		const request = words[attempt + its.request] ?? none;
		this.#metrics.at(fractions[(request + ofRequest.sentAt) >> 1] ?? now, waited).countStart();
		if (this.#voice.heard) this.#voice.started(this.#clockwork.now, attempt, this.id);
		this.busy++;
		this.#attempts.lines.append(attempt, this.#lastServed);
		this.#lastServed = attempt;
		this.#workers.start(this, attempt);
	}

	/** No worker is at it any more; `inVain` when nobody waited for it. */
	#leave(attempt: number, inVain: boolean): void {
		const attempts = this.#attempts;
		attempts.callOff(attempt);
		this.busy--;
		this.#lastServed = attempts.lines.leaveToLast(attempt, this.#lastServed);
		this.#workers.leave(attempt);
		this.#metrics.hearFinish(this.tally, this.#workers.usedMs, inVain);
	}

	#takeUpNext(): void {
		while (this.#first !== none && this.busy < this.#places && this.fault === 'none') {
			const next = this.#first;
			this.#dequeue(next);
			this.#start(next);
		}
		if (this.#thrashes) this.#repace();
	}

	/** It has no good answer, and says so at once. */
	#turnBack(attempt: number, reason: Reason): void {
		if (this.#attempts.isEnded(attempt)) {
			this.#drop(attempt);
			return;
		}
		this.#memory.bytes[(attempt << 2) + its.outcome] = outcomes[reason];
		this.#goHome(attempt);
	}

	/** Nobody waited for it any more. */
	#drop(attempt: number): void {
		if (this.#voice.heard) this.#voice.came('drop', this.#clockwork.now, attempt, this.id);
		this.#goHome(attempt);
	}

	#goHome(attempt: number): void {
		this.#memory.bytes[(attempt << 2) + its.where] = places.home;
		this.#world.goHome(attempt);
	}

	#lose(): void {
		const attempts = this.#attempts;
		for (const attempt of this.serving) {
			// One that was lost may have taken others of its request along.
			if (attempts.whereOf(attempt) !== places.worker || attempts.serverOf(attempt) !== this.number) continue;
			this.#leave(attempt, true);
			this.#turnBack(attempt, 'reset');
		}
	}

	#enqueue(attempt: number): void {
		this.#memory.bytes[(attempt << 2) + its.where] = places.queue;
		this.#attempts.lines.append(attempt, this.#last);
		if (this.#last === none) this.#first = attempt;
		this.#last = attempt;
		this.waiting++;
	}

	#dequeue(attempt: number): void {
		const { words } = this.#memory;
		if (attempt === this.#first) this.#first = words[attempt + its.behind] ?? none;
		if (attempt === this.#last) this.#last = words[attempt + its.ahead] ?? none;
		this.#attempts.lines.leave(attempt);
		this.waiting--;
	}

	get #draws(): Words {
		return (this.#lots ??= this.#random());
	}

	/** By how much the crowd inside slows it: 1 is not at all. */
	get #burden(): number {
		const { thrash } = this.spec;
		return thrash === null ? 1 : 1 + thrash.loss * Math.max(0, this.inside - thrash.above);
	}

	#repace(): void {
		const { pace } = this;
		this.#workers.setPace(this, pace);
		const { thrash, coldStart, antagonist } = this.spec;
		// Speed and standstills are told as such.
		if (pace > 0 && (thrash ?? coldStart ?? antagonist) !== null) this.#tell('pace', pace);
	}

	/** A straight line from a share of its speed to all of it, in steps. */
	#warmUp(): void {
		const { coldStart } = this.spec;
		if (coldStart === null) return;
		const life = ++this.#life;
		const step = (done: number): void => {
			if (life !== this.#life) return;
			this.#warmth = coldStart.from + ((1 - coldStart.from) * done) / warmingSteps;
			this.#repace();
			if (done < warmingSteps)
				this.#clockwork.later(coldStart.ms / warmingSteps, () => {
					step(done + 1);
				});
		};
		step(0);
	}

	#liveBeside(antagonist: NonNullable<ServerSpec['antagonist']>, random: Words, busy: boolean): void {
		const { quietMs, busyMs, speed } = antagonist;
		this.#quiet = busy ? speed : 1;
		this.#clockwork.lookers++;
		this.#clockwork.later((busy ? busyMs : quietMs) * exponential(random), () => {
			this.#clockwork.lookers--;
			if (this.goneAt < Infinity) return;
			this.#liveBeside(antagonist, random, !busy);
			this.#repace();
		});
	}

	#tell(change: BackendEvent['change'], value?: number): void {
		if (!this.#voice.heard) return;
		const at = this.#clockwork.now;
		this.#voice.befell(this.number, {
			kind: 'backend',
			at,
			backend: this.id,
			change,
			...(value !== undefined && { value })
		});
	}
}
