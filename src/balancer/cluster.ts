import { healthJudge, type HealthJudge, type HealthRules } from './health.ts';
import type { Backend, Call, Millis, Outcome, Strategy } from './strategy.ts';

/** `ready` takes calls, `drain` ends what it has and takes no more, `down` is out until it is told otherwise. */
export type BackendState = 'ready' | 'drain' | 'down';

export interface ClusterOptions {
	/** Passive health checks; absent means that failures change nothing. */
	readonly health?: HealthRules | undefined;
	/** Hears every slow change, whoever caused it. */
	readonly onChange?: ((change: ClusterChange) => void) | undefined;
}

/** A slow fact that changed. `ejected` and `restored` are the passive health check's own doing. */
export type ClusterChange = {
	readonly at: Millis;
	readonly backend: Backend;
	readonly change: 'added' | 'removed' | 'weight' | BackendState | 'ejected' | 'restored';
};

interface Member extends Backend {
	weight: number;
	inflight: number;
	since: Millis;
	state: BackendState;
	/** Only who is ready is judged: what still fails at one that was taken out changes nothing. */
	judge: HealthJudge | undefined;
}

/**
 * Keeps the facts about backends and lets a strategy choose among those that may be chosen. The host of
 * every world, simulated or real, uses this class unchanged. It owns no clock: time comes with each message.
 */
export class Cluster {
	#members: Member[] = [];
	#available: readonly Backend[] = [];
	#strategy: Strategy;
	#health: HealthRules | undefined;
	#onChange: (change: ClusterChange) => void;
	/** The soonest instant at which an ejected backend may be tried again; no pick before it need look. */
	#nextReturn: Millis = Infinity;

	constructor(strategy: Strategy, options: ClusterOptions = {}) {
		this.#strategy = strategy;
		this.#health = options.health;
		this.#onChange = options.onChange ?? (() => undefined);
	}

	/** Backends a call may go to now: a new array only on a slow change. When health has ejected all, it is all (panic). */
	get available(): readonly Backend[] {
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
	use(strategy: Strategy): void {
		this.#strategy = strategy;
	}

	/** @throws RangeError when the id is taken or the weight is not a positive number. */
	add(id: string, weight: number, at: Millis): Backend {
		if (this.#members.some((member) => member.id === id)) {
			throw new RangeError(`There is already a backend "${id}": give each backend its own id.`);
		}
		assertWeight(id, weight);
		const judge = this.#health && healthJudge(this.#health);
		const member: Member = { id, weight, inflight: 0, since: at, state: 'ready', judge };
		this.#members = [...this.#members, member];
		this.#changed({ at, backend: member, change: 'added' });
		return member;
	}

	/** Forget a backend. Calls it still has are released as usual. */
	remove(id: string, at: Millis): void {
		const member = this.#member(id);
		this.#members = this.#members.filter((other) => other !== member);
		member.judge = undefined;
		this.#changed({ at, backend: member, change: 'removed' });
	}

	setState(id: string, state: BackendState, at: Millis): void {
		const member = this.#member(id);
		if (member.state === state) return;
		member.state = state;
		if (state === 'ready') member.since = at;
		member.judge = state === 'ready' ? this.#health && healthJudge(this.#health) : undefined;
		this.#changed({ at, backend: member, change: state });
	}

	setWeight(id: string, weight: number, at: Millis): void {
		const member = this.#member(id);
		assertWeight(id, weight);
		if (member.weight === weight) return;
		member.weight = weight;
		this.#changed({ at, backend: member, change: 'weight' });
	}

	/**
	 * Choose and count in one synchronous step. `tried` are backends this request has failed on already:
	 * they are left out as long as another is available. Undefined: nobody is available or the strategy declines.
	 */
	acquire(call: Call, tried?: readonly Backend[]): Backend | undefined {
		if (call.at >= this.#nextReturn) this.#restore(call.at);
		let backends = this.#available;
		if (tried !== undefined && tried.length > 0) {
			const untried = backends.filter((backend) => !tried.includes(backend));
			if (untried.length > 0) backends = untried;
		}
		if (backends.length === 0) return undefined;
		const picked = this.#strategy.pick(backends, call);
		if (picked !== undefined) (picked as Member).inflight++;
		return picked;
	}

	/** Uncount, judge health, tell the strategy: once for every call that `acquire` placed. */
	release(backend: Backend, outcome: Outcome): void {
		const member = backend as Member;
		member.inflight--;
		if (member.judge?.hear(outcome) === 'eject') {
			this.#nextReturn = Math.min(this.#nextReturn, member.judge.until);
			this.#changed({ at: outcome.at, backend, change: 'ejected' });
		}
		this.#strategy.done?.(backend, outcome);
	}

	#restore(at: Millis): void {
		this.#nextReturn = Infinity;
		for (const member of this.#members) {
			if (member.judge === undefined || !member.judge.out) continue;
			if (member.judge.until <= at) {
				member.judge.restore();
				member.since = at;
				this.#changed({ at, backend: member, change: 'restored' });
			} else {
				this.#nextReturn = Math.min(this.#nextReturn, member.judge.until);
			}
		}
	}

	#changed(change: ClusterChange): void {
		const ready = this.#members.filter((member) => member.state === 'ready');
		const healthy = ready.filter((member) => member.judge?.out !== true);
		this.#available = healthy.length > 0 ? healthy : ready;
		this.#onChange(change);
	}

	#member(id: string): Member {
		const member = this.#members.find((candidate) => candidate.id === id);
		if (member === undefined) {
			const known = this.#members.map((candidate) => candidate.id).join(', ') || 'none';
			throw new RangeError(`There is no backend "${id}" here: the backends are ${known}.`);
		}
		return member;
	}
}

function assertWeight(id: string, weight: number): void {
	if (!(weight > 0 && weight < Infinity)) {
		throw new RangeError(`The weight of "${id}" is ${String(weight)}: use a number above 0, such as 1.`);
	}
}
