import type { Socket } from 'node:net';
import {
	addForwarding,
	flat,
	linesOf,
	requestHead,
	type ForwardingRules,
	type Origin,
	type RequestHead
} from './headers.ts';
import { plainAddress } from './trust.ts';

/** How a backend hears of a request. */
interface Passed extends Pick<Origin, 'host' | 'claims'> {
	readonly head: RequestHead;
	readonly version: string;
	readonly rules: ForwardingRules;
	readonly lines: string;
}

/**
 * A client's connection, with what was made of the headers that came over it last. Most clients send the same with every
 * request, and to see that they do costs a fraction of going through them again.
 */
export class Caller {
	/** The address at its other end. */
	readonly peer: string;
	#raw: readonly string[] | undefined;
	#head: RequestHead | undefined;
	#passed: Passed | undefined;

	constructor({ remoteAddress = 'unknown' }: Socket) {
		this.peer = plainAddress(remoteAddress);
	}

	headOf(raw: readonly string[]): RequestHead {
		if (this.#head === undefined || this.#raw === undefined || !isSame(raw, this.#raw)) {
			this.#raw = raw;
			this.#head = requestHead(raw);
		}
		return this.#head;
	}

	/** The lines of these headers, and of those that say who asked whom. */
	linesOf(head: RequestHead, from: Origin, version: string, rules: ForwardingRules): string {
		const last = this.#passed;
		if (
			last?.head === head &&
			last.rules === rules &&
			last.version === version &&
			last.host === from.host &&
			last.claims === from.claims
		)
			return last.lines;
		const headers = [...head.headers];
		addForwarding(headers, from, version, rules);
		const lines = flat(linesOf(headers));
		// Each has a trace of its own.
		if (!rules.trace) this.#passed = { head, version, rules, host: from.host, claims: from.claims, lines };
		return lines;
	}
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
