import { randomWords } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import { type Client, Clients } from './clients.ts';
import { type Clockwork, deeds } from './clockwork.ts';
import { Draws } from './law.ts';
import { none } from './memory.ts';
import type { Scenario } from './scenario.ts';
import { Traffic } from './traffic.ts';

/** A request sets out, whose work is in `work`. `sender`: as in its row; the client of an arrival need not be named. */
export type Send = (sender: number, client: Client | undefined) => void;

/** Who sends requests of themselves, when, and how much work each is: open traffic, a trace, or users who wait and think. */
export class Senders {
	/** Of the request that sets out now, in milliseconds of one worker at speed 1. A fraction handed over in a call may have to be allocated. */
	work: Millis = NaN;
	#scenario: Scenario;
	#clockwork: Clockwork;
	#send: Send;
	#traffic: Traffic;
	/** Raised to call off the arrival that is planned. */
	#stamp = 0;
	#traced = 0;
	/** Requests that nobody had to wait for have been sent so often. */
	#arrivals = 0;
	#clients: Clients;
	#work: Draws;
	/** For requests from outside, so that they leave the traffic's own untouched. */
	#guestWork: Draws;
	#think: Draws;

	constructor(scenario: Scenario, seed: number, clockwork: Clockwork, send: Send) {
		const { traffic, work } = scenario;
		this.#scenario = scenario;
		this.#clockwork = clockwork;
		this.#send = send;
		this.#clients = new Clients(traffic, randomWords(seed, 'clients'));
		this.#work = new Draws(work, randomWords(seed, 'work'), work.meanMs);
		this.#guestWork = new Draws(work, randomWords(seed, 'guests', 'work'), work.meanMs);
		this.#think = new Draws(traffic.think, randomWords(seed, 'think'), traffic.think.meanMs);
		this.#traffic = new Traffic(traffic, randomWords(seed, 'arrivals'), randomWords(seed, 'moods'));
	}

	/** Plan what comes first. */
	begin(): void {
		const { arrivals, users } = this.#scenario.traffic;
		if (arrivals === 'users') for (let user = 0; user < users; user++) this.#letThink(user, 0);
		else if (arrivals === 'trace') this.#planTraced();
		else this.#planArrival();
	}

	/** Whether an arrival that was planned with this stamp still holds. */
	expects(stamp: number): boolean {
		return stamp === this.#stamp;
	}

	/** The open traffic's next request is due. */
	arrive(): void {
		this.#traffic.advance();
		this.#planArrival();
		this.#work.draw();
		this.work = this.#work.drawn;
		this.#send(this.#arrivals++, undefined);
	}

	/** The open traffic comes at another rate from now on. */
	setRate(perSecond: number): void {
		this.#traffic.setRate(perSecond, this.#clockwork.now);
		this.#stamp++;
		this.#planArrival();
	}

	/** Somebody outside is about to send one. */
	drawGuestWork(): void {
		this.#guestWork.draw();
		this.work = this.#guestWork.drawn;
	}

	/** A user has the answer, thinks, and sends again. */
	hear(sender: number, ok: boolean, latency: Millis): void {
		// Nobody who is turned away in no time comes again in no time: time itself would stand still.
		this.#letThink(-2 - sender, ok ? 0 : Math.max(0, 1 - latency));
	}

	clientOf(sender: number): Client {
		return sender < none ? this.#clients.client(-2 - sender) : this.#clients.senderOf(sender);
	}

	#planArrival(): void {
		const { next } = this.#traffic;
		if (next <= this.#scenario.durationMs) this.#clockwork.agenda.at(next).plan(deeds.arrive, this.#stamp);
	}

	#planTraced(): void {
		const next = this.#scenario.traffic.trace[this.#traced];
		if (next === undefined || next.at > this.#scenario.durationMs) return;
		this.#traced++;
		this.#clockwork.planTask(next.at, () => {
			this.#planTraced();
			// Drawn in any case, so that naming one leaves the others as they were.
			this.#work.draw();
			this.work = next.work ?? this.#work.drawn;
			this.#send(this.#arrivals++, strangerCalled(next.key));
		});
	}

	/** A user thinks, at least so long, and sends again. */
	#letThink(user: number, least: Millis): void {
		this.#think.draw();
		const until = this.#clockwork.now + Math.max(least, this.#think.drawn);
		if (until > this.#scenario.durationMs) return;
		this.#clockwork.planTask(until, () => {
			this.#work.draw();
			this.work = this.#work.drawn;
			this.#send(-2 - user, undefined);
		});
	}
}

/** A client that is none of the traffic's: what it is called is its address and its session. */
export function strangerCalled(key: string | undefined): Client | undefined {
	return key === undefined ? undefined : { address: key, session: key };
}
