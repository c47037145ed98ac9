import type { Millis } from '#balancer/strategy.ts';
import * as its from './attempt-row.ts';
import { Links } from './links.ts';
import { type Memory, none, Rows } from './memory.ts';
import * as ofRequest from './request-row.ts';
import type { Requests } from './requests.ts';

/** Where an attempt is. `gone`: it is back, and the row may be used again. */
export const places = { gate: 0, road: 1, queue: 2, worker: 3, home: 4, gone: 5 } as const;

/**
 * Tries at requests, each from the gate to a server and back. An attempt may end, for the gate, before it is back: timed
 * out, or no longer wanted. Then it goes on as a ghost that nobody waits for.
 */
export class Attempts {
	readonly memory: Memory;
	readonly requests: Requests;
	/** Those that wait or are served one behind another. */
	readonly lines: Links;
	#siblings: Links;
	#rows: Rows;

	constructor(memory: Memory, requests: Requests) {
		this.memory = memory;
		this.requests = requests;
		this.lines = new Links(memory, its.ahead, its.behind);
		this.#siblings = new Links(memory, its.older, its.younger);
		this.#rows = new Rows(memory, its.words);
	}

	/** A new one of a request; since when it is at the gate, the gate says. */
	begin(request: number): number {
		const attempt = this.#rows.take();
		const { words, halves, fractions } = this.memory;
		const number = halves[(request << 1) + ofRequest.attempts] ?? 0;
		halves[(request << 1) + ofRequest.attempts] = number + 1;
		halves[(request << 1) + ofRequest.held] = (halves[(request << 1) + ofRequest.held] ?? 0) + 1;
		const older = words[request + ofRequest.open] ?? none;
		words[request + ofRequest.open] = attempt;
		words[attempt + its.older] = older;
		words[attempt + its.younger] = none;
		if (older !== none) words[older + its.younger] = attempt;
		words[attempt + its.request] = request;
		words[attempt + its.server] = none;
		words[attempt + its.number] = number;
		words[attempt + its.life] = (words[attempt + its.life] ?? 0) + 1;
		words[attempt + its.state] = 0;
		fractions[(attempt + its.startedAt) >> 1] = NaN;
		return attempt;
	}

	/** The gate has its outcome: it is none of the request's open ones any more, and no timer waits for it. */
	end(attempt: number): void {
		const { words, bytes } = this.memory;
		const request = words[attempt + its.request] ?? none;
		bytes[(attempt << 2) + its.ended] = 1;
		words[attempt + its.timer] = (words[attempt + its.timer] ?? 0) + 1;
		const last = words[request + ofRequest.open] ?? none;
		words[request + ofRequest.open] = this.#siblings.leaveToLast(attempt, last);
	}

	/** It is back, or never went: the row is free, and the request's too when this was the last that held it. */
	letGo(attempt: number): void {
		this.memory.bytes[(attempt << 2) + its.where] = places.gone;
		this.#rows.giveBack(attempt);
		this.requests.letGo(this.requestOf(attempt));
	}

	/** Call off what is planned for it. */
	callOff(attempt: number): void {
		const { words } = this.memory;
		words[attempt + its.stamp] = (words[attempt + its.stamp] ?? 0) + 1;
	}

	requestOf(attempt: number): number {
		return this.memory.words[attempt + its.request] ?? none;
	}

	whereOf(attempt: number): number {
		return this.memory.bytes[(attempt << 2) + its.where] ?? places.gone;
	}

	isEnded(attempt: number): boolean {
		return this.memory.bytes[(attempt << 2) + its.ended] === 1;
	}

	/** The number of its server, from 0; none as long as it has no backend. */
	serverOf(attempt: number): number {
		return this.memory.words[attempt + its.server] ?? none;
	}

	/** Its number among the request's, from 0. */
	numberOf(attempt: number): number {
		return this.memory.words[attempt + its.number] ?? 0;
	}

	/** What it is planned with; see `callOff`. */
	stampOf(attempt: number): number {
		return this.memory.words[attempt + its.stamp] ?? 0;
	}

	lifeOf(attempt: number): number {
		return this.memory.words[attempt + its.life] ?? 0;
	}

	timerOf(attempt: number): number {
		return this.memory.words[attempt + its.timer] ?? 0;
	}

	/** When a worker took it up; NaN before that. */
	startedAt(attempt: number): Millis {
		return this.memory.fractions[(attempt + its.startedAt) >> 1] ?? NaN;
	}

	/** Whether its request has no other that has not ended. */
	isAlone(attempt: number): boolean {
		const { words } = this.memory;
		return words[attempt + its.older] === none && words[attempt + its.younger] === none;
	}

	/** A request's that have not ended, from the oldest to the youngest; roughly, for who ends leaves their place to the youngest. */
	openOf(request: number): number[] {
		return this.#siblings.upTo(this.memory.words[request + ofRequest.open] ?? none);
	}
}
