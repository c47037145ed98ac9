import type { Millis } from '#balancer/strategy.ts';
import type { Clockwork } from './clockwork.ts';
import type { Scenario, ServerSpec } from './scenario.ts';
import type { Server } from './server.ts';

type Spec = NonNullable<Scenario['autoscaler']>;

/** The machines it counts, and what it can do about them. */
export interface Yard {
	readonly servers: readonly Server[];
	readonly scenario: Scenario;
	/** It will be there in so long. */
	order(spec: ServerSpec, inMs: Millis): void;
	/** It was ordered, and will not come. */
	callOff(id: string): void;
	build(spec: ServerSpec): void;
	retire(id: string): void;
}

/**
 * Replicas wanted: `ceil(replicas × current / target)`, unless current is within the tolerance of the target
 * (Kubernetes, HorizontalPodAutoscaler, "Algorithm details", v1.30, 2024).
 */
export function desiredReplicas(
	replicas: number,
	current: number,
	target: number,
	tolerance: number
): number {
	const ratio = current / target;
	if (Math.abs(ratio - 1) <= tolerance) return replicas;
	// A ratio such as 60/50 × 50 must not become 61 by a rounding error.
	return Math.ceil(replicas * ratio - 1e-9);
}

/** Looks at the machines' use now and then, builds more, and lets the youngest go: up at once, down only after the window. */
export class Autoscaler {
	#spec: Spec;
	#clockwork: Clockwork;
	#fleet: Yard;
	/** Those that are booting, in the order in which they will be up. */
	#booting: string[] = [];
	#ordered = 0;
	/** Worker time used by each server when it was looked at last. */
	#usedBefore = new Map<string, Millis>();
	/** What was wanted lately; a scale-down goes to the most of these. */
	#wanted: { readonly at: Millis; readonly replicas: number }[] = [];

	constructor(spec: Spec, clockwork: Clockwork, fleet: Yard) {
		this.#spec = spec;
		this.#clockwork = clockwork;
		this.#fleet = fleet;
	}

	/** Look from now on. */
	begin(): void {
		this.#clockwork.every(this.#spec.everyMs, () => {
			this.#look();
		});
	}

	#look(): void {
		const { least, most, target, tolerance, everyMs, downWindowMs } = this.#spec;
		const { now } = this.#clockwork;
		const { servers } = this.#fleet;
		const replicas = servers.length + this.#booting.length;
		const wanted = Math.min(
			most,
			Math.max(least, desiredReplicas(servers.length, this.#use(servers, everyMs), target, tolerance))
		);
		this.#wanted = this.#wanted.filter(({ at }) => at > now - downWindowMs);
		this.#wanted.push({ at: now, replicas: wanted });
		const highest = this.#wanted.reduce((high, { replicas: one }) => Math.max(high, one), least);
		if (wanted > replicas) {
			// Its default policy: at most twice as many or four more, whichever is more, in one look.
			const most = Math.max(2 * replicas, replicas + 4);
			for (let more = Math.min(wanted, most) - replicas; more > 0; more--) this.#boot();
		} else if (highest < replicas) {
			// Those that are not up yet go first.
			for (const id of this.#booting.splice(0, replicas - highest)) this.#fleet.callOff(id);
			for (const { id } of servers.slice(highest - this.#booting.length).reverse()) this.#fleet.retire(id);
		}
	}

	/** Mean share of the workers' time that was used since the last look. */
	#use(servers: readonly Server[], everyMs: Millis): number {
		let used = 0;
		let workers = 0;
		for (const { id, busyMs, spec } of servers) {
			used += busyMs - (this.#usedBefore.get(id) ?? 0);
			workers += spec.workers;
			this.#usedBefore.set(id, busyMs);
		}
		return workers === 0 ? 0 : used / (workers * everyMs);
	}

	#boot(): void {
		const [like] = this.#fleet.scenario.servers;
		if (like === undefined) return;
		this.#ordered++;
		const spec = { ...like, id: `auto-${String(this.#ordered)}` };
		this.#booting.push(spec.id);
		this.#fleet.order(spec, this.#spec.bootMs);
		this.#clockwork.later(this.#spec.bootMs, () => {
			// Otherwise it was called off meanwhile.
			if (this.#booting[0] !== spec.id) return;
			this.#booting.shift();
			this.#fleet.build(spec);
		});
	}
}
