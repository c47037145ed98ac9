import { Agenda } from './agenda.ts';
import type { Millis } from '#balancer/strategy.ts';
import * as its from './attempt-row.ts';
import type { Attempts } from './attempts.ts';
import { deeds, type Clockwork } from './clockwork.ts';
import type { Server } from './server.ts';
import { none } from './memory.ts';

/** Those who do a server's work, at a pace that it sets: work done in a millisecond of one worker's time. */
export interface Workers {
	/** How many they serve. */
	readonly busy: number;
	/** Whom they serve, in no order; made when somebody asks. */
	readonly serving: readonly number[];
	/** Whether another can be taken up. */
	readonly idle: boolean;
	/** Take up an attempt, whose work is `left`, and which can be worked on from `leftAt`. */
	start(attempt: number): void;
	/** It is done, or it is taken from them. How much of the workers' time it has had. */
	leave(attempt: number): Millis;
	/** What is being served goes on at another pace; 0: it stands still. */
	setPace(pace: number): void;
	/** Workers' time used so far; `finished`: that of all who have left them. */
	busyMs(finished: Millis): Millis;
	/** Whose work is done now, where the workers know and not the agenda; `none` when nobody's is. Ask until it is `none`. */
	departing(): number;
}

export function workersOf(server: Server, clockwork: Clockwork, attempts: Attempts): Workers {
	const { discipline, workers, speed } = server.spec;
	return discipline === 'fcfs'
		? new OneEach(clockwork, attempts, workers, speed)
		: new Sharing(clockwork, attempts, server);
}

/** Each worker serves one at a time. */
class OneEach implements Workers {
	busy = 0;
	#clockwork: Clockwork;
	#attempts: Attempts;
	#workers: number;
	#pace: number;
	/** The last of those being served. */
	#last = none;

	constructor(clockwork: Clockwork, attempts: Attempts, workers: number, pace: number) {
		this.#clockwork = clockwork;
		this.#attempts = attempts;
		this.#workers = workers;
		this.#pace = pace;
	}

	get serving(): readonly number[] {
		return this.#attempts.lines.upTo(this.#last);
	}

	get idle(): boolean {
		return this.busy < this.#workers;
	}

	busyMs(finished: Millis): Millis {
		const { now } = this.#clockwork;
		return this.serving.reduce((sum, attempt) => sum + now - this.#attempts.startedAt(attempt), finished);
	}

	start(attempt: number): void {
		this.busy++;
		this.#attempts.lines.append(attempt, this.#last);
		this.#last = attempt;
		this.#planFinish(attempt);
	}

	leave(attempt: number): Millis {
		const { lines } = this.#attempts;
		const used = this.#clockwork.now - this.#attempts.startedAt(attempt);
		this.#attempts.callOff(attempt);
		this.busy--;
		this.#last = lines.leaveToLast(attempt, this.#last);
		return used;
	}

	setPace(pace: number): void {
		const { now } = this.#clockwork;
		const { fractions } = this.#attempts.memory;
		const { serving } = this;
		for (const attempt of serving) {
			const left = (attempt + its.left) >> 1;
			const leftAt = (attempt + its.leftAt) >> 1;
			const done = Math.max(0, now - (fractions[leftAt] ?? now)) * this.#pace;
			// Rounding must not let it finish before now.
			fractions[left] = Math.max(0, (fractions[left] ?? 0) - done);
			fractions[leftAt] = Math.max(now, fractions[leftAt] ?? now);
			this.#attempts.callOff(attempt);
		}
		this.#pace = pace;
		for (const attempt of serving) this.#planFinish(attempt);
	}

	departing(): number {
		return none;
	}

	#planFinish(attempt: number): void {
		if (this.#pace === 0) return;
		const { fractions } = this.#attempts.memory;
		const left = fractions[(attempt + its.left) >> 1] ?? 0;
		const at = (fractions[(attempt + its.leftAt) >> 1] ?? 0) + left / this.#pace;
		this.#clockwork.plan(at, deeds.finish, attempt, this.#attempts.stampOf(attempt));
	}
}

/**
 * Processor sharing: all inside share the workers evenly, and none gets more than one. Work is measured against the
 * share that one has had since the beginning, which grows by the same for all: who came at share s with work w is done
 * at s + w, whoever comes and goes meanwhile (Kleinrock, Queueing Systems II, 1976), so one heap holds them in order. Who
 * waits for data has a slot and no share.
 */
class Sharing implements Workers {
	busy = 0;
	#last = none;
	#clockwork: Clockwork;
	#server: Server;
	#workers: number;
	#slots: number;
	#pace: number;
	#share = 0;
	#sharedAt = 0;
	/** Workers' time that one who was there from the beginning would have had, and that of all together. */
	#eachMs = 0;
	#usedMs = 0;
	/** By the share at which they are done. */
	#ends = new Agenda();
	/** Who waits for data, with the stamp that says whether it still does. */
	#waiting = new Map<number, number>();
	/** One is going, and whoever asked for it asks for the next: only then is it known who departs after them. */
	#isDeparting = false;
	#attempts: Attempts;

	constructor(clockwork: Clockwork, attempts: Attempts, server: Server) {
		this.#clockwork = clockwork;
		this.#server = server;
		this.#attempts = attempts;
		this.#workers = server.spec.workers;
		this.#slots = server.spec.slots;
		this.#pace = server.spec.speed;
	}

	get serving(): readonly number[] {
		return this.#attempts.lines.upTo(this.#last);
	}

	get idle(): boolean {
		return this.busy < this.#slots;
	}

	/** Somebody may ask at any moment, and must not change how the shares are rounded: nothing is brought up to now. */
	busyMs(): Millis {
		const passed = this.#clockwork.now - this.#sharedAt;
		return this.#usedMs + passed * Math.min(this.#workers, this.#sharers);
	}

	start(attempt: number): void {
		const { now } = this.#clockwork;
		this.#catchUp();
		this.busy++;
		this.#attempts.lines.append(attempt, this.#last);
		this.#last = attempt;
		const from = this.#attempts.memory.fractions[(attempt + its.leftAt) >> 1] ?? now;
		if (from > now) this.#await(attempt, from);
		else this.#begin(attempt);
	}

	#await(attempt: number, from: Millis): void {
		const stamp = this.#attempts.stampOf(attempt);
		this.#waiting.set(attempt, stamp);
		this.#clockwork.planTask(from, () => {
			if (this.#waiting.get(attempt) !== stamp) return;
			this.#catchUp();
			this.#waiting.delete(attempt);
			this.#begin(attempt);
		});
	}

	#begin(attempt: number): void {
		const { fractions } = this.#attempts.memory;
		fractions[(attempt + its.hadMs) >> 1] = this.#eachMs;
		const left = fractions[(attempt + its.left) >> 1] ?? 0;
		this.#ends.plan(this.#share + left, attempt, this.#attempts.stampOf(attempt));
		this.#planDeparture();
	}

	leave(attempt: number): Millis {
		this.#catchUp();
		const { lines, memory } = this.#attempts;
		this.#attempts.callOff(attempt);
		this.busy--;
		this.#last = lines.leaveToLast(attempt, this.#last);
		if (this.#waiting.delete(attempt)) return 0;
		this.#planDeparture();
		return this.#eachMs - (memory.fractions[(attempt + its.hadMs) >> 1] ?? 0);
	}

	setPace(pace: number): void {
		this.#catchUp();
		this.#pace = pace;
		this.#planDeparture();
	}

	departing(): number {
		this.#catchUp();
		// Rounding, of shares and of the instant itself, may leave a hair's breadth to the first one's end.
		const { now } = this.#clockwork;
		const instant = this.#sharers > 0 ? this.#rate * now * Number.EPSILON : 0;
		this.#ends.until = this.#share + 1e-9 * Math.max(1, this.#share) + instant;
		while (this.#ends.take()) {
			const attempt = this.#ends.what;
			if (this.#attempts.stampOf(attempt) !== this.#ends.stamp) continue;
			this.#isDeparting = true;
			return attempt;
		}
		this.#isDeparting = false;
		this.#planDeparture();
		return none;
	}

	/** How many there are to share. */
	get #sharers(): number {
		return this.busy - this.#waiting.size;
	}

	/** Share a millisecond at present. */
	get #rate(): number {
		return this.#pace * Math.min(1, this.#workers / this.#sharers);
	}

	#catchUp(): void {
		const { now } = this.#clockwork;
		const passed = now - this.#sharedAt;
		const sharers = this.#sharers;
		if (sharers > 0) {
			this.#share += passed * this.#rate;
			this.#eachMs += passed * Math.min(1, this.#workers / sharers);
		}
		this.#usedMs += passed * Math.min(this.#workers, sharers);
		this.#sharedAt = now;
	}

	#planDeparture(): void {
		if (this.#isDeparting) return;
		const server = this.#server;
		server.stamp++;
		const left = Math.max(0, this.#ends.next - this.#share);
		if (this.#sharers === 0 || this.#pace === 0 || left === Infinity) return;
		const at = this.#clockwork.now + left / this.#rate;
		this.#clockwork.plan(at, deeds.depart, server.number, server.stamp);
	}
}
