import type { Backend, Millis } from '#balancer/strategy.ts';
import type { Reply } from '#record/world.ts';
import type { Client } from './clients.ts';
import { type Memory, none, Rows } from './memory.ts';
import * as its from './request-row.ts';
import type { Scenario } from './scenario.ts';

/** How far a request has come. `settled`: nothing more will be tried, the answer is on its way or the client has left. */
export const stages = { open: 0, settled: 1, answered: 2 } as const;

const nowhere: readonly Backend[] = [];

/** Clients' requests on their way. Rows are used again; `id` names the request. */
export class Requests {
	#memory: Memory;
	#rows: Rows;
	#fanOut: number;
	/** Whether a row has the words that only some scenarios need. */
	#hasMore: boolean;
	#clientOfSender: (sender: number) => Client;
	#key: keyof Client;
	/** Those whose client somebody has named. */
	#named = new Map<number, Client>();
	/** Whose client was asked for last, and who that is: it is often asked for again. */
	#askedId = none;
	#asked: Client | undefined;
	/** Backends that those have failed on that have failed. */
	#tried = new Map<number, readonly Backend[]>();
	/** Who waits for the answer from outside the simulation. */
	#guests = new Map<number, (reply: Reply) => void>();

	/** `clientOf` says who a sender is. */
	constructor(
		memory: Memory,
		{ balancer, fanOut, data }: Pick<Scenario, 'balancer' | 'fanOut' | 'data'>,
		clientOf: (sender: number) => Client
	) {
		this.#memory = memory;
		this.#hasMore = fanOut > 1 || data !== null;
		this.#rows = new Rows(memory, this.#hasMore ? its.wordsWithMore : its.words);
		this.#fanOut = fanOut;
		this.#clientOfSender = clientOf;
		this.#key = balancer.key;
	}

	/** A new one, which one thing holds; when it is sent and what its work is, the caller knows. */
	begin(id: number, sender: number): number {
		const request = this.#rows.take();
		const { words, halves } = this.#memory;
		words[request + its.id] = id;
		words[request + its.sender] = sender;
		words[request + its.open] = none;
		words[request + its.backend] = 0;
		words[request + its.state] = 0;
		halves[(request << 1) + its.held] = 1;
		halves[(request << 1) + its.attempts] = 0;
		if (this.#hasMore) words[request + its.calls] = this.#fanOut;
		return request;
	}

	/** One thing more holds it. */
	hold(request: number): void {
		const { halves } = this.#memory;
		halves[(request << 1) + its.held] = (halves[(request << 1) + its.held] ?? 0) + 1;
	}

	/** What held it is over; with the last of them the row is free. */
	letGo(request: number): void {
		const { halves } = this.#memory;
		const held = (halves[(request << 1) + its.held] ?? 0) - 1;
		halves[(request << 1) + its.held] = held;
		if (held === 0) this.#free(request);
	}

	isOpen(request: number): boolean {
		return this.#memory.bytes[(request << 2) + its.stage] === stages.open;
	}

	isAnswered(request: number): boolean {
		return this.#memory.bytes[(request << 2) + its.stage] === stages.answered;
	}

	sentAt(request: number): Millis {
		return this.#memory.fractions[(request + its.sentAt) >> 1] ?? 0;
	}

	/** Its name. */
	idOf(request: number): number {
		return this.#memory.words[request + its.id] ?? none;
	}

	/** Of several calls side by side, those that have not ended well yet. */
	callsOf(request: number): number {
		return this.#fanOut === 1 ? 1 : (this.#memory.words[request + its.calls] ?? 1);
	}

	/** One of the calls has ended well. How many are left. */
	endCall(request: number): number {
		if (this.#fanOut === 1) return 0;
		const left = this.callsOf(request) - 1;
		this.#memory.words[request + its.calls] = left;
		return left;
	}

	/** Its client is known by name. */
	isFrom(request: number, client: Client): void {
		this.#named.set(request, client);
	}

	/** What balancers know the client by. */
	keyOf(request: number): string {
		return this.#clientOf(request)[this.#key];
	}

	/** What servers know it by. */
	sessionOf(request: number): string {
		return this.#clientOf(request).session;
	}

	/** How often it has failed, each time with all that were out for it: as often it may have been tried again. */
	failuresOf(request: number): number {
		return this.#memory.bytes[(request << 2) + its.failures] ?? 0;
	}

	/** Backends it has failed on. */
	triedOf(request: number): readonly Backend[] {
		return this.#tried.size === 0 ? nowhere : (this.#tried.get(request) ?? nowhere);
	}

	/** An attempt has failed, on a backend if it came to one; with `others` out it is no failure of the request yet. */
	hearFailure(request: number, backend: Backend | undefined, others: boolean): void {
		if (!others) this.#memory.bytes[(request << 2) + its.failures] = this.failuresOf(request) + 1;
		if (backend !== undefined) this.#tried.set(request, [...this.triedOf(request), backend]);
	}

	/** Somebody outside the simulation waits for its answer. */
	await(request: number, resolve: (reply: Reply) => void): void {
		this.#guests.set(request, resolve);
	}

	/** How many wait outside. */
	get guests(): number {
		return this.#guests.size;
	}

	/** Who waits for its answer outside; asked once. */
	guestOf(request: number): ((reply: Reply) => void) | undefined {
		const resolve = this.#guests.get(request);
		this.#guests.delete(request);
		return resolve;
	}

	/** Of an arrival it is drawn when somebody asks for it, and by its number, so it is the same whenever that is. */
	#clientOf(request: number): Client {
		const id = this.idOf(request);
		if (this.#asked === undefined || this.#askedId !== id) {
			this.#askedId = id;
			this.#asked =
				this.#named.get(request) ?? this.#clientOfSender(this.#memory.words[request + its.sender] ?? none);
		}
		return this.#asked;
	}

	#free(request: number): void {
		if (this.#named.size > 0) this.#named.delete(request);
		if (this.#tried.size > 0) this.#tried.delete(request);
		this.#rows.giveBack(request);
	}
}
