import { assertDynamicLimits, dynamicLimit, steadyBetween, type DynamicLimitRules } from './dynamic-limit.ts';
import { isFull } from './full.ts';
import { assertHealth, healthJudge, type HealthRules } from './health.ts';
import {
	assertWeight,
	hasNoRoom,
	memberOf,
	relimit,
	weigh,
	type BackendFacts,
	type BackendState,
	type Member
} from './member.ts';
import { assertSlowStart, type SlowStartRules } from './slow-start.ts';
import type { Backend, Because, Call, Millis, Outcome, Strategy } from './strategy.ts';

export type { BackendFacts, BackendState } from './member.ts';

export interface ClusterOptions {
	/** Passive health checks; absent means that failures change nothing. */
	readonly health?: HealthRules | undefined;
	/** When health has ejected everybody: ask all of them (true, unless told) or nobody. */
	readonly panic?: boolean | undefined;
	/**
	 * Who takes a call that no other backend is left for. `all`, unless told: all backups, chosen by the strategy, also
	 * for a call that the others are too full for or failed (NGINX). `first`: the first backup in order, without
	 * asking the strategy, and only when the others are out (HAProxy). `group`: all backups, chosen by the strategy as
	 * if they were a cluster of their own, and only when the others are out (HAProxy's `option allbackups`).
	 */
	readonly backups?: 'all' | 'first' | 'group' | undefined;
	/** A call that has failed on everybody may go to one of them again (true, unless told) or to nobody. */
	readonly again?: boolean | undefined;
	/** For whoever comes back or joins after the beginning; absent: all at once. */
	readonly slowStart?: SlowStartRules | undefined;
	/** For backends with a `leastLimit`: how their limits grow with the calls; absent: each has its whole limit always. */
	readonly dynamicLimits?: DynamicLimitRules | undefined;
	/** Hears every slow change, whoever caused it. */
	readonly onChange?: ((change: ClusterChange) => void) | undefined;
}

/**
 * A slow fact that changed. `ejected` and `restored` are the passive health check's own doing, and `grown` is a step of a
 * slow start.
 */
export type ClusterChange = {
	readonly at: Millis;
	readonly backend: Backend;
	/** Its whole weight, however much of it a slow start lets it have by now. */
	readonly weight: number;
	readonly change: 'added' | 'removed' | 'weight' | 'grown' | BackendState | 'ejected' | 'restored';
};

/** Hears the strategy's reasons; undefined from one that has none to give. */
export type HearWhy = (because: Because | undefined) => void;

const none: readonly Backend[] = [];

/**
 * Keeps the facts about backends and lets a strategy choose among those that may be chosen. The host of
 * every world, simulated or real, uses this class unchanged. It owns no clock: time comes with each message.
 */
export class Cluster {
	#members: Member[] = [];
	/** As others are shown them; undefined: they have changed since. */
	#shownMembers: readonly Member[] | undefined;
	#byId = new Map<string, Member>();
	#numbers = new Set<number>();
	/** Who was removed, and whose slot nobody has yet. */
	#gone: Member[] = [];
	/** All numbers below are taken. */
	#free = 1;
	/** True after a slow change, until somebody asks for the lists below. */
	#stale = false;
	#available: readonly Backend[] = none;
	/** Those of it who are no backups, and who are. */
	#primary: readonly Backend[] = none;
	#backups: readonly Backend[] = none;
	/** Backups that step in for a single call. */
	#spare: readonly Backend[] = none;
	/** Whom a strategy that walks is shown: the available ones, or more where it is to choose who stands in. */
	#shown: readonly Backend[] = none;
	/** The backup that takes everything, without the strategy. */
	#standIn: Member | undefined;
	/** Those of the two lists who are not full; made anew when somebody fills up or has room again. */
	#open: readonly Backend[] | undefined;
	#openSpare: readonly Backend[] | undefined;
	/** The first as it was last made, and those whose room has changed since; undefined: more than it is worth to remember. */
	#lastOpen: readonly Backend[] | undefined;
	#moved: Member[] = [];
	/** The list for a request's first try, as long as nothing has changed it; undefined: look with care. */
	#usual: readonly Backend[] | undefined;
	#strategy: Strategy;
	/** The one that chooses among backups, where they are not simply left to the same. */
	#reserve: Strategy;
	/** Whichever of the two is in charge. */
	#chooser: Strategy;
	#options: ClusterOptions;
	#dynamic: DynamicLimitRules | undefined;
	/** Where limits hang on it: how many calls are here, in flight or waiting, and with how many the limits stay as they are. */
	#calls = 0;
	#steadyFrom = 0;
	#steadyTo = Infinity;
	/** The soonest instant at which time itself changes something: an ejection ends, a weight grows. No pick before it need look. */
	#next: Millis = Infinity;

	constructor(strategy: Strategy, options: ClusterOptions = {}) {
		if (options.health !== undefined) assertHealth(options.health);
		if (options.slowStart !== undefined) assertSlowStart(options.slowStart);
		if (options.dynamicLimits !== undefined) assertDynamicLimits(options.dynamicLimits);
		this.#strategy = strategy;
		this.#options = options;
		this.#dynamic = options.dynamicLimits;
		this.#chooser = strategy;
		this.#reserve = this.#reserveOf(strategy);
	}

	/** Backends a call may go to now: a new array only on a slow change. When health has ejected all, it is all (panic). */
	get available(): readonly Backend[] {
		this.#refresh();
		return this.#available;
	}

	/** All backends in the order they were added, whatever their state. */
	get members(): readonly Backend[] {
		return (this.#shownMembers ??= this.#members.slice());
	}

	/** When time alone next changes something: call `pass` then if calls wait; else the next choice is soon enough. */
	get due(): Millis {
		this.#refresh();
		return this.#next;
	}

	get strategy(): Strategy {
		return this.#strategy;
	}

	/** Put another strategy in charge; counts and health stay, and calls in flight report to the new one. */
	use(strategy: Strategy, at: Millis): void {
		this.#strategy = strategy;
		this.#reserve = this.#reserveOf(strategy);
		// It may keep its weights through a slow start, or not, unlike the last one.
		for (const member of this.#members) this.#weigh(member, at);
		this.#stale = true;
		this.#usual = undefined;
		this.#tellMembers();
		if (this.#members.length > 0) this.#tellChanged(at);
	}

	/** @throws RangeError when the id is taken or a fact is impossible. */
	add(id: string, facts: BackendFacts, at: Millis): Backend {
		if (this.#byId.has(id)) {
			throw new RangeError(`There is already a backend "${id}": give each backend its own id.`);
		}
		if (facts.number !== undefined && this.#numbers.has(facts.number)) {
			const holder = this.#members.find(({ number }) => number === facts.number)?.id ?? '';
			throw new RangeError(
				`The number of "${id}" is ${String(facts.number)}, which is that of "${holder}": give each backend its own number.`
			);
		}
		const member = memberOf(id, facts, this.#freeNumber(), this.#freeSlot(), this.#options.health, at);
		this.#members.push(member);
		this.#shownMembers = undefined;
		this.#byId.set(id, member);
		this.#numbers.add(member.number);
		this.#reconsiderLimits();
		if (at > 0) this.#startSlowly(member, at);
		this.#changed({ at, backend: member, change: 'added' });
		return member;
	}

	/** Forget a backend. Calls it still has are released as usual. */
	remove(id: string, at: Millis): void {
		const member = this.#member(id);
		this.#members = this.#members.filter((other) => other !== member);
		this.#shownMembers = undefined;
		this.#byId.delete(id);
		this.#gone.push(member);
		this.#numbers = new Set(this.#members.map(({ number }) => number));
		this.#free = 1;
		member.judge = undefined;
		member.place = -1;
		this.#changed({ at, backend: member, change: 'removed' });
	}

	setState(id: string, state: BackendState, at: Millis): void {
		const member = this.#member(id);
		if (member.state === state) return;
		// Who only drained was there all along.
		if (member.state === 'down') this.#startSlowly(member, at);
		if (state === 'down') {
			// What still waits for it alone has all its room.
			member.nextStep = Infinity;
			this.#weigh(member, at);
		}
		member.state = state;
		if (state === 'ready') member.since = at;
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
		this.#weigh(member, at);
		this.#changed({ at, backend: member, change: 'weight' });
	}

	/** Choose and count in one synchronous step. Undefined: nobody is available, has room, or the strategy declines. */
	acquire(call: Call, tried?: readonly Backend[], hear?: HearWhy): Backend | undefined {
		const picked = this.choose(call, tried, hear);
		if (picked === undefined || hasNoRoom(picked as Member)) return undefined;
		this.take(picked, call.at);
		return picked;
	}

	/**
	 * Choose without counting: for a host with a queue, because whom the strategy wants may be full. `tried` are
	 * backends this request has failed on: they are left out as long as another is there. `hear` is for who wants to know
	 * why: told when the strategy has picked, before anything is counted.
	 */
	choose(call: Call, tried?: readonly Backend[], hear?: HearWhy): Backend | undefined {
		const usual = this.#usual;
		if (usual === undefined || call.at >= this.#next || isFurther(tried) || hear !== undefined) {
			return this.#chooseWithCare(call, tried, hear);
		}
		return this.#chooser.pick(usual, call, tried);
	}

	/** Count a call that goes to this backend now. */
	take(backend: Backend, at: Millis): void {
		const member = backend as Member;
		if (++member.inflight >= member.fullAt) this.#roomChangedAt(member);
		if (this.#dynamic !== undefined) this.#countCalls(1);
		if (member.judge !== undefined) this.#judgePick(member, at);
	}

	/** One more call waits for this backend and no other, or for whoever has room first (1), or one less (−1). */
	wait(backend: Backend | undefined, by: 1 | -1): void {
		if (backend !== undefined) {
			(backend as Member).queued += by;
			this.#roomChangedAt(backend as Member);
		}
		if (this.#dynamic !== undefined) this.#countCalls(by);
	}

	/** For a host that sees more than this cluster's own calls: what strategies are to read as in flight from now on. */
	tell(backend: Backend, inflight: number): void {
		const member = backend as Member;
		if (member.inflight === inflight) return;
		member.inflight = inflight;
		this.#roomChangedAt(member);
		this.counted(backend);
	}

	/** Tell the strategy that a backend's counts have moved without a pick. */
	counted(backend: Backend): void {
		this.#strategyOf(backend).counted?.(backend);
	}

	/** Uncount, judge health, tell the strategy: once for every call that `acquire` placed. */
	release(backend: Backend, outcome: Outcome): void {
		const member = backend as Member;
		if (member.inflight-- >= member.fullAt) this.#roomChangedAt(member);
		if (this.#dynamic !== undefined) this.#countCalls(-1);
		if (member.judge !== undefined) this.#judge(member, outcome);
		this.#strategyOf(backend).done?.(backend, outcome);
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
				this.#weigh(member, at);
				this.#changed({ at, backend: member, change: 'grown' });
			}
		}
		this.#lookAhead();
	}

	// What follows is rare, and apart from `choose`, `take` and `release` so that these stay small enough for the
	// compiler to make one piece of them and the strategy.

	#chooseWithCare(
		call: Call,
		tried: readonly Backend[] | undefined,
		hear: HearWhy | undefined
	): Backend | undefined {
		this.#refresh();
		if (call.at >= this.#next) {
			this.pass(call.at);
			this.#refresh();
		}
		if (this.#standIn !== undefined) return this.#standIn;
		const backends = this.#chooser.walks === true ? this.#shown : this.#candidates(tried);
		if (backends.length === 0) return undefined;
		if (!isFurther(tried)) this.#usual = backends;
		const picked = this.#chooser.pick(backends, call, tried);
		if (hear !== undefined && picked !== undefined)
			hear(this.#chooser.because?.(picked, backends, call, tried));
		return picked;
	}

	#judgePick(member: Member, at: Millis): void {
		if (member.judge?.picked?.(at) === 'eject') this.#changed({ at, backend: member, change: 'ejected' });
	}

	#judge(member: Member, outcome: Outcome): void {
		const verdict = member.judge?.hear(outcome);
		if (verdict === undefined) return;
		const change = verdict === 'eject' ? 'ejected' : 'restored';
		if (change === 'restored') this.#cameBack(member, outcome.at);
		this.#changed({ at: outcome.at, backend: member, change });
	}

	/** Who may be asked for a call by a strategy that does not pass over tried and full backends itself. */
	#candidates(tried: readonly Backend[] | undefined): readonly Backend[] {
		const open = (this.#open ??= this.#openNow());
		const fresh = untried(open, tried);
		if (fresh.length > 0) return fresh;
		if (this.#spare.length > 0) {
			const spare = (this.#openSpare ??= this.#spare.filter((backend) => !isFull(backend)));
			const freshSpare = untried(spare, tried);
			if (freshSpare.length > 0) return freshSpare;
		}
		return this.#options.again === false ? none : open;
	}

	/** Those available who are not full, in their order: a new list but where that is all of them. */
	#openNow(): readonly Backend[] {
		const last = this.#lastOpen;
		const open =
			last === undefined ? this.#available.filter((backend) => !isFull(backend)) : amended(last, this.#moved);
		this.#lastOpen = open.length === this.#available.length ? this.#available : open;
		this.#moved.length = 0;
		return this.#lastOpen;
	}

	#roomChangedAt(member: Member): void {
		this.#usual = undefined;
		this.#open = undefined;
		this.#openSpare = undefined;
		if (this.#moved.length < mostMoved) this.#moved.push(member);
		else this.#lastOpen = undefined;
	}

	#roomChanged(): void {
		this.#usual = undefined;
		this.#open = undefined;
		this.#openSpare = undefined;
		this.#lastOpen = undefined;
	}

	/** Those with a place of their own in a strategy's table; a backup only stands in. */
	#primaries(): readonly Backend[] {
		return this.#members.some(({ backup }) => backup)
			? this.#members.filter(({ backup }) => !backup)
			: this.members;
	}

	/** Whose business a backend is. */
	#strategyOf(backend: Backend): Strategy {
		return (backend as Member).backup ? this.#reserve : this.#strategy;
	}

	/** Who chooses among the backups, if that is another than who chooses else. */
	#reserveOf(strategy: Strategy): Strategy {
		const { backups = 'all' } = this.#options;
		return (backups === 'all' ? undefined : strategy.forBackups?.(backups)) ?? strategy;
	}

	#changed(changed: Omit<ClusterChange, 'weight'>): void {
		const change = { ...changed, weight: (changed.backend as Member).fullWeight };
		this.#stale = true;
		this.#usual = undefined;
		if (membership.has(change.change)) this.#tellMembers();
		this.#tellChanged(change.at);
		this.#options.onChange?.(change);
	}

	#tellMembers(): void {
		this.#strategy.members?.(this.#primaries(), this.members);
		if (this.#reserve !== this.#strategy) {
			this.#reserve.members?.(
				this.#members.filter(({ backup }) => backup),
				this.members
			);
		}
	}

	/** A strategy is told of those it may choose from, whoever stands in meanwhile. */
	#tellChanged(at: Millis): void {
		if (this.#strategy.changed === undefined) return;
		this.#refresh();
		if (this.#reserve !== this.#strategy) {
			this.#strategy.changed(this.#primary, at);
			this.#reserve.changed?.(this.#backups, at);
		} else this.#strategy.changed(this.#standIn === undefined ? this.#available : none, at);
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
		const { backups: how = 'all' } = this.#options;
		this.#primary = primaries;
		this.#backups = backups;
		this.#chooser = primaries.length > 0 ? this.#strategy : this.#reserve;
		this.#shown = primaries.length > 0 ? primaries : backups;
		const standsIn = how === 'first' && primaries.length === 0;
		this.#standIn = standsIn && this.#reserve === this.#strategy ? backups[0] : undefined;
		this.#available = standsIn ? backups.slice(0, 1) : this.#shown;
		this.#spare = primaries.length > 0 && how === 'all' ? backups : none;
		for (const member of this.#members) member.place = -1;
		for (const [place, member] of this.#available.entries()) (member as Member).place = place;
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
		member.startedAt = member.nextStep = at;
		this.#weigh(member, at);
	}

	#weigh(member: Member, at: Millis): void {
		weigh(member, this.#options.slowStart, at, this.#strategy.keepsWeights === true);
	}

	#countCalls(by: 1 | -1): void {
		this.#calls += by;
		// One more than are here: the one that comes, or the one that is about to go.
		if (this.#calls < this.#steadyFrom || this.#calls >= this.#steadyTo) this.#reconsiderLimits();
	}

	/** Give each the limit it has with as many calls as are here; O(n), but in between calls come and go without. */
	#reconsiderLimits(): void {
		const rules = this.#dynamic;
		if (rules === undefined) return;
		const calls = this.#calls + 1;
		this.#steadyFrom = 0;
		this.#steadyTo = Infinity;
		for (const member of this.#members) {
			const { leastLimit: least, fullLimit: most } = member;
			if (least === most) continue;
			const [from, to] = steadyBetween({ least, most }, calls, rules);
			this.#steadyFrom = Math.max(this.#steadyFrom, from - 1);
			this.#steadyTo = Math.min(this.#steadyTo, to);
			const before = member.limit;
			member.presentLimit = dynamicLimit({ least, most }, calls, rules);
			relimit(member, this.#options.slowStart);
			// Whoever was left aside as full may have room now.
			if (member.limit > before) this.counted(member);
		}
		this.#roomChanged();
	}

	/** The smallest number that no backend has, from 1. */
	#freeNumber(): number {
		while (this.#numbers.has(this.#free)) this.#free++;
		return this.#free;
	}

	/** That of one who is gone and has nothing in flight any more, or else a new one. */
	#freeSlot(): number {
		const free = this.#gone.findIndex(({ inflight }) => inflight === 0);
		if (free < 0) return this.#members.length + this.#gone.length;
		return this.#gone.splice(free, 1)[0]?.slot ?? 0;
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

/** So many changes of room are cheaper to go through than all backends. */
const mostMoved = 16;

/** The list after those have been put in that have room again, and those taken out that have none: what costs is to copy it. */
function amended(list: readonly Backend[], moved: readonly Member[]): readonly Backend[] {
	const open = list.slice();
	for (const member of moved) {
		if (member.place < 0) continue;
		const at = placeIn(open, member.place);
		const isThere = open[at] === member;
		if (isThere !== isFull(member)) continue;
		if (isThere) open.splice(at, 1);
		else open.splice(at, 0, member);
	}
	return open;
}

/** Where in the list, ordered by their places, one with this place stands or would stand. */
function placeIn(list: readonly Backend[], place: number): number {
	let [from, to] = [0, list.length];
	while (from < to) {
		const middle = (from + to) >> 1;
		if ((list[middle] as Member).place < place) from = middle + 1;
		else to = middle;
	}
	return from;
}

/** Changes that alter who there is, or who counts for how much. */
const membership: ReadonlySet<ClusterChange['change']> = new Set([
	'added',
	'removed',
	'weight',
	'grown'
] as const);

function isFurther(tried: readonly Backend[] | undefined): boolean {
	return tried !== undefined && tried.length > 0;
}

function untried(backends: readonly Backend[], tried: readonly Backend[] | undefined): readonly Backend[] {
	if (tried === undefined || tried.length === 0) return backends;
	return backends.filter((backend) => !tried.includes(backend));
}
