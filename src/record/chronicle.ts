import type { Millis } from '#balancer/strategy.ts';
import type { BackendEvent, Reason, RequestEvent, TraceEvent } from './event.ts';
import { Panic } from './panic.ts';

/**
 * What kind of thing happened. `refused`: turned away before any work was done; `timeout`: somebody waited long enough;
 * `failed`: an error came back; `ejected` and `restored`: the balancer left a server out or took it back; `panic`: it has left
 * out all, and asks all the same; `fleet`: servers came or went; `fault`: a machine changed; `rule`: somebody turned what the balancer goes by.
 */
export type HappeningKind =
	'refused' | 'timeout' | 'failed' | 'ejected' | 'panic' | 'restored' | 'fleet' | 'fault' | 'rule';

/** Something that a caption could tell of. The same again within two seconds is the same happening, which goes on. */
export interface Happening {
	readonly at: Millis;
	readonly kind: HappeningKind;
	/** The first of its kind in this run. */
	readonly first: boolean;
	/** Of requests, why; of servers, what. */
	readonly reason: Reason | undefined;
	readonly change: BackendEvent['change'] | undefined;
	/** A weight, a speed or a length of time, as the event has it. */
	readonly value: number | undefined;
	/** The strategy that was put in charge. */
	readonly strategy: string | undefined;
	/** The request it began with. */
	readonly id: number | undefined;
	/** Where, in the order in which they were struck; at most eight are named. */
	readonly backends: readonly string[];
	/** When it happened last, and how often in all. */
	readonly until: Millis;
	readonly count: number;
}

type Growing = { -readonly [K in keyof Happening]: Happening[K] } & { backends: string[] };

const sameWithinMs = 2000;
const mostNamed = 8;
const most = 600;

/** A run's notable happenings in their order: a fold over one world's events, of bounded size. */
export class Chronicle {
	/** Raised when something was added or has gone on. */
	revision = 0;
	/** The first of each kind, in their order. */
	readonly firsts: Happening[] = [];
	#happenings: Growing[] = [];
	/** The latest of each kind and reason, while the same again would go on with it. */
	#latest = new Map<string, Growing>();
	#panic = new Panic();

	get happenings(): readonly Happening[] {
		return this.#happenings;
	}

	/** One that knows the same, and goes its own way from here. */
	copy(): Chronicle {
		const copy = new Chronicle();
		const twins = new Map<Happening, Growing>();
		const twinOf = (one: Happening): Growing => {
			const twin = twins.get(one) ?? { ...one, backends: one.backends.slice() };
			twins.set(one, twin);
			return twin;
		};
		copy.revision = this.revision;
		copy.#panic = this.#panic.copy();
		copy.#happenings = this.#happenings.map(twinOf);
		copy.firsts.push(...this.firsts.map(twinOf));
		for (const [name, one] of this.#latest) copy.#latest.set(name, twinOf(one));
		return copy;
	}

	hear(event: TraceEvent): void {
		if (this.#panic.hear(event)) this.#note({ at: event.at, kind: 'panic' });
		switch (event.kind) {
			case 'strategy':
				// The one that a world begins with is no change.
				if (event.at > 0) this.#note({ at: event.at, kind: 'rule', strategy: event.name });
				return;
			case 'backend':
				this.#hearBackend(event);
				return;
			case 'end':
				if (event.result !== 'ok' && event.result !== 'cancelled') this.#hearFailure(event, event.backend);
				return;
			case 'answer':
				// Of these no attempt's end has told.
				if (event.reason !== undefined && atTheGate.has(event.reason)) this.#hearFailure(event);
		}
	}

	#hearFailure({ at, id, reason = 'failed' }: RequestEvent & { reason?: Reason }, backend?: string): void {
		this.#note({ at, id, kind: failures[reason], reason, backend });
	}

	#hearBackend({ at, backend, change, value }: BackendEvent): void {
		const kind = changes[change];
		if (kind === undefined || (change === 'added' && at === 0)) return;
		this.#note({ at, kind, change, value, backend });
	}

	#note({
		backend,
		...told
	}: Pick<Happening, 'at' | 'kind'> & Partial<Happening> & { backend?: string | undefined }): void {
		this.revision++;
		const { at, kind, reason, change, value, strategy, id } = told;
		const name = `${kind} ${reason ?? change ?? strategy ?? ''} ${String(value)}`;
		const known = this.#latest.get(name);
		if (known !== undefined && at - known.until <= sameWithinMs) {
			known.until = at;
			known.count++;
			nameIn(known.backends, backend);
			return;
		}
		const happening: Growing = {
			at,
			kind,
			first: this.firsts.every((other) => other.kind !== kind),
			reason,
			change,
			value,
			strategy,
			id,
			backends: [],
			until: at,
			count: 1
		};
		nameIn(happening.backends, backend);
		if (happening.first) this.firsts.push(happening);
		this.#latest.set(name, happening);
		this.#happenings.push(happening);
		// The oldest go first, but never the first of a kind.
		if (this.#happenings.length > most)
			this.#happenings.splice(
				this.#happenings.findIndex(({ first }) => !first),
				1
			);
	}
}

function nameIn(backends: string[], backend: string | undefined): void {
	if (backend !== undefined && backends.length < mostNamed && !backends.includes(backend))
		backends.push(backend);
}

const failures: Readonly<Record<Reason, HappeningKind>> = {
	'queue-full': 'refused',
	refused: 'refused',
	'no-backend': 'refused',
	declined: 'refused',
	shed: 'refused',
	reset: 'failed',
	failed: 'failed',
	timeout: 'timeout',
	'queue-timeout': 'timeout',
	'client-left': 'timeout'
};

/** Reasons that only a request's answer tells of. */
const atTheGate: ReadonlySet<Reason> = new Set([
	'no-backend',
	'declined',
	'shed',
	'queue-timeout',
	'client-left'
]);

/** What comes and goes with every request, or by itself, is nothing to tell. */
const changes: Readonly<Partial<Record<BackendEvent['change'], HappeningKind>>> = {
	added: 'fleet',
	removed: 'fleet',
	ordered: 'fleet',
	'called-off': 'fleet',
	weight: 'rule',
	ready: 'rule',
	drain: 'rule',
	down: 'ejected',
	ejected: 'ejected',
	restored: 'restored',
	slow: 'fault',
	fail: 'fault',
	stop: 'fault',
	hang: 'fault',
	pause: 'fault',
	restart: 'fault'
};
