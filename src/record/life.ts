import type { Because, Millis, Result } from '#balancer/strategy.ts';
import type { BackendEvent, Loads, Reason, RequestEvent } from './event.ts';

/**
 * Where a request's time goes. `hop`: on a road; `hold`: waits at the gate; `pause`: before another try; `queue`: waits
 * at a server; `serve`: a worker has it.
 */
export interface Span {
	readonly kind: 'hop' | 'hold' | 'pause' | 'queue' | 'serve';
	readonly from: Millis;
	/** Undefined while it lasts. */
	readonly to: Millis | undefined;
	/** Nobody waited for it any more. */
	readonly inVain: boolean;
}

/** `hedge` and `call` run beside another: one to win a race, the other to bring its part of the whole. */
export type Role = 'first' | 'retry' | 'hedge' | 'call';

/** One attempt, from the gate to a server and back. */
export interface Try {
	readonly attempt: number;
	readonly role: Role;
	readonly backend: string;
	readonly pickedAt: Millis;
	/** What the strategy believed and why it picked, in a world that explains. */
	readonly loads: Loads | undefined;
	readonly because: Because | undefined;
	readonly spans: readonly Span[];
	/** When the gate had its outcome; undefined while it has none. */
	readonly endedAt: Millis | undefined;
	readonly result: Result | undefined;
	readonly reason: Reason | undefined;
}

/** All that is known of one request. */
export interface Life {
	readonly id: number;
	readonly key: string;
	/** Milliseconds of one worker at speed 1, where the world told. */
	readonly work: Millis | undefined;
	readonly sentAt: Millis;
	/** On the client's road and at the gate. */
	readonly spans: readonly Span[];
	readonly tries: readonly Try[];
	/** Undefined until the client has its answer. */
	readonly answeredAt: Millis | undefined;
	readonly result: Result | undefined;
	readonly reason: Reason | undefined;
}

/** What a life is told by: one request's events in their order, and those of servers that broke while it was out. */
export type LifeEvent = RequestEvent | BackendEvent;

/** The spans of one request's events; undefined when nothing is known of it. Half a life gives half a picture. */
export function lifeOf(events: readonly LifeEvent[]): Life | undefined {
	const first = events.find((event): event is RequestEvent => event.kind !== 'backend');
	if (first === undefined) return undefined;
	const teller = new Teller(first);
	for (const event of events) teller.hear(event);
	return teller.life;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenTry = Mutable<Omit<Try, 'spans'>> & { readonly spans: Mutable<Span>[] };

class Teller {
	readonly life: Mutable<Omit<Life, 'spans' | 'tries'>> & {
		readonly spans: Mutable<Span>[];
		readonly tries: OpenTry[];
	};

	constructor({ id, at }: RequestEvent) {
		this.life = {
			id,
			key: '',
			work: undefined,
			sentAt: at,
			spans: [],
			tries: [],
			answeredAt: undefined,
			result: undefined,
			reason: undefined
		};
	}

	hear(event: LifeEvent): void {
		const { life } = this;
		switch (event.kind) {
			case 'backend':
				this.#serverBroke(event);
				return;
			case 'send':
				life.key = event.key;
				life.work = event.work;
				life.sentAt = event.at;
				open(life.spans, 'hop', event.at);
				return;
			case 'hold':
				this.#atGate(event.at);
				open(life.spans, 'hold', event.at);
				return;
			case 'vain':
				return;
			case 'pick':
				this.#picked(event);
				return;
			case 'answer':
				this.#answered(event);
				return;
			default: {
				const one = life.tries.find(({ attempt }) => attempt === event.attempt);
				if (one !== undefined) this.#moved(one, event);
			}
		}
	}

	/** It is at the gate: the way there is over, or the pause before another try. */
	#atGate(at: Millis): void {
		const { spans, tries } = this.life;
		close(spans, at);
		const ends = tries.map(({ endedAt }) => endedAt ?? Infinity);
		const last = Math.max(...ends);
		const behind = spans.at(-1)?.to ?? -Infinity;
		if (tries.length > 0 && last < at && behind <= last) {
			open(spans, 'pause', last);
			close(spans, at);
		}
	}

	#picked({ at, attempt, backend, loads, because, key }: RequestEvent & { kind: 'pick' }): void {
		const { life } = this;
		life.key = key;
		this.#atGate(at);
		const running = life.tries.filter(({ endedAt }) => endedAt === undefined);
		const role =
			life.tries.length === 0 && attempt === 0
				? 'first'
				: running.length === 0
					? 'retry'
					: running.some(({ pickedAt }) => pickedAt === at)
						? 'call'
						: 'hedge';
		const one: OpenTry = {
			attempt,
			role,
			backend,
			pickedAt: at,
			loads,
			because,
			spans: [],
			endedAt: undefined,
			result: undefined,
			reason: undefined
		};
		life.tries.push(one);
		open(one.spans, 'hop', at);
	}

	#moved(one: OpenTry, event: RequestEvent & { kind: 'queue' | 'start' | 'finish' | 'drop' | 'end' }): void {
		const inVain = one.endedAt !== undefined;
		const { at } = event;
		switch (event.kind) {
			case 'queue':
			case 'start':
				close(one.spans, at);
				open(one.spans, event.kind === 'queue' ? 'queue' : 'serve', at, inVain);
				return;
			case 'finish':
			case 'drop':
				close(one.spans, at);
				if (!inVain) open(one.spans, 'hop', at);
				return;
			case 'end': {
				const last = one.spans.at(-1);
				one.endedAt = at;
				one.result = event.result;
				one.reason = event.reason;
				const goesOn = event.result === 'timeout' || event.result === 'cancelled';
				const inside = last?.to === undefined && (last?.kind === 'queue' || last?.kind === 'serve');
				close(one.spans, at);
				// Its server has not heard of it yet.
				if (goesOn && inside) open(one.spans, last.kind, at, true);
			}
		}
	}

	/** What a stopped machine held is lost, and on its way back; a failing one turns out those who wait. */
	#serverBroke({ at, backend, change }: BackendEvent): void {
		for (const one of this.life.tries) {
			const last = one.spans.at(-1);
			if (one.backend !== backend || last === undefined || last.to !== undefined) continue;
			if (last.kind !== 'queue' && !(last.kind === 'serve' && change === 'stop')) continue;
			close(one.spans, at);
			if (one.endedAt === undefined) open(one.spans, 'hop', at);
		}
	}

	#answered({ at, result, reason }: RequestEvent & { kind: 'answer' }): void {
		const { life } = this;
		const last = Math.max(...life.tries.map(({ endedAt }) => endedAt ?? -Infinity), -Infinity);
		close(life.spans, at);
		const behind = life.spans.at(-1)?.to ?? -Infinity;
		if (last > -Infinity && last >= behind) {
			open(life.spans, 'hop', last);
			close(life.spans, at);
		}
		life.answeredAt = at;
		life.result = result;
		life.reason = reason;
	}
}

function open(spans: Mutable<Span>[], kind: Span['kind'], from: Millis, inVain = false): void {
	spans.push({ kind, from, to: undefined, inVain });
}

/** What took no time is no span. */
function close(spans: Mutable<Span>[], at: Millis): void {
	const last = spans.at(-1);
	if (last === undefined || last.to !== undefined) return;
	if (last.from >= at) spans.pop();
	else last.to = at;
}
