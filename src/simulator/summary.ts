import type { StrategyName } from '#balancer/strategies/index.ts';
import type { Millis } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';
import { fairnessOf } from '#record/fairness.ts';
import type { Engine } from './engine.ts';

/** A run in a few numbers, plain enough for JSON and for a message between threads. */
export interface Summary {
	readonly strategy: StrategyName;
	readonly seed: number;
	/** Two runs with the same fingerprint had the same log, to the last bit. */
	readonly fingerprint: string;
	readonly sent: number;
	readonly ok: number;
	readonly failed: number;
	readonly failures: Readonly<Partial<Record<Reason, number>>>;
	/** Requests a second. */
	readonly throughput: number;
	readonly goodput: number;
	/** Of the requests answered well. */
	readonly meanMs: Time;
	/** Of all requests, failures ranking as never. */
	readonly p50Ms: Time;
	readonly p95Ms: Time;
	readonly p99Ms: Time;
	/** Attempts for each request sent, retries, hedges and calls side by side included; null of no request. */
	readonly amplification: number | null;
	/** Second attempts that were sent before the first had ended. */
	readonly hedges: number;
	/** Worker time spent on what nobody waited for any more. */
	readonly wastedMs: Millis;
	/** Requests that met a server without their client's session. */
	readonly sessionMisses: number;
	readonly reads: number;
	readonly staleReads: number;
	/** How evenly the servers' loads are spread, see `fairnessOf`; null while nobody did anything. */
	readonly jain: number | null;
	readonly peakToMean: number | null;
	readonly servers: readonly ServerSummary[];
}

export interface ServerSummary {
	readonly id: string;
	readonly picked: number;
	readonly ok: number;
	readonly failed: number;
	readonly busyMs: Millis;
	/** Share of its workers' time that it used while it stood, 0 to 1. */
	readonly load: number;
}

/** JSON knows no Infinity: `never` says that too many failed, null that nothing was measured. */
export type Time = Millis | 'never' | null;

export function summaryOf(engine: Engine): Summary {
	const { metrics, fingerprint, seed, scenario } = engine;
	const loads = loadsOf(engine);
	const { jain, peakToMean } = fairnessOf([...loads.values()]);
	return {
		strategy: scenario.strategy.name,
		seed,
		fingerprint: String(fingerprint),
		sent: metrics.sent,
		ok: metrics.ok,
		failed: metrics.failed,
		failures: Object.fromEntries(metrics.failures),
		throughput: metrics.throughput,
		goodput: metrics.goodput,
		meanMs: timeOf(metrics.meanLatency),
		p50Ms: timeOf(metrics.percentile(0.5)),
		p95Ms: timeOf(metrics.percentile(0.95)),
		p99Ms: timeOf(metrics.percentile(0.99)),
		amplification: finite(amplificationOf(engine)),
		hedges: metrics.hedges,
		wastedMs: metrics.wastedMs,
		sessionMisses: metrics.sessionMisses,
		reads: metrics.reads,
		staleReads: metrics.staleReads,
		jain: finite(jain),
		peakToMean: finite(peakToMean),
		servers: [...metrics.backends].map(([id, { picked, ok, failed, busyMs }]) => ({
			...{ id, picked, ok, failed, busyMs },
			load: loads.get(id) ?? 0
		}))
	};
}

/** Each machine's load so far, gone ones included: the share of its workers' time that it used while it stood. */
export function loadsOf({ everyServer, now }: Engine): Map<string, number> {
	return new Map(
		everyServer.map(({ id, spec, busyMs, builtAt, goneAt }) => {
			const stoodMs = Math.min(now, goneAt) - builtAt;
			return [id, stoodMs > 0 ? busyMs / (spec.workers * stoodMs) : 0];
		})
	);
}

/** Attempts for each request sent so far; NaN before any. */
export function amplificationOf({ metrics, sent }: Engine): number {
	let picked = 0;
	for (const tally of metrics.backends.values()) picked += tally.picked;
	return picked / sent;
}

function timeOf(value: Millis): Time {
	if (Number.isNaN(value)) return null;
	return value === Infinity ? 'never' : value;
}

function finite(value: number): number | null {
	return Number.isFinite(value) ? value : null;
}
