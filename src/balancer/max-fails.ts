import type { HealthJudge, HealthRules } from './health.ts';
import type { Millis } from './strategy.ts';

/**
 * NGINX's passive check (`max_fails`, `fail_timeout`; ngx_http_upstream_round_robin.c, 1.22, 2022): after so many
 * failures a backend is out for so many whole seconds. Then one call goes there on trial, and no other until it has
 * ended well, or as many seconds have passed again. A success wipes the failures out only if it comes after such
 * a trial began, so failures that are far apart, but within the timeout of each other, add up.
 *
 * Its clock ticks in whole seconds, and the timeout must be exceeded: 10 s may mean 10 or 11.
 */
export function maxFailsJudge({ fall, ejectMs }: HealthRules): HealthJudge {
	const timeout = Math.floor(ejectMs / 1000);
	let failures = 0;
	/** Seconds: the last failure, and the last failure or begin of a trial. */
	let failedAt = -Infinity;
	let checkedAt = -Infinity;
	let out = false;
	return {
		get out() {
			return out;
		},
		get until() {
			return (checkedAt + timeout + 1) * 1000;
		},
		picked(at) {
			const now = seconds(at);
			if (now - checkedAt <= timeout) return undefined;
			checkedAt = now;
			if (failures === 0 || failures < fall) return undefined;
			out = true;
			return 'eject';
		},
		hear({ result, at }) {
			if (result === 'cancelled' || fall === 0) return undefined;
			const was = out;
			if (result === 'ok') {
				if (failedAt < checkedAt) failures = 0;
			} else {
				failures++;
				failedAt = checkedAt = seconds(at);
			}
			out = failures >= fall;
			return was === out ? undefined : out ? 'eject' : 'restore';
		},
		restore() {
			out = false;
		}
	};
}

function seconds(at: Millis): number {
	return Math.floor(at / 1000);
}
