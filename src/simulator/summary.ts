import type { StrategyName } from '#balancer/strategies/index.ts';
import type { Millis } from '#balancer/strategy.ts';
import type { Reason } from '#record/event.ts';
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
	readonly servers: readonly ServerSummary[];
}

export interface ServerSummary {
	readonly id: string;
	readonly picked: number;
	readonly ok: number;
	readonly failed: number;
	readonly busyMs: Millis;
}

/** JSON knows no Infinity: `never` says that too many failed, null that nothing was measured. */
export type Time = Millis | 'never' | null;

export function summaryOf({ metrics, fingerprint, seed, scenario }: Engine): Summary {
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
		servers: [...metrics.backends].map(([id, { picked, ok, failed, busyMs }]) => ({
			id,
			picked,
			ok,
			failed,
			busyMs
		}))
	};
}

function timeOf(value: Millis): Time {
	if (Number.isNaN(value)) return null;
	return value === Infinity ? 'never' : value;
}
