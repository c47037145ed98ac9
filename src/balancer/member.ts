import { healthJudge, type HealthJudge, type HealthRules } from './health.ts';
import { nextStep, startingLimit, startingShare, type SlowStartRules } from './slow-start.ts';
import type { Backend, Millis } from './strategy.ts';

/** `ready` takes calls, `drain` ends what it has and takes no more, `down` is out until it is told otherwise. */
export type BackendState = 'ready' | 'drain' | 'down';

/** What may be said of a backend besides its name; see `Backend` for what each means. */
export interface BackendFacts {
	/** 0: it takes no new calls for now. */
	readonly weight?: number | undefined;
	readonly number?: number | undefined;
	readonly address?: string | undefined;
	readonly limit?: number | undefined;
	/** Used only when nobody else is left. */
	readonly backup?: boolean | undefined;
	/** Rules of its own, instead of the cluster's. */
	readonly health?: HealthRules | undefined;
}

/** A backend as the cluster keeps it: the facts that strategies read, and those that only the cluster needs. */
export interface Member extends Backend {
	/** These two are less than the full ones while it starts slowly. */
	weight: number;
	limit: number;
	inflight: number;
	queued: number;
	since: Millis;
	fullWeight: number;
	readonly fullLimit: number;
	/** When its weight takes the next step up; Infinity when it has started. */
	nextStep: Millis;
	readonly backup: boolean;
	state: BackendState;
	readonly health: HealthRules | undefined;
	/** Only who is ready is judged: what still fails at one that was taken out changes nothing. */
	judge: HealthJudge | undefined;
}

/** A new one, ready. @throws RangeError when a fact is impossible. */
export function memberOf(
	id: string,
	facts: BackendFacts,
	freeNumber: number,
	commonHealth: HealthRules | undefined,
	at: Millis
): Member {
	const { weight = 1, number = freeNumber, address = id, limit = Infinity, backup = false } = facts;
	const health = facts.health ?? commonHealth;
	assertWeight(id, weight);
	if (!(limit >= 1)) {
		throw new RangeError(
			`The limit of "${id}" is ${String(limit)}: let it hold at least 1 call, or leave the limit out.`
		);
	}
	return {
		id,
		number,
		address,
		weight,
		limit,
		fall: health?.fall ?? 0,
		inflight: 0,
		queued: 0,
		since: at,
		fullWeight: weight,
		fullLimit: limit,
		nextStep: Infinity,
		backup,
		health,
		state: 'ready',
		judge: health && healthJudge(health)
	};
}

/** Give it the weight and the limit it has by now, and say when to look again. */
export function weigh(member: Member, slowStart: SlowStartRules | undefined, at: Millis): void {
	if (slowStart === undefined || member.nextStep === Infinity) {
		member.weight = member.fullWeight;
		member.limit = member.fullLimit;
		return;
	}
	const elapsed = at - member.since;
	member.weight = member.fullWeight * startingShare(elapsed, slowStart);
	member.limit = startingLimit(member.fullLimit, elapsed, slowStart);
	member.nextStep = elapsed >= slowStart.ms ? Infinity : member.since + nextStep(elapsed, slowStart);
}

export function assertWeight(id: string, weight: number): void {
	if (!(weight >= 0 && weight < Infinity)) {
		throw new RangeError(
			`The weight of "${id}" is ${String(weight)}: use a number such as 1, or 0 to send it nothing.`
		);
	}
}
