import { CheckJudge } from '#balancer/checks.ts';
import type { Clockwork } from './clockwork.ts';
import type { Gate } from './gate.ts';
import type { Scenario } from './scenario.ts';
import type { Server } from './server.ts';

/**
 * Active health checks: a prober asks every server every so often, and takes one that does not answer out of all
 * balancers until it answers again. A paused or hanging server lets a probe time out; a stopped or failing one says no.
 */
export class HealthChecks {
	#judges = new Map<string, CheckJudge>();
	/** By hand, as far as the checks let them. */
	#drained = new Set<string>();
	#gates: readonly Gate[];
	#clockwork: Clockwork;

	constructor(
		{ everyMs, timeoutMs, fall, rise, probe }: NonNullable<Scenario['balancer']['checks']>,
		clockwork: Clockwork,
		gates: readonly Gate[],
		servers: ReadonlyMap<string, Server>
	) {
		this.#gates = gates;
		this.#clockwork = clockwork;
		// The kernel takes connections for a program that stands still.
		const isSilent = (server: Server): boolean => probe === 'http' && answersNothing(server);
		const isWell = (server: Server): boolean =>
			probe === 'tcp' ? server.fault !== 'stop' : !answersNothing(server) && server.fault === 'none';
		clockwork.every(
			everyMs,
			() => {
				for (const server of servers.values()) {
					if (server.goneAt < Infinity) continue;
					const hear = (): void => {
						if (server.goneAt < Infinity) return;
						let judge = this.#judges.get(server.id);
						if (judge === undefined) this.#judges.set(server.id, (judge = new CheckJudge({ fall, rise })));
						this.#act(server.id, judge.hear(isWell(server)));
					};
					if (!isSilent(server)) hear();
					else {
						// It may yet find its voice. Waiting for that is part of the looking.
						clockwork.lookers++;
						clockwork.later(timeoutMs, () => {
							clockwork.lookers--;
							hear();
						});
					}
				}
			},
			timeoutMs + everyMs * (Math.max(fall, rise) + 1)
		);
	}

	/** Somebody decides about it by hand: the checks begin anew, and will not undo a drain. */
	overrule(id: string, state: 'ready' | 'drain'): void {
		this.#judges.delete(id);
		if (state === 'drain') this.#drained.add(id);
		else this.#drained.delete(id);
	}

	#act(id: string, verdict: 'down' | 'up' | undefined): void {
		if (verdict === undefined) return;
		const state = verdict === 'down' ? 'down' : this.#drained.has(id) ? 'drain' : 'ready';
		for (const { cluster } of this.#gates) cluster.setState(id, state, this.#clockwork.now);
	}
}

function answersNothing({ fault, pace }: Server): boolean {
	return fault === 'hang' || pace === 0;
}
