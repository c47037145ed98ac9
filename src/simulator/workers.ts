import { Agenda } from './agenda.ts';
import type { Millis } from '#balancer/strategy.ts';
import * as its from './attempt-row.ts';
import type { Attempts } from './attempts.ts';
import { about, deeds, type Clockwork } from './clockwork.ts';
import type { Server } from './server.ts';
import { none } from './memory.ts';

/**
 * Those who do a server's work, at a pace that it sets: work done in a millisecond of one worker's time. Whom they serve, the
 * server keeps.
 */
export interface Workers {
	/** They serve an attempt of the server's from now on, whose work is `left`, and which can be worked on from `leftAt`. */
	start(server: Server, attempt: number): void;
	/** They serve it no more. */
	leave(attempt: number): void;
	/** How much of the workers' time the one had that left last. */
	readonly usedMs: Millis;
	/** What is being served goes on at another pace; 0: it stands still. */
	setPace(server: Server, pace: number): void;
	/** Workers' time used so far; `finished`: that of all who have left them. */
	busyMs(server: Server, finished: Millis): Millis;
	/** Whose work is done now, where the workers know and not the agenda; `none` when nobody's is. Ask until it is `none`. */
	departing(): number;
}

/** Each worker serves one at a time. There is nothing to remember but what stands in the rows, so these serve all servers. */
export class OneEach implements Workers {
	usedMs: Millis = NaN;
	#clockwork: Clockwork;
	#attempts: Attempts;

	constructor(clockwork: Clockwork, attempts: Attempts) {
		this.#clockwork = clockwork;
		this.#attempts = attempts;
	}

	busyMs({ serving }: Server, finished: Millis): Millis {
		const { now } = this.#clockwork;
		return serving.reduce((sum, attempt) => sum + now - this.#attempts.startedAt(attempt), finished);
	}

	start({ workersPace: pace }: Server, attempt: number): void {
		if (pace === 0) return;
		const { fractions } = this.#attempts.memory;
		const left = fractions[(attempt + its.left) >> 1] ?? 0;
		const at = (fractions[(attempt + its.leftAt) >> 1] ?? 0) + left / pace;
		this.#clockwork.agenda.at(at).plan(about(attempt, deeds.finish), this.#attempts.stampOf(attempt));
	}

	leave(attempt: number): void {
		const { fractions } = this.#attempts.memory;
		this.usedMs = this.#clockwork.now - (fractions[(attempt + its.startedAt) >> 1] ?? NaN);
	}

	setPace(server: Server, pace: number): void {
		const { now } = this.#clockwork;
		const { fractions } = this.#attempts.memory;
		const { serving } = server;
		for (const attempt of serving) {
			const left = (attempt + its.left) >> 1;
			const leftAt = (attempt + its.leftAt) >> 1;
			const done = Math.max(0, now - (fractions[leftAt] ?? now)) * server.workersPace;
			// Rounding must not let it finish before now.
			fractions[left] = Math.max(0, (fractions[left] ?? 0) - done);
			fractions[leftAt] = Math.max(now, fractions[leftAt] ?? now);
			this.#attempts.callOff(attempt);
		}
		server.workersPace = pace;
		for (const attempt of serving) this.start(server, attempt);
	}

	departing(): number {
		return none;
	}
}

/**
 * Processor sharing: all inside share the workers evenly, and none gets more than one. Work is measured against the
 * share that one has had since the beginning, which grows by the same for all: who came at share s with work w is done
 * at s + w, whoever comes and goes meanwhile (Kleinrock, Queueing Systems II, 1976), so one heap holds them in order. Who
 * waits for data has a slot and no share.
 */
export class Sharing implements Workers {
	usedMs: Millis = NaN;
	#clockwork: Clockwork;
	#server: Server;
	#workers: number;
	#inside = 0;
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
	}

	/** Somebody may ask at any moment, and must not change how the shares are rounded: nothing is brought up to now. */
	busyMs(): Millis {
		const passed = this.#clockwork.now - this.#sharedAt;
		return this.#usedMs + passed * Math.min(this.#workers, this.#sharers);
	}

	start(_server: Server, attempt: number): void {
		const { now } = this.#clockwork;
		this.#catchUp();
		this.#inside++;
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
		this.#ends.at(this.#share + left).plan(attempt, this.#attempts.stampOf(attempt));
		this.#planDeparture();
	}

	leave(attempt: number): void {
		this.#catchUp();
		this.#inside--;
		this.usedMs = 0;
		if (this.#waiting.delete(attempt)) return;
		this.#planDeparture();
		this.usedMs = this.#eachMs - (this.#attempts.memory.fractions[(attempt + its.hadMs) >> 1] ?? 0);
	}

	setPace(server: Server, pace: number): void {
		this.#catchUp();
		server.workersPace = pace;
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
		return this.#inside - this.#waiting.size;
	}

	/** Share a millisecond at present. */
	get #rate(): number {
		return this.#server.workersPace * Math.min(1, this.#workers / this.#sharers);
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
		if (this.#sharers === 0 || server.workersPace === 0 || left === Infinity) return;
		const at = this.#clockwork.now + left / this.#rate;
		this.#clockwork.agenda.at(at).plan(about(server.number, deeds.depart), server.stamp);
	}
}
