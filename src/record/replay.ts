import { nextTry, type RetryRules } from '#balancer/retry.ts';
import { randomStream } from '#balancer/random.ts';
import { isFull } from '#balancer/full.ts';
import { Reception } from '#balancer/reception.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Backend, Because, Call, Millis, Result, Strategy } from '#balancer/strategy.ts';
import { StrategyChoiceSchema, type StrategyChoice } from './choice.ts';
import type { Comparison } from './comparison.ts';
import type { BackendEvent, Loads, TraceEvent } from './event.ts';
import { InputError } from './input.ts';
import type { RecordedEvent, Recording } from './recording.ts';
import { receptionRules, retryRules } from './rules.ts';

/**
 * Put the recorded questions to a fresh cluster, with no socket and no clock, and compare every decision: each pick,
 * each time a request had to wait or nobody could be picked, and what the passive health checks did in between.
 * @throws InputError when the events contradict each other.
 */
export function replay({ header, events }: Recording, source: string): Comparison {
	const session = new Session(header);
	const total = events.filter(isDecision).length;
	for (const { event, line } of events) {
		const place = `${source}:${String(line)}`;
		let difference: string | undefined;
		try {
			difference = session.play(event);
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			throw new InputError(
				`${place}: ${error.message}: the recording was changed or lines are missing, record it again.`
			);
		}
		// From here on the two live in different worlds; later agreement would be chance.
		if (difference !== undefined) return { same: session.same, total, difference: `${place}: ${difference}` };
	}
	return { same: session.same, total };
}

/**
 * The same recording, with why each pick fell on whom it did, as far as the replay comes to the same decisions: what a
 * recording leaves out to stay small. From the first decision that differs on, nothing is explained.
 */
export function explained(recording: Recording): Recording {
	const session = new Session(recording.header);
	let agrees = true;
	const events = recording.events.map((recorded): RecordedEvent => {
		if (!agrees) return recorded;
		try {
			agrees = session.play(recorded.event) === undefined;
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			agrees = false;
		}
		const { event, line } = recorded;
		if (!agrees || event.kind !== 'pick') return recorded;
		const { loads, because } = session;
		return { event: { ...(loads && { loads }), ...(because && { because }), ...event }, line };
	});
	return { ...recording, events };
}

/** What a replay knows of a request: its attempts in order. */
interface Replayed {
	readonly key: string;
	readonly attempts: Try[];
	/** Backends that failed it, in that order. */
	readonly failedOn: Backend[];
	/** Two attempts that race are one try, which fails with the last of them. */
	failures: number;
	answered: boolean;
}

interface Try {
	call: Call;
	/** Undefined while it waits. */
	backend: Backend | undefined;
	result: Result | undefined;
}

class Session {
	/** Decisions that were the same. */
	same = 0;
	/** What the strategy believed just before the latest pick, and why it fell on whom it did; undefined when it did not say. */
	loads: Loads | undefined;
	because: Because | undefined;
	#reception: Reception<Try>;
	#retry: RetryRules;
	#requests = new Map<number, Replayed>();
	/** What health did by itself, recorded and now: it must be the same whenever the next decision is taken. */
	#recorded: string[] = [];
	#replayed: string[] = [];
	/** Who was let in here, and is not yet in the recording. */
	#admitted = new Set<Try>();

	constructor({ strategy, seed, rules }: Recording['header']) {
		this.#retry = retryRules(rules);
		const heard = receptionRules(rules, ({ backend, change }) => {
			if (change === 'ejected' || change === 'restored') this.#replayed.push(`${backend.id} ${change}`);
		});
		this.#reception = new Reception(strategyOf(strategy, seed), heard, {
			admit: (one, backend) => {
				one.backend = backend;
				this.#admitted.add(one);
			},
			replace: (one) => {
				const found = this.#place(one, this.#triedBy(this.#requestOf(one.call.id)));
				if (found === undefined || found === 'waits') return;
				one.backend = found;
				this.#admitted.add(one);
			}
		});
	}

	/** Take in one event. A sentence when a decision differs. */
	play(event: TraceEvent): string | undefined {
		switch (event.kind) {
			case 'send':
				this.#requests.set(event.id, {
					key: event.key,
					attempts: [],
					failedOn: [],
					failures: 0,
					answered: false
				});
				return undefined;
			case 'hold':
				// Whom it waited for may have gone, and it waits again.
				if (this.#requestOf(event.id).attempts[event.attempt] === undefined)
					return this.#decide(event, 'waits');
				this.same++;
				return undefined;
			case 'vain':
				return this.#decide(event, undefined);
			case 'pick': {
				this.loads = this.#beliefs(event.at);
				this.because = undefined;
				const waiting = this.#requestOf(event.id).attempts[event.attempt];
				return waiting === undefined ? this.#decide(event, event.backend) : this.#letIn(waiting, event);
			}
			case 'end':
				this.#end(event);
				return undefined;
			case 'answer': {
				const nobody = event.reason === 'no-backend' || event.reason === 'declined';
				const difference = nobody ? this.#decide(event, undefined) : undefined;
				const request = this.#requestOf(event.id);
				for (const one of request.attempts) if (one.backend === undefined) this.#reception.leave(one);
				request.answered = true;
				this.#forget(event.id, request);
				return difference;
			}
			case 'backend':
				// The host may have looked at the clock without a choice to make.
				if (event.change === 'restored' || event.change === 'grown') this.#reception.cluster.pass(event.at);
				if (event.change === 'ejected' || event.change === 'restored')
					this.#recorded.push(`${event.backend} ${event.change}`);
				else this.#change(event);
				return undefined;
			case 'strategy':
				this.#reception.cluster.use(
					strategyOf(StrategyChoiceSchema.parse({ name: event.name, knobs: event.knobs }), event.seed),
					event.at
				);
				return undefined;
			// What happens inside a server tells a balancer nothing.
			case 'queue':
			case 'start':
			case 'finish':
			case 'drop':
				return undefined;
		}
	}

	#decide({ id, at, kind }: TraceEvent & { id: number }, expected: string | undefined): string | undefined {
		const request = this.#requestOf(id);
		const { attempts, key } = request;
		const tried = this.#triedBy(request);
		const one: Try = {
			call: { id, key, attempt: attempts.length, at },
			backend: undefined,
			result: undefined
		};
		let found = this.#again(request) ?? this.#place(one, tried);
		if (found === 'waits' && kind === 'vain') {
			this.#reception.leave(one);
			found = undefined;
		}
		if (found !== undefined && found !== 'waits') one.backend = found;
		const [then, now] = [this.#recorded.join(', '), this.#replayed.join(', ')];
		this.#recorded = [];
		this.#replayed = [];
		if (then !== now)
			return `before request ${String(id)} the recording has ${then || 'no change of health'}, the replay ${now || 'none'}`;
		const name = found === 'waits' ? found : found?.id;
		if (name !== expected) {
			const where = (to: string | undefined): string =>
				to === 'waits' ? 'had to wait' : `went to ${to ?? 'nobody'}`;
			return `request ${String(id)} attempt ${String(attempts.length)} ${where(expected)} in the recording, and ${where(name)} in the replay`;
		}
		if (found !== undefined) attempts.push(one);
		this.same++;
		return undefined;
	}

	#place(one: Try, tried: readonly Backend[]): Backend | 'waits' | undefined {
		return this.#reception.place(one, one.call, tried, (because) => {
			this.because = because;
		});
	}

	#beliefs(at: Millis): Loads | undefined {
		const { strategy, available } = this.#reception.cluster;
		if (strategy.load === undefined) return undefined;
		return available.map((backend) => [backend.id, strategy.load?.(backend, at) ?? 0] as const);
	}

	/** A request that waited was let in: the same one, to the same server? */
	#letIn(one: Try, { id, attempt, backend, at }: TraceEvent & { kind: 'pick' }): string | undefined {
		// What made the room may have been time alone: an ejection or a step of a slow start that ended just then.
		if (!this.#admitted.has(one)) this.#reception.cluster.pass(at);
		const ours = this.#admitted.delete(one) ? one.backend?.id : undefined;
		one.call = { ...one.call, at };
		if (ours === backend) {
			this.same++;
			return undefined;
		}
		return `request ${String(id)} attempt ${String(attempt)}, which had waited, was let in to ${backend} in the recording, to ${ours ?? 'nobody'} in the replay`;
	}

	#end({ id, attempt, at, latency, result }: TraceEvent & { kind: 'end' }): void {
		const request = this.#requestOf(id);
		const one = request.attempts[attempt];
		if (one?.backend === undefined)
			throw new RangeError(`request ${String(id)} ends an attempt it never began`);
		one.result = result;
		if (result !== 'ok') {
			request.failedOn.push(one.backend);
			if (!isOut(request)) request.failures++;
		}
		this.#reception.release(one.backend, { call: one.call, at, latency, result });
		this.#forget(id, request);
	}

	/** Once it is answered and all is over: whoever lost a race is told so later. */
	#forget(id: number, { answered, attempts }: Replayed): void {
		if (answered && attempts.every(({ backend, result }) => backend === undefined || result !== undefined))
			this.#requests.delete(id);
	}

	/** Backends the next attempt leaves out: those that failed, as the rules have it, and where one still runs it is raced elsewhere. */
	#triedBy(request: Replayed): Backend[] {
		const { attempts, failedOn, failures } = request;
		if (isOut(request) || failures === 0)
			return [
				...failedOn,
				...attempts.flatMap(({ backend, result }) => (result === undefined ? (backend ?? []) : []))
			];
		const where = this.#where(failures);
		if (where === 'the same again') return [];
		return where === 'avoiding the last' ? failedOn.slice(-1) : failedOn;
	}

	/** The one that failed, where the rules say that it is asked again. */
	#again(request: Replayed): Backend | undefined {
		const { attempts, failedOn, failures } = request;
		const [call, last] = [attempts.at(-1)?.call, failedOn.at(-1)];
		const { cluster } = this.#reception;
		if (call === undefined || last === undefined || isOut(request)) return undefined;
		if (this.#where(failures) !== 'the same again') return undefined;
		if (!cluster.available.includes(last) || isFull(last)) return undefined;
		return this.#reception.take(last, call);
	}

	#where(failures: number): ReturnType<typeof nextTry> {
		// A host may try more often than the rules say where nothing had been sent: it goes on by the same rule.
		return nextTry({ ...this.#retry, retries: Infinity }, failures);
	}

	#requestOf(id: number): Replayed {
		const request = this.#requests.get(id);
		if (request === undefined) throw new RangeError(`request ${String(id)} was never sent`);
		return request;
	}

	#change({ backend, change, at, value, limit, backup }: BackendEvent): void {
		const { cluster } = this.#reception;
		switch (change) {
			case 'added':
				cluster.add(backend, { weight: value ?? 1, limit, backup }, at);
				break;
			case 'removed':
				cluster.remove(backend, at);
				break;
			case 'weight':
				cluster.setWeight(backend, value ?? 1, at);
				break;
			case 'ready':
			case 'drain':
			case 'down':
				cluster.setState(backend, change, at);
				break;
			default:
			// A slow start grows by itself here too; the others are the machine's, and no balancer is told of them.
		}
	}
}

/** One of its attempts has not ended. */
function isOut({ attempts }: Replayed): boolean {
	return attempts.some(({ result }) => result === undefined);
}

function isDecision({ event }: RecordedEvent): boolean {
	if (event.kind === 'pick' || event.kind === 'hold' || event.kind === 'vain') return true;
	return event.kind === 'answer' && (event.reason === 'no-backend' || event.reason === 'declined');
}

function strategyOf({ name, knobs }: StrategyChoice, seed: number): Strategy {
	return createStrategy(name, knobs, randomStream(seed, 'strategy'));
}
