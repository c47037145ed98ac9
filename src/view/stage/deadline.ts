import type { LiveRequest } from '#record/scene.ts';
import type { Scenario } from '#simulator/scenario.ts';

/** What a world's rules say of roads and of how long anybody waits; a recording knows none of it. Milliseconds. */
export interface Rules {
	/** How long an attempt may take; undefined: any time. */
	readonly attemptMs: number | undefined;
	/** How long a client waits, where all wait alike; undefined: they do not, or nobody knows. */
	readonly patienceMs: number | undefined;
	/** Whether it waits for the answer, or only for its turn. */
	readonly patienceUntil: 'answer' | 'start';
	/** How long a request may wait at the gate. */
	readonly holdMs: number | undefined;
	/** Whether every way takes equally long: then whoever is overdue at a door was turned away there. */
	readonly steady: boolean;
	/** By server: how much longer its road is than the others'. */
	readonly farther: ReadonlyMap<string, number>;
}

export const noRules: Rules = {
	attemptMs: undefined,
	patienceMs: undefined,
	patienceUntil: 'answer',
	holdMs: undefined,
	steady: true,
	farther: new Map()
};

export function rulesOf({ balancer, traffic, network, servers }: Scenario): Rules {
	const { patience } = traffic;
	return {
		attemptMs: balancer.timeoutMs ?? undefined,
		patienceMs: patience?.law === 'fixed' ? patience.meanMs : undefined,
		patienceUntil: patience?.until ?? 'answer',
		holdMs: balancer.queue?.timeoutMs ?? undefined,
		steady: network.cv === 0,
		farther: new Map(servers.flatMap(({ id, distanceMs }) => (distanceMs > 0 ? [[id, distanceMs]] : [])))
	};
}

/** Of the deadline that is nearest, the share of its time that is left, 1 to 0; NaN where there is none. */
export function shareLeft(request: LiveRequest, rules: Rules, at: number): number {
	const { attemptMs, patienceMs, holdMs, patienceUntil } = rules;
	if (attemptMs === undefined && patienceMs === undefined && holdMs === undefined) return NaN;
	const { phase, pickedAt, sentAt, since, wanted } = request;
	// What nobody waits for has no deadline.
	if (!wanted) return NaN;
	let left = Infinity;
	let share = NaN;
	const see = (from: number, length: number | undefined): void => {
		if (length === undefined || from + length - at >= left) return;
		left = from + length - at;
		share = Math.min(1, Math.max(0, left / length));
	};
	if (phase === 'held') see(since, holdMs);
	if (phase === 'to-server' || phase === 'waiting' || phase === 'serving' || phase === 'to-gate-back')
		see(pickedAt, attemptMs);
	const waits = patienceUntil === 'answer' || (phase !== 'serving' && phase !== 'to-client');
	if (waits) see(sentAt, patienceMs);
	return share;
}
