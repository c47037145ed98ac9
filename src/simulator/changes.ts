import type { Millis } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { Fleet } from './fleet.ts';
import type { Gate } from './gate.ts';
import type { HealthChecks } from './health-checks.ts';
import type { Change, LiveChange } from './scenario.ts';
import type { Senders } from './senders.ts';

/** What can be changed in a world. */
export interface Changeable {
	readonly fleet: Fleet;
	readonly senders: Senders;
	readonly gates: readonly Gate[];
	readonly checks: HealthChecks | undefined;
	/** Put another strategy in charge everywhere. */
	appoint(strategy: StrategyChoice): void;
	/** A request from outside. */
	request(key: string | undefined): void;
}

/** All that happens to a world besides its traffic, each with its instant: what the scenario says, and what somebody did meanwhile. */
export class Changes {
	#all: Change[];
	#done = 0;

	constructor(planned: readonly Change[]) {
		this.#all = planned.toSorted((a, b) => a.at - b.at);
	}

	/** So far and to come. */
	get all(): readonly Change[] {
		return this.#all;
	}

	/** When the next one is due; Infinity when none is. */
	get due(): Millis {
		return this.#all[this.#done]?.at ?? Infinity;
	}

	/** Those done were these too; others are to come. */
	foresee(all: readonly Change[]): void {
		this.#all = [...all];
	}

	/** The next one is done with. */
	take(): Change | undefined {
		return this.#all[this.#done++];
	}

	/** This comes next. */
	insert(change: LiveChange, at: Millis): void {
		this.#all.splice(this.#done, 0, { ...change, at });
	}
}

/** The same conditions as a scenario's changes must meet. @throws RangeError when there is no such server, or the id of a new one was used before. */
export function checkChange(change: LiveChange, fleet: Fleet): void {
	if (change.do === 'add') {
		const { id } = change.server;
		if (fleet.byId.has(id))
			throw new RangeError(`There is or was a server "${id}" in this run: use another id.`);
	} else if ('server' in change && !fleet.has(change.server)) {
		throw new RangeError(`There is no server "${change.server}" in this run now.`);
	}
}

/** Let it happen, now. */
export function makeChange(change: Change, now: Millis, world: Changeable): void {
	const { fleet, gates } = world;
	// The autoscaler may have let it go meanwhile, or have built another instead.
	if (change.do !== 'add' && 'server' in change && !fleet.has(change.server)) return;
	switch (change.do) {
		case 'add':
			fleet.build(change.server);
			return;
		case 'remove':
			fleet.retire(change.server);
			return;
		case 'drain':
		case 'ready':
			world.checks?.overrule(change.server, change.do);
			for (const { cluster } of gates) cluster.setState(change.server, change.do, now);
			return;
		case 'weight':
			for (const { cluster } of gates) cluster.setWeight(change.server, change.weight, now);
			return;
		case 'stop':
		case 'fail':
		case 'hang':
			fleet.named(change.server).break(change.do);
			return;
		case 'pause':
			fleet.named(change.server).pause(change.forMs);
			return;
		case 'slow':
			fleet.named(change.server).setSpeed(change.speed);
			return;
		case 'restart':
			fleet.named(change.server).restart();
			return;
		case 'traffic':
			world.senders.setRate(change.perSecond);
			return;
		case 'strategy':
			world.appoint(change.strategy);
			return;
		case 'request':
			world.request(change.key);
	}
}
