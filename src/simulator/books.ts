import type { Millis } from '#balancer/strategy.ts';
import { audit, must } from './audit.ts';
import { debug } from './debug.ts';
import type { Engine } from './engine.ts';

/** Engines that are made from now on keep books, or keep none any more. It takes half as long again and changes nothing. */
export function keepBooks(keep = true): void {
	debug.books = keep ? (engine) => new Books(engine) : undefined;
}

/** From one look at all of it to the next, a run grows by at least one part in so many. */
const rarely = 500;

/** A server's workers as the books have them. */
interface Shift {
	/** How many are being served. */
	serving: number;
	/** Workers' time used up to `countedTo`. */
	usedMs: Millis;
	countedTo: Millis;
}

/**
 * The books of a run, kept from what its parts say that they do, and held against what the world says of itself: who was
 * sent is answered or inside, at each instant; the area under the number inside is the sum of the times inside (Little's
 * law on the path); and workers are busy as long as those whom they serve are served (the utilisation law). For tests, and
 * for whoever doubts a run. What is heard here throws BrokenRule.
 */
export class Books {
	#engine: Engine;
	/** When those were sent who have no answer yet, by row. */
	#sentAt = new Map<number, Millis>();
	#inside = 0;
	#answered = 0;
	#now: Millis = 0;
	/** The area under the number inside, and the times inside of those who have been answered. */
	#insideMs = 0;
	#latencyMs = 0;
	/** Where those are who are being served: their servers' numbers, by row. */
	#servedAt = new Map<number, number>();
	/** By server's number. */
	#shifts: Shift[] = [];
	/** How much has happened, and how much of it when somebody last looked whether everything is in its place. */
	#happened = 0;
	#looked = 0;

	constructor(engine: Engine) {
		this.#engine = engine;
	}

	sent(request: number, at: Millis): void {
		this.#passTo(at);
		must(!this.#sentAt.has(request), 'nobody is sent who has no answer yet');
		this.#sentAt.set(request, at);
		this.#inside++;
		this.#balance();
	}

	answered(request: number, at: Millis, latency: Millis): void {
		this.#passTo(at);
		must(
			latency === at - taken(this.#sentAt, request),
			'latency is the time inside, of who was sent and had no answer'
		);
		this.#inside--;
		this.#answered++;
		this.#latencyMs += latency;
		this.#balance();
	}

	/** A worker has taken it up. */
	started(attempt: number, server: number, at: Millis): void {
		this.#passTo(at);
		const shift = this.#shiftOf(server);
		this.#work(shift, server);
		must(!this.#servedAt.has(attempt), 'whoever is taken up was not being served');
		this.#servedAt.set(attempt, server);
		shift.serving++;
	}

	/** It has left the server: a worker, or the queue. */
	left(attempt: number, server: number, at: Millis): void {
		this.#passTo(at);
		const shift = this.#shiftOf(server);
		this.#work(shift, server);
		if (this.#servedAt.has(attempt)) {
			must(taken(this.#servedAt, attempt) === server, 'whoever is served leaves where it was taken up');
			shift.serving--;
		}
	}

	/** The machine is dead, and its workers with it. */
	stopped(server: number, at: Millis): void {
		this.#passTo(at);
		const shift = this.#shiftOf(server);
		this.#work(shift, server);
		for (const [attempt, at] of this.#servedAt) if (at === server) this.#servedAt.delete(attempt);
		shift.serving = 0;
	}

	/** Between two instants: what the books say is what the world says. */
	check(): void {
		const { now, everyServer, inside, ended } = this.#engine;
		// So that it takes no more than what happens does, however often somebody asks; and in a long run, of one kind, less.
		const since = this.#happened - this.#looked;
		const isDue = ended ? since > 0 : since > inside + everyServer.length + this.#happened / rarely;
		this.#passTo(now);
		if (!isDue) return;
		this.#looked = this.#happened;
		audit(this.#engine);
		let latencyMs = this.#latencyMs;
		for (const sentAt of this.#sentAt.values()) latencyMs += now - sentAt;
		must(near(this.#insideMs, latencyMs), 'the area under the number inside is the sum of the times inside');
		for (const { number, busyMs, spec } of everyServer) {
			// When a request's wait for data is over nobody tells, and until then it has no share.
			if (spec.discipline === 'sharing' && this.#engine.scenario.data !== null) continue;
			const shift = this.#shiftOf(number);
			this.#work(shift, number);
			must(near(shift.usedMs, busyMs), 'workers are busy as long as somebody is served');
		}
	}

	#passTo(at: Millis): void {
		must(at >= this.#now, 'time goes on');
		this.#happened++;
		this.#insideMs += (at - this.#now) * this.#inside;
		this.#now = at;
	}

	#balance(): void {
		const { sent, inside } = this.#engine;
		must(inside === this.#inside, 'whoever was sent and has no answer is inside');
		must(sent === this.#answered + inside, 'sent = answered + inside');
	}

	#shiftOf(server: number): Shift {
		return (this.#shifts[server] ??= { serving: 0, usedMs: 0, countedTo: this.#now });
	}

	#work(shift: Shift, server: number): void {
		const { workers = NaN } = this.#engine.everyServer[server]?.spec ?? {};
		shift.usedMs += (this.#now - shift.countedTo) * Math.min(workers, shift.serving);
		shift.countedTo = this.#now;
	}
}

/** What is known of a row, which is forgotten. NaN when nothing was. */
function taken(rows: Map<number, number>, row: number): number {
	const number = rows.get(row) ?? NaN;
	rows.delete(row);
	return number;
}

/** Equal but for rounding. */
function near(a: Millis, b: Millis): boolean {
	return Math.abs(a - b) <= 1e-9 * Math.max(1, a, b);
}
