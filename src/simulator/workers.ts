import { Agenda } from './agenda.ts';
import type { Millis } from '#balancer/strategy.ts';
import type { Attempt } from './attempt.ts';
import { deeds, type Clockwork } from './clockwork.ts';
import type { Pool } from './pool.ts';
import type { Server } from './server.ts';

/** Those who do a server's work, at a pace that it sets: work done in a millisecond of one worker's time. */
export interface Workers {
	/** Whom they serve, in no order. */
	readonly serving: readonly Attempt[];
	/** Whether another can be taken up. */
	readonly idle: boolean;
	start(attempt: Attempt): void;
	/** It is done, or it is taken from them. How much of the workers' time it has had. */
	leave(attempt: Attempt): Millis;
	/** What is being served goes on at another pace; 0: it stands still. */
	setPace(pace: number): void;
	/** Workers' time used so far. */
	readonly busyMs: Millis;
	/** Whose work is done now, where the workers know and not the agenda; undefined when it was a false alarm. */
	departing(): Attempt | undefined;
}

export function workersOf(server: Server, clockwork: Clockwork, attempts: Pool<Attempt>): Workers {
	const { discipline, workers, speed } = server.spec;
	return discipline === 'fcfs'
		? new OneEach(clockwork, workers, speed)
		: new Sharing(clockwork, server, attempts);
}

/** Each worker serves one at a time. */
class OneEach implements Workers {
	readonly serving: Attempt[] = [];
	#clockwork: Clockwork;
	#workers: number;
	#pace: number;
	/** Of those who have left. */
	#usedMs = NaN;

	constructor(clockwork: Clockwork, workers: number, pace: number) {
		this.#clockwork = clockwork;
		this.#workers = workers;
		this.#pace = pace;
		this.#usedMs = 0;
	}

	get idle(): boolean {
		return this.serving.length < this.#workers;
	}

	get busyMs(): number {
		const { now } = this.#clockwork;
		return this.serving.reduce((sum, { startedAt }) => sum + now - startedAt, this.#usedMs);
	}

	start(attempt: Attempt): void {
		attempt.place = this.serving.length;
		this.serving.push(attempt);
		attempt.left = attempt.work;
		attempt.leftAt = this.#clockwork.now;
		this.#planFinish(attempt);
	}

	leave(attempt: Attempt): Millis {
		const used = this.#clockwork.now - attempt.startedAt;
		attempt.stamp++;
		this.#usedMs += used;
		takeOut(this.serving, attempt);
		return used;
	}

	setPace(pace: number): void {
		const { now } = this.#clockwork;
		for (const attempt of this.serving) {
			// Rounding must not let it finish before now.
			attempt.left = Math.max(0, attempt.left - (now - attempt.leftAt) * this.#pace);
			attempt.leftAt = now;
			attempt.stamp++;
		}
		this.#pace = pace;
		for (const attempt of this.serving) this.#planFinish(attempt);
	}

	departing(): undefined {
		return undefined;
	}

	#planFinish(attempt: Attempt): void {
		if (this.#pace === 0) return;
		const at = attempt.leftAt + attempt.left / this.#pace;
		this.#clockwork.plan(at, deeds.finish, attempt.number, attempt.stamp);
	}
}

/**
 * Processor sharing: all inside share the workers evenly, and none gets more than one. Work is measured against the
 * share that one has had since the beginning, which grows by the same for all: who came at share s with work w is done
 * at s + w, whoever comes and goes meanwhile (Kleinrock, Queueing Systems II, 1976), so one heap holds them in order.
 */
class Sharing implements Workers {
	readonly serving: Attempt[] = [];
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
	#attempts: Pool<Attempt>;

	constructor(clockwork: Clockwork, server: Server, attempts: Pool<Attempt>) {
		this.#clockwork = clockwork;
		this.#server = server;
		this.#attempts = attempts;
		this.#workers = server.spec.workers;
		this.#slots = server.spec.slots;
		this.#pace = server.spec.speed;
	}

	get idle(): boolean {
		return this.serving.length < this.#slots;
	}

	/** Somebody may ask at any moment, and must not change how the shares are rounded: nothing is brought up to now. */
	get busyMs(): number {
		const passed = this.#clockwork.now - this.#sharedAt;
		return this.#usedMs + passed * Math.min(this.#workers, this.serving.length);
	}

	start(attempt: Attempt): void {
		this.#catchUp();
		attempt.place = this.serving.length;
		attempt.hadMs = this.#eachMs;
		this.serving.push(attempt);
		this.#ends.plan(this.#share + attempt.work, attempt.number, attempt.stamp);
		this.#planDeparture();
	}

	leave(attempt: Attempt): Millis {
		this.#catchUp();
		attempt.stamp++;
		takeOut(this.serving, attempt);
		this.#planDeparture();
		return this.#eachMs - attempt.hadMs;
	}

	setPace(pace: number): void {
		this.#catchUp();
		this.#pace = pace;
		this.#planDeparture();
	}

	departing(): Attempt | undefined {
		this.#catchUp();
		// Rounding, of shares and of the instant itself, may leave a hair's breadth to the first one's end.
		const { now } = this.#clockwork;
		const instant = this.serving.length > 0 ? this.#rate * now * Number.EPSILON : 0;
		this.#ends.until = this.#share + 1e-9 * Math.max(1, this.#share) + instant;
		while (this.#ends.take()) {
			const attempt = this.#attempts.numbered(this.#ends.what);
			if (attempt.stamp === this.#ends.stamp) return attempt;
		}
		this.#planDeparture();
		return undefined;
	}

	/** Share a millisecond at present. */
	get #rate(): number {
		return this.#pace * Math.min(1, this.#workers / this.serving.length);
	}

	#catchUp(): void {
		const { now } = this.#clockwork;
		const passed = now - this.#sharedAt;
		if (this.serving.length > 0) {
			this.#share += passed * this.#rate;
			this.#eachMs += passed * Math.min(1, this.#workers / this.serving.length);
		}
		this.#usedMs += passed * Math.min(this.#workers, this.serving.length);
		this.#sharedAt = now;
	}

	#planDeparture(): void {
		const server = this.#server;
		server.stamp++;
		const left = Math.max(0, this.#ends.next - this.#share);
		if (this.serving.length === 0 || this.#pace === 0 || left === Infinity) return;
		const at = this.#clockwork.now + left / this.#rate;
		this.#clockwork.plan(at, deeds.depart, server.number, server.stamp);
	}
}

function takeOut(serving: Attempt[], attempt: Attempt): void {
	const last = serving.pop();
	if (last === undefined || last === attempt) return;
	last.place = attempt.place;
	serving[attempt.place] = last;
}
