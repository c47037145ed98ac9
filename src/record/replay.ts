import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Backend, Call, Strategy } from '#balancer/strategy.ts';
import { StrategyChoiceSchema, type StrategyChoice } from './choice.ts';
import type { Comparison } from './comparison.ts';
import type { TraceEvent } from './event.ts';
import { InputError } from './input.ts';
import type { RecordedEvent, Recording } from './recording.ts';

/**
 * Put the recorded questions to a fresh cluster, with no socket and no clock, and compare every decision: each pick,
 * each time nobody could be picked, and what the passive health checks did in between.
 * @throws InputError when the events contradict each other.
 */
export function replay({ header, events }: Recording, source: string): Comparison {
	// What health did by itself, recorded and now: it must be the same whenever the next decision is taken.
	let recorded: string[] = [];
	let replayed: string[] = [];
	const cluster = new Cluster(strategyOf(header.strategy, header.seed), {
		health: header.health ?? undefined,
		onChange({ backend, change }) {
			if (change === 'ejected' || change === 'restored') replayed.push(`${backend.id} ${change}`);
		}
	});
	const requests = new Map<number, { key: string; calls: Call[]; picks: Backend[] }>();
	const requestOf = (id: number): { key: string; calls: Call[]; picks: Backend[] } => {
		const request = requests.get(id);
		if (request === undefined) throw new RangeError(`request ${String(id)} was never sent`);
		return request;
	};
	const total = events.filter(isDecision).length;
	let same = 0;

	/** A sentence when the decision differs. */
	const decide = (
		{ id, at }: { id: number; at: number },
		expected: string | undefined
	): string | undefined => {
		const { key, calls, picks } = requestOf(id);
		const call: Call = { id, key, attempt: picks.length, at };
		const picked = cluster.acquire(call, picks);
		const [then, now] = [recorded.join(', '), replayed.join(', ')];
		recorded = [];
		replayed = [];
		if (then !== now)
			return `before request ${String(id)} the recording has ${then || 'no change of health'}, the replay ${now || 'none'}`;
		if (picked?.id !== expected) {
			return `request ${String(id)} attempt ${String(call.attempt)} went to ${expected ?? 'nobody'} in the recording, to ${picked?.id ?? 'nobody'} in the replay`;
		}
		if (picked !== undefined) {
			calls.push(call);
			picks.push(picked);
		}
		same++;
		return undefined;
	};

	const play = (event: TraceEvent): string | undefined => {
		switch (event.kind) {
			case 'send':
				requests.set(event.id, { key: event.key, calls: [], picks: [] });
				return undefined;
			case 'pick':
				return decide(event, event.backend);
			case 'end': {
				const { calls, picks } = requestOf(event.id);
				const call = calls[event.attempt];
				const backend = picks[event.attempt];
				if (call === undefined || backend === undefined)
					throw new RangeError(`request ${String(event.id)} ends an attempt it never began`);
				cluster.release(backend, { call, at: event.at, latency: event.latency, result: event.result });
				return undefined;
			}
			case 'answer': {
				const difference =
					event.reason === 'no-backend' || event.reason === 'declined' ? decide(event, undefined) : undefined;
				requests.delete(event.id);
				return difference;
			}
			case 'backend':
				if (event.change === 'ejected' || event.change === 'restored')
					recorded.push(`${event.backend} ${event.change}`);
				else change(cluster, event);
				return undefined;
			case 'strategy':
				cluster.use(
					strategyOf(StrategyChoiceSchema.parse({ name: event.name, knobs: event.knobs }), event.seed),
					event.at
				);
				return undefined;
			// What happens inside a server tells a balancer nothing.
			case 'queue':
			case 'start':
			case 'finish':
				return undefined;
		}
	};

	for (const { event, line } of events) {
		const place = `${source}:${String(line)}`;
		let difference: string | undefined;
		try {
			difference = play(event);
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
			throw new InputError(
				`${place}: ${error.message}: the recording was changed or lines are missing, record it again.`
			);
		}
		// From here on the two live in different worlds; later agreement would be chance.
		if (difference !== undefined) return { same, total, difference: `${place}: ${difference}` };
	}
	return { same, total };
}

function isDecision({ event }: RecordedEvent): boolean {
	return (
		event.kind === 'pick' ||
		(event.kind === 'answer' && (event.reason === 'no-backend' || event.reason === 'declined'))
	);
}

function change(
	cluster: Cluster,
	{ backend, change, at, value }: Extract<TraceEvent, { kind: 'backend' }>
): void {
	switch (change) {
		case 'added':
			cluster.add(backend, { weight: value ?? 1 }, at);
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
		// `slow`, `fail`, `stop` and `restart` are the machine's, and no balancer is told of them.
	}
}

function strategyOf({ name, knobs }: StrategyChoice, seed: number): Strategy {
	return createStrategy(name, knobs, randomStream(seed, 'strategy'));
}
