import type { Recording } from '#record/recording.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';

/** More would not fit into a link. */
const mostRequests = 1000;

/**
 * The traffic of a recording as a scenario: every request comes at its instant and takes as long as it took, at servers
 * that hold as many as come. Undefined where nobody was answered.
 */
export function playgroundOf({ header, events }: Recording): Scenario | undefined {
	const sent = new Map<number, { readonly at: number; readonly key: string }>();
	const took = new Map<number, number>();
	const servers = new Map<string, { id: string; weight: number; limit: number | null; backup: boolean }>();
	for (const { event } of events) {
		if (event.kind === 'send') sent.set(event.id, event);
		else if (event.kind === 'end' && event.result === 'ok') took.set(event.id, event.latency);
		else if (event.kind === 'backend' && event.change === 'added')
			servers.set(event.backend, {
				id: event.backend,
				weight: event.value ?? 1,
				limit: event.limit ?? null,
				backup: event.backup ?? false
			});
	}
	const [first] = sent.values();
	const trace = [...took].slice(0, mostRequests).flatMap(([id, work]) => {
		const request = sent.get(id);
		if (request === undefined || first === undefined) return [];
		const at = Math.round((request.at - first.at) * 10) / 10;
		return [{ at, key: request.key.slice(0, 200), work: Math.max(0.1, Math.round(work * 10) / 10) }];
	});
	if (trace.length === 0 || servers.size === 0) return undefined;
	trace.sort((a, b) => a.at - b.at);
	return readScenario({
		title: 'Recorded traffic',
		strategy: header.strategy,
		seed: header.seed,
		traffic: { arrivals: 'trace', trace },
		servers: [...servers.values()].map((server) => ({ ...server, workers: 64 })),
		balancer: header.rules,
		network: { hopMs: 100 },
		durationMs: Math.max(1000, Math.ceil((trace.at(-1)?.at ?? 0) + 1000))
	});
}
