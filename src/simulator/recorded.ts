import type { Backend, Millis } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { Recording } from '#record/recording.ts';
import { readScenario, type Scenario } from './scenario.ts';

export interface RecordedOptions {
	/** Who decides now; default whoever did when the recording began. */
	readonly strategy?: StrategyChoice;
	/** Of the requests, the first so many; default all that a scenario can have. */
	readonly most?: number;
	/** Times are rounded to such steps, in milliseconds; default 0.001, which is what a proxy records. */
	readonly step?: number;
	readonly hopMs?: Millis;
}

/** What came of one recorded request. */
interface Came {
	readonly at: Millis;
	readonly key: string;
	/** Where it was answered well, and how long that took. */
	done?: { readonly backend: Backend['id']; readonly latency: Millis };
}

/**
 * The traffic of a recording as a scenario, for another strategy to decide: every request comes when it came and takes as
 * long as it took, at another server so much more or less as that one was slower or faster on the whole. One that was
 * not answered takes the mean. Servers drain while they were out; why they were, no machine here knows. Undefined where
 * nobody was answered.
 */
export function recordedTraffic(
	{ header, events }: Recording,
	{ strategy = header.strategy, most = 200_000, step = 0.001, hopMs = 0 }: RecordedOptions = {}
): Scenario | undefined {
	const began = events[0]?.event.at ?? 0;
	const rounded = (ms: Millis): Millis => Math.round(ms / step) / Math.round(1 / step);
	const requests = new Map<number, Came>();
	const servers = new Map<string, object>();
	const changes: {
		readonly do: string;
		readonly at: Millis;
		readonly server: string;
		readonly weight?: number;
	}[] = [];
	for (const { event } of events) {
		const at = rounded(event.at - began);
		if (event.kind === 'send') requests.set(event.id, { at, key: event.key.slice(0, 200) });
		else if (event.kind === 'pick' && event.attempt === 0) {
			// From here on it is the strategy's; before that the proxy read its head.
			const came = requests.get(event.id);
			if (came !== undefined) requests.set(event.id, { ...came, at });
		} else if (event.kind === 'end' && event.result === 'ok') {
			const came = requests.get(event.id);
			if (came !== undefined) came.done = event;
		} else if (event.kind === 'backend') {
			const { backend: server, change, value = 1, limit = null, backup = false } = event;
			if (change === 'added' && !servers.has(server))
				servers.set(server, { id: server, weight: value, limit, backup });
			else if (change === 'weight') changes.push({ do: 'weight', at, server, weight: value });
			else if (change === 'ready' || change === 'restored') changes.push({ do: 'ready', at, server });
			else if (change === 'removed' || change === 'drain' || change === 'down' || change === 'ejected')
				changes.push({ do: 'drain', at, server });
			else if (change === 'added') changes.push({ do: 'ready', at, server });
		}
	}
	const all = [...requests.values()].sort((a, b) => a.at - b.at).slice(0, most);
	const mean = meanOf(all);
	if (mean === undefined || servers.size === 0) return undefined;
	const speeds = new Map(
		[...servers.keys()].map((id) => {
			const own = meanOf(all.filter(({ done }) => done?.backend === id)) ?? mean;
			return [id, Math.min(100, Math.max(0.01, Math.round((1000 * mean) / own) / 1000))] as const;
		})
	);
	const trace = all.map(({ at, key, done }) => {
		const work = done === undefined ? mean : done.latency * (speeds.get(done.backend) ?? 1);
		return { at, key, work: Math.max(step, step < 0.01 ? work : rounded(work)) };
	});
	const durationMs = Math.max(1000, Math.ceil((trace.at(-1)?.at ?? 0) + 1000));
	return readScenario({
		title: 'Recorded traffic',
		strategy,
		seed: header.seed,
		traffic: { arrivals: 'trace', trace },
		servers: [...servers].map(([id, server]) => ({ ...server, speed: speeds.get(id), workers: 1024 })),
		balancer: header.rules,
		network: { hopMs },
		durationMs,
		// Later ones meet no request, such as a server that comes back when the last has gone.
		changes: changes.filter(({ at }) => at <= durationMs)
	});
}

function meanOf(requests: readonly Came[]): Millis | undefined {
	const took = requests.flatMap(({ done }) => done?.latency ?? []);
	return took.length === 0 ? undefined : took.reduce((sum, ms) => sum + ms, 0) / took.length;
}
