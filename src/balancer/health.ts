import { maxFailsJudge } from './max-fails.ts';
import type { Millis, Outcome } from './strategy.ts';

/** Passive health checks: what a balancer learns from the calls it sends anyway. */
export interface HealthRules {
	/** Failures after which a backend is left out: in a row, or since the last trial with `max-fails`. 0: never. */
	readonly fall: number;
	/** How long it is left out; then it may serve again and one more failure is enough to eject it. */
	readonly ejectMs: Millis;
	/** `in-a-row` unless told; `max-fails` is NGINX's, see max-fails.ts. */
	readonly rule?: 'in-a-row' | 'max-fails' | undefined;
}

/** @throws RangeError for what is no count of failures or no length of time. */
export function assertHealth({ fall, ejectMs }: HealthRules): void {
	if (!(fall >= 0)) {
		throw new RangeError(
			`A backend is left out after ${String(fall)} failures: use a count such as 3, or 0 for never.`
		);
	}
	if (!(ejectMs >= 0)) {
		throw new RangeError(
			`A backend is left out for ${String(ejectMs)} ms: use a number of milliseconds from 0.`
		);
	}
}

export interface HealthJudge {
	/** True while the backend is left out. */
	readonly out: boolean;
	/** The instant from which it may be tried again; meaningful while `out`. */
	readonly until: Millis;
	/** A call goes there: under some rules the first after an ejection is the only one until it has ended. */
	picked?(at: Millis): 'eject' | undefined;
	/** Judge one ended call. A cancelled call says nothing about the backend. */
	hear(outcome: Outcome): 'eject' | 'restore' | undefined;
	/** The time is up. */
	restore(): void;
}

/** One judge for one backend. */
export function healthJudge(rules: HealthRules): HealthJudge {
	return rules.rule === 'max-fails' ? maxFailsJudge(rules) : inARowJudge(rules);
}

function inARowJudge({ fall, ejectMs }: HealthRules): HealthJudge {
	let failures = 0;
	let out = false;
	let until = 0;
	return {
		get out() {
			return out;
		},
		get until() {
			return until;
		},
		hear({ result, at }) {
			if (result === 'ok') failures = 0;
			else if (result !== 'cancelled') failures++;
			// Calls that were in flight at the ejection may fail later; they do not prolong it.
			if (out || fall === 0 || failures < fall) return undefined;
			out = true;
			until = at + ejectMs;
			return 'eject';
		},
		restore() {
			out = false;
			failures = fall - 1;
		}
	};
}
