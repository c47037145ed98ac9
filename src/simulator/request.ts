import type { Backend, Millis, Result } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';
import type { Reply } from '#record/world.ts';
import type { Attempt } from './attempt.ts';
import type { Client } from './clients.ts';
import type { Gate } from './gate.ts';
import type { Pooled } from './pool.ts';
import type { Timed } from './timer-line.ts';

const none: readonly Backend[] = [];

/** One client's request on its way. The engine reuses these objects; `id` names the request. */
export class Request implements Timed, Pooled {
	readonly number: number;
	id = 0;
	/** Which of the open traffic's arrivals it is, from 0; −1 where the client is known by name. */
	arrival = -1;
	/** Of a closed loop, who sent it and waits; −1 in an open one. */
	user = -1;
	sentAt: Millis = NaN;
	/** Milliseconds of one worker at speed 1. */
	work: Millis = NaN;
	writes = false;
	gate: Gate | undefined;
	/** Attempts so far, and those that have failed. */
	attempts = 0;
	failures = 0;
	/** Attempts that have not ended. */
	readonly open: Attempt[] = [];
	/** Attempts that something in this world still holds, ended or not. */
	held = 0;
	/** Of several calls side by side, those that have not ended well yet. */
	calls = 1;
	/** Backends it has failed on. */
	tried: readonly Backend[] = none;
	/** The one that answered, or failed last. */
	backend: Backend | undefined;
	result: Result = 'ok';
	reason: Reason | undefined;
	/** Nothing more will be tried: the answer is on its way, or the client has left. */
	settled = false;
	answered = false;
	/** Marks the current wait for the client's patience. */
	timer = 0;
	/** Who waits for the answer from outside the simulation. */
	resolve: ((reply: Reply) => void) | undefined;

	#senderOf: (arrival: number) => Client;
	#knownBy: keyof Client;
	#client: Client | undefined;

	/** `senderOf` says who sends an arrival; `knownBy`, what balancers know clients by. */
	constructor(number: number, senderOf: (arrival: number) => Client, knownBy: keyof Client) {
		this.number = number;
		this.#senderOf = senderOf;
		this.#knownBy = knownBy;
	}

	/** What balancers know the client by. */
	get key(): string {
		return this.#sender()[this.#knownBy];
	}

	/** What servers know it by. */
	get session(): string {
		return this.#sender().session;
	}

	/** Whether a server has taken up what it is still waiting for. */
	get isServed(): boolean {
		return this.open.some(({ startedAt }) => !Number.isNaN(startedAt));
	}

	/** `client` may be left out of an arrival. */
	begin(id: number, client: Client | undefined, arrival: number, work: Millis, at: Millis): void {
		this.id = id;
		this.#client = client;
		this.arrival = arrival;
		this.work = work;
		this.sentAt = at;
		this.user = -1;
		this.writes = false;
		this.gate = undefined;
		this.attempts = 0;
		this.failures = 0;
		this.calls = 1;
		this.tried = none;
		this.backend = undefined;
		this.result = 'ok';
		this.reason = undefined;
		this.settled = false;
		this.answered = false;
		this.resolve = undefined;
	}

	/** Of an arrival it is drawn when somebody asks for it, and by its number, so it is the same whenever that is. */
	#sender(): Client {
		return (this.#client ??= this.#senderOf(this.arrival));
	}
}
