import type { Millis, Outcome } from './strategy.ts';

/** Passive health checks: what a balancer learns from the calls it sends anyway. */
export interface HealthRules {
	/** Failures in a row after which a backend is left out. */
	readonly fall: number;
	/** How long it is left out; then it may serve again and one more failure is enough to eject it. */
	readonly ejectMs: Millis;
}

export interface HealthJudge {
	/** True while the backend is left out. */
	readonly out: boolean;
	/** The instant from which it may be tried again; meaningful while `out`. */
	readonly until: Millis;
	/** Judge one ended call. A cancelled call says nothing about the backend. */
	hear(outcome: Outcome): 'eject' | undefined;
	restore(): void;
}

/** One judge for one backend. */
export function healthJudge({ fall, ejectMs }: HealthRules): HealthJudge {
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
			if (out || failures < fall) return undefined;
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
