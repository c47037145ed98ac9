import { assertHealth, healthJudge, type HealthJudge, type HealthRules } from './health.ts';
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
	/**
	 * Its limit while few calls are here, where the cluster has `dynamicLimits`: from there it grows to `limit`, which is
	 * no less and is the same where none is given (HAProxy's `minconn`). The same as `limit` unless told.
	 */
	readonly leastLimit?: number | undefined;
	/** Used only when nobody else is left. */
	readonly backup?: boolean | undefined;
	/** Rules of its own, instead of the cluster's. */
	readonly health?: HealthRules | undefined;
}

/** A backend as the cluster keeps it: the facts that strategies read, and those that only the cluster needs. */
export interface Member extends Backend {
	/** Its place among those available; −1: it is none of them. */
	place: number;
	/** These two are less than the full ones while it starts slowly. */
	weight: number;
	limit: number;
	/** With so many in flight it is full: the limit as a whole number that needs no memory of its own. */
	fullAt: number;
	inflight: number;
	queued: number;
	since: Millis;
	fullWeight: number;
	readonly leastLimit: number;
	readonly fullLimit: number;
	/** Its limit with as many calls as are here, if it had started: between the two above. */
	presentLimit: number;
	/** When its slow start began, and how long it had been on the way when last looked at; Infinity when it has started. */
	startedAt: Millis;
	startedFor: Millis;
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
	slot: number,
	commonHealth: HealthRules | undefined,
	at: Millis
): Member {
	const { weight = 1, number = freeNumber, address = id, leastLimit, backup = false } = facts;
	const health = facts.health ?? commonHealth;
	const limit = Math.max(facts.limit ?? leastLimit ?? Infinity, leastLimit ?? 1);
	assertWeight(id, weight);
	if (facts.health !== undefined) assertHealth(facts.health);
	if (!(Number.isInteger(number) && number >= 1)) {
		throw new RangeError(
			`The number of "${id}" is ${String(number)}: use a whole number from 1, or leave the number out.`
		);
	}
	assertLimit(id, 'limit', facts.limit);
	assertLimit(id, 'least limit', leastLimit);
	return {
		// Side by side what every call looks at: among ten thousand members each further stretch of memory is a wait.
		inflight: 0,
		queued: 0,
		number,
		fullAt: wholeLimit(limit),
		limit,
		judge: health && healthJudge(health),
		backup,
		slot,
		id,
		address,
		weight,
		fall: health?.fall ?? 0,
		since: at,
		fullWeight: weight,
		leastLimit: leastLimit ?? limit,
		fullLimit: limit,
		presentLimit: limit,
		place: -1,
		startedAt: at,
		startedFor: Infinity,
		nextStep: Infinity,
		health,
		state: 'ready'
	};
}

/** Give it the weight and the limit it has by now, and say when to look again. */
export function weigh(
	member: Member,
	slowStart: SlowStartRules | undefined,
	at: Millis,
	keepsWeights: boolean
): void {
	if (slowStart === undefined || member.nextStep === Infinity) {
		member.startedFor = Infinity;
		member.weight = member.fullWeight;
	} else {
		const elapsed = at - member.startedAt;
		const isThere = elapsed >= slowStart.ms;
		member.startedFor = isThere ? Infinity : elapsed;
		member.weight = member.fullWeight * (keepsWeights ? 1 : startingShare(elapsed, slowStart));
		member.nextStep = isThere ? Infinity : member.startedAt + nextStep(elapsed, slowStart);
	}
	relimit(member, slowStart);
}

/** Give it the limit it has by now. */
export function relimit(member: Member, slowStart: SlowStartRules | undefined): void {
	member.limit =
		slowStart === undefined || member.startedFor === Infinity
			? member.presentLimit
			: startingLimit(member.presentLimit, member.startedFor, slowStart);
	member.fullAt = wholeLimit(member.limit);
}

/** The same as `isFull`, for those who may look into a member. */
export function hasNoRoom({ inflight, fullAt, queued }: Member): boolean {
	return inflight >= fullAt || queued > 0;
}

/** More in flight than there will ever be. */
const boundless = 2 ** 30 - 1;

function wholeLimit(limit: number): number {
	return Math.min(Math.ceil(limit), boundless);
}

export function assertWeight(id: string, weight: number): void {
	if (!(weight >= 0 && weight < Infinity)) {
		throw new RangeError(
			`The weight of "${id}" is ${String(weight)}: use a number such as 1, or 0 to send it nothing.`
		);
	}
}

function assertLimit(id: string, which: string, limit: number | undefined): void {
	if (limit === undefined || limit >= 1) return;
	throw new RangeError(
		`The ${which} of "${id}" is ${String(limit)}: let it hold at least 1 call, or leave the ${which} out.`
	);
}
