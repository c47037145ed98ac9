import { isFull } from './full.ts';
import { healthJudge, type HealthRules } from './health.ts';
import {
	assertWeight,
	memberOf,
	weigh,
	type BackendFacts,
	type BackendState,
	type Member
} from './member.ts';
import type { SlowStartRules } from './slow-start.ts';
import type { Backend, Call, Millis, Outcome, Strategy } from './strategy.ts';

export type { BackendFacts, BackendState } from './member.ts';

export interface ClusterOptions {
	/** Passive health checks; absent means that failures change nothing. */
	readonly health?: HealthRules | undefined;
	/** When health has ejected everybody: ask all of them (true, unless told) or nobody. */
	readonly panic?: boolean | undefined;
	/**
	 * Who takes a call that no other backend is left for. `all`, unless told: all backups, chosen by the strategy, also
	 * for a call that the others are too full for or failed (NGINX). `first`: the first backup in order, without
	 * asking the strategy, and only when the others are out (HAProxy).
	 */
	readonly backups?: 'all' | 'first' | undefined;
	/** A call that has failed on everybody may go to one of them again (true, unless told) or to nobody. */
	readonly again?: boolean | undefined;
	/** For whoever comes back or joins after the beginning; absent: all at once. */
	readonly slowStart?: SlowStartRules | undefined;
	/** Hears every slow change, whoever caused it. */
	readonly onChange?: ((change: ClusterChange) => void) | undefined;
}

/** A slow fact that changed. `ejected` and `restored` are the passive health check's own doing. */
export type ClusterChange = {
	readonly at: Millis;
	readonly backend: Backend;
	readonly change: 'added' | 'removed' | 'weight' | BackendState | 'ejected' | 'restored';
};

const none: readonly Backend[] = [];

/**
 * Keeps the facts about backends and lets a strategy choose among those that may be chosen. The host of
 * every world, simulated or real, uses this class unchanged. It owns no clock: time comes with each message.
 */
export class Cluster {
	#members: readonly Member[] = [];
	#byId = new Map<string, Member>();
	#numbers = new Set<number>();
	/** All numbers below are taken. */
	#free = 1;
	/** True after a slow change, until somebody asks for the lists below. */
	#stale = false;
	#available: readonly Backend[] = none;
	/** Backups that step in for a single call. */
	#spare: readonly Backend[] = none;
	/** The backup that takes everything, without the strategy. */
	#standIn: Member | undefined;
	/** Those of the two lists who are not full; made anew when somebody fills up or has room again. */
	#open: readonly Backend[] | undefined;
	#openSpare: readonly Backend[] | undefined;
	#strategy: Strategy;
	#options: ClusterOptions;
	/** The soonest instant at which time itself changes something: an ejection ends, a weight grows. No pick before it need look. */
	#next: Millis = Infinity;

	constructor(strategy: Strategy, options: ClusterOptions = {}) {
		this.#strategy = strategy;
		this.#options = options;
	}

	/** Backends a call may go to now: a new array only on a slow change. When health has ejected all, it is all (panic). */
	get available(): readonly Backend[] {
		this.#refresh();
		return this.#available;
	}

	/** All backends in the order they were added, whatever their state. */
	get members(): readonly Backend[] {
		return this.#members;
	}

	get strategy(): Strategy {
		return this.#strategy;
	}

	/** Put another strategy in charge; counts and health stay, and calls in flight report to the new one. */
	use(strategy: Strategy, at: Millis): void {
		this.#strategy = strategy;
		strategy.members?.(this.#primaries(), this.#members);
		if (this.#members.length > 0) strategy.changed?.(this.#list(), at);
	}

	/** @throws RangeError when the id is taken or a fact is impossible. */
	add(id: string, facts: BackendFacts, at: Millis): Backend {
		if (this.#byId.has(id)) {
			throw new RangeError(`There is already a backend "${id}": give each backend its own id.`);
		}
		const member = memberOf(id, facts, this.#freeNumber(), this.#options.health, at);
		this.#members = [...this.#members, member];
		this.#byId.set(id, member);
		this.#numbers.add(member.number);
		if (at > 0) this.#startSlowly(member, at);
		this.#changed({ at, backend: member, change: 'added' });
		return member;
	}

	/** Forget a backend. Calls it still has are released as usual. */
	remove(id: string, at: Millis): void {
		const member = this.#member(id);
		this.#members = this.#members.filter((other) => other !== member);
		this.#byId.delete(id);
		this.#numbers = new Set(this.#members.map(({ number }) => number));
		this.#free = 1;
		member.judge = undefined;
		this.#changed({ at, backend: member, change: 'removed' });
	}

	setState(id: string, state: BackendState, at: Millis): void {
		const member = this.#member(id);
		if (member.state === state) return;
		member.state = state;
		if (state === 'ready') this.#cameBack(member, at);
		member.judge = state === 'ready' ? member.health && healthJudge(member.health) : undefined;
		this.#changed({ at, backend: member, change: state });
	}

	/** With weight 0 a backend ends what it has and takes no more. @throws RangeError for what is no weight. */
	setWeight(id: string, weight: number, at: Millis): void {
		const member = this.#member(id);
		assertWeight(id, weight);
		if (member.fullWeight === weight) return;
		const wasOut = member.fullWeight === 0;
		member.fullWeight = weight;
		if (wasOut) member.since = at;
		weigh(member, this.#options.slowStart, at);
		this.#changed({ at, backend: member, change: 'weight' });
	}

	/** Choose and count in one synchronous step. Undefined: nobody is available, has room, or the strategy declines. */
	acquire(call: Call, tried?: readonly Backend[]): Backend | undefined {
		const picked = this.choose(call, tried);
		if (picked === undefined || isFull(picked)) return undefined;
		this.take(picked, call.at);
		return picked;
	}

	/**
	 * Choose without counting: for a host with a queue, because whom the strategy wants may be full. `tried` are
	 * backends this request has failed on: they are left out as long as another is there.
	 */
	choose(call: Call, tried?: readonly Backend[]): Backend | undefined {
		this.#refresh();
		if (call.at >= this.#next) {
			this.pass(call.at);
			this.#refresh();
		}
		if (this.#standIn !== undefined) return this.#standIn;
		const backends = this.#strategy.walks === true ? this.#available : this.#candidates(tried);
		if (backends.length === 0) return undefined;
		return this.#strategy.pick(backends, call, tried);
	}

	/** Count a call that goes to this backend now. */
	take(backend: Backend, at: Millis): void {
		const member = backend as Member;
		if (++member.inflight >= member.limit) this.#roomChanged();
		if (member.judge?.picked?.(at) === 'eject') this.#changed({ at, backend, change: 'ejected' });
	}

	/** One more call waits for this backend and no other (1), or one less (−1). */
	wait(backend: Backend, by: 1 | -1): void {
		(backend as Member).queued += by;
		this.#roomChanged();
	}

	/** Uncount, judge health, tell the strategy: once for every call that `acquire` placed. */
	release(backend: Backend, outcome: Outcome): void {
		const member = backend as Member;
		if (member.inflight-- >= member.limit) this.#roomChanged();
		const verdict = member.judge?.hear(outcome);
		if (verdict !== undefined) {
			const change = verdict === 'eject' ? 'ejected' : 'restored';
			if (change === 'restored') this.#cameBack(member, outcome.at);
			this.#changed({ at: outcome.at, backend, change });
		}
		this.#strategy.done?.(backend, outcome);
	}

	/** Let end what ends by itself: ejections, slow starts. Every choice does so first. */
	pass(at: Millis): void {
		for (const member of this.#members) {
			const { judge } = member;
			if (judge !== undefined && judge.out && judge.until <= at) {
				judge.restore();
				this.#cameBack(member, at);
				this.#changed({ at, backend: member, change: 'restored' });
			}
			if (member.nextStep <= at) {
				weigh(member, this.#options.slowStart, at);
				this.#changed({ at, backend: member, change: 'weight' });
			}
		}
		this.#lookAhead();
	}

	/** Who may be asked for a call by a strategy that does not pass over tried and full backends itself. */
	#candidates(tried: readonly Backend[] | undefined): readonly Backend[] {
		const open = (this.#open ??= this.#available.some(isFull)
			? this.#available.filter((backend) => !isFull(backend))
			: this.#available);
		const fresh = untried(open, tried);
		if (fresh.length > 0) return fresh;
		if (this.#spare.length > 0) {
			const spare = (this.#openSpare ??= this.#spare.filter((backend) => !isFull(backend)));
			const freshSpare = untried(spare, tried);
			if (freshSpare.length > 0) return freshSpare;
		}
		return this.#options.again === false ? none : open;
	}

	#roomChanged(): void {
		this.#open = undefined;
		this.#openSpare = undefined;
	}

	/** Those with a place of their own in a strategy's table; a backup only stands in. */
	#primaries(): readonly Backend[] {
		return this.#members.some(({ backup }) => backup)
			? this.#members.filter(({ backup }) => !backup)
			: this.#members;
	}

	/** What the strategy is told: those it may choose from, whoever stands in meanwhile. */
	#list(): readonly Backend[] {
		this.#refresh();
		return this.#standIn === undefined ? this.#available : none;
	}

	#changed(change: ClusterChange): void {
		this.#stale = true;
		if (membership.has(change.change)) this.#strategy.members?.(this.#primaries(), this.#members);
		if (this.#strategy.changed !== undefined) this.#strategy.changed(this.#list(), change.at);
		this.#options.onChange?.(change);
	}

	/** Make the lists anew after slow changes, once for all of them. */
	#refresh(): void {
		if (!this.#stale) return;
		this.#stale = false;
		const ready = this.#members.filter(({ state, weight }) => state === 'ready' && weight > 0);
		const healthy = ready.filter((member) => member.judge?.out !== true);
		const chosen = healthy.length > 0 || this.#options.panic === false ? healthy : ready;
		const primaries = chosen.filter(({ backup }) => !backup);
		const backups = chosen.filter(({ backup }) => backup);
		this.#standIn = this.#options.backups === 'first' && primaries.length === 0 ? backups[0] : undefined;
		if (this.#standIn !== undefined) this.#available = [this.#standIn];
		else this.#available = primaries.length > 0 ? primaries : backups;
		this.#spare = primaries.length > 0 && this.#options.backups !== 'first' ? backups : none;
		this.#roomChanged();
		this.#lookAhead();
	}

	#lookAhead(): void {
		this.#next = Infinity;
		for (const { judge, nextStep } of this.#members) {
			if (judge?.out === true) this.#next = Math.min(this.#next, judge.until);
			this.#next = Math.min(this.#next, nextStep);
		}
	}

	#cameBack(member: Member, at: Millis): void {
		member.since = at;
		this.#startSlowly(member, at);
	}

	#startSlowly(member: Member, at: Millis): void {
		if (this.#options.slowStart === undefined) return;
		member.nextStep = at;
		weigh(member, this.#options.slowStart, at);
	}

	/** The smallest number that no backend has, from 1. */
	#freeNumber(): number {
		while (this.#numbers.has(this.#free)) this.#free++;
		return this.#free;
	}

	#member(id: string): Member {
		const member = this.#byId.get(id);
		if (member === undefined) {
			const known = this.#members.map((candidate) => candidate.id).join(', ') || 'none';
			throw new RangeError(`There is no backend "${id}" here: the backends are ${known}.`);
		}
		return member;
	}
}

/** Changes that alter who there is, or who counts for how much. */
const membership: ReadonlySet<ClusterChange['change']> = new Set(['added', 'removed', 'weight'] as const);

function untried(backends: readonly Backend[], tried: readonly Backend[] | undefined): readonly Backend[] {
	if (tried === undefined || tried.length === 0) return backends;
	return backends.filter((backend) => !tried.includes(backend));
}
