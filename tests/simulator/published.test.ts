import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Metrics } from '#record/metrics.ts';
import { desiredReplicas } from '#simulator/autoscaler.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { seedOf } from '../seeds.ts';
import { anchorOf, scenarioOf } from './anchors.ts';
import { staleShare } from './quorum.ts';

interface Published {
	readonly bulletinBoard: { readonly rows: readonly ({ readonly T: number } & Means)[] };
	readonly brooker: { readonly rows: readonly ({ readonly refresh_s: number } & Means)[] };
	readonly twoChoicesOf100: { readonly lambda: readonly number[]; readonly meanResponse: readonly number[] };
	readonly metastable: {
		readonly rows: readonly {
			readonly rho: number;
			readonly R: number;
			readonly retry_budget: number | null;
			readonly attempts_per_user_after: number;
		}[];
	};
	readonly retries: readonly {
		readonly failure_prob: number;
		readonly max_retries: number;
		readonly expected_attempts: number;
		readonly final_success: number;
	}[];
	readonly fanOutTail: readonly {
		readonly p_slow: number;
		readonly fanout: number;
		readonly prob_request_slow: number;
	}[];
	readonly coordinatedOmission: {
		readonly ok_count: number;
		readonly ok_latency_s: number;
		readonly stall_s: number;
		readonly expected_interval_s: number;
		readonly naive: Latencies;
		readonly corrected: Latencies;
	};
	readonly desiredReplicas: readonly {
		readonly current_replicas: number;
		readonly current: number;
		readonly target: number;
		readonly tolerance: number;
		readonly desired: number;
	}[];
}

interface Means {
	readonly random: number;
	readonly best_of_2: number;
	readonly best_of_3: number;
	readonly best_of_all: number;
}

interface Latencies {
	readonly count: number;
	readonly mean: number;
	readonly p50: number;
	readonly p75: number;
	readonly p90: number;
	readonly p99: number;
	readonly p9999: number;
}

const published = JSON.parse(
	readFileSync(new URL('../fixtures/published-behaviours.json', import.meta.url), 'utf8')
) as Published;

function serversLike(count: number, spec: object = {}): object[] {
	return Array.from({ length: count }, (_, i) => ({ id: `s${String(i)}`, queue: 1_000_000, ...spec }));
}

function metricsOf(scenario: object): Metrics {
	return simulate(readScenario(scenario), seedOf(1)).metrics;
}

/** What everybody sees was written down at the last multiple of `everyMs`. */
function board(everyMs: number): object {
	return everyMs === 0 ? {} : { sees: 'servers', everyMs };
}

/** Mitzenmacher's bulletin board: 100 queues at 90 %, and choices by what stood on the board up to T ago. */
function bulletinBoard(strategy: object, T: number): number {
	const warmUpMs = Math.max(500, 3 * T);
	return metricsOf({
		strategy,
		traffic: { perSecond: 90_000 },
		work: { meanMs: 1 },
		servers: serversLike(100),
		balancer: board(T),
		warmUpMs,
		durationMs: warmUpMs + Math.max(1000, 30 * T)
	}).meanLatency;
}

test.each(published.bulletinBoard.rows)(
	'with news up to $T service times old, two, three and all choices are as slow as on Mitzenmacher’s bulletin board',
	({ T, random, best_of_2, best_of_3, best_of_all }) => {
		const two = bulletinBoard({ name: 'two-choices' }, T);
		const three = bulletinBoard({ name: 'two-choices', knobs: { choices: 3 } }, T);
		const all = bulletinBoard({ name: 'least-connections' }, T);
		for (const [found, expected] of [
			[two, best_of_2],
			[three, best_of_3],
			[all, best_of_all]
		] as const)
			// Thirty herds that all run to one server: one run's mean is known to a tenth (one standard deviation).
			expect(Math.abs(found / expected - 1)).toBeLessThan(found === all && T === 50 ? 0.25 : 0.1);
		// All choices are best while the news is fresh; then three, then two; and in the end it is better not to look.
		expect(all < three).toBe(T <= 0.1);
		expect(three < two).toBe(T <= 1);
		expect(two < random).toBe(T < 50);
	}
);

/** Ten servers, one request a second, eight seconds of work each; the reference draws with replacement, as Envoy does. */
function brooker(strategy: object, refreshSeconds: number): number {
	return (
		metricsOf({
			strategy,
			traffic: { arrivals: 'steady', perSecond: 1 },
			work: { law: 'fixed', meanMs: 8000 },
			servers: serversLike(10),
			balancer: board(1000 * refreshSeconds),
			warmUpMs: 1e6,
			durationMs: 2.1e7
		}).meanLatency / 1000
	);
}

test('in Brooker’s system three choices lose to two as the news grows older than ten seconds, and two to chance beyond seventy', () => {
	const random = brooker({ name: 'random' }, 0);
	const means = [0, 5, 20, 50, 80].map((refresh) => ({
		refresh,
		two: brooker({ name: 'envoy-least-request' }, refresh),
		three: brooker({ name: 'envoy-least-request', knobs: { choices: 3 } }, refresh),
		all: brooker({ name: 'least-connections' }, refresh)
	}));
	for (const { refresh, two, three, all } of means) {
		expect(all < three, `all, ${String(refresh)} s`).toBe(refresh === 0);
		expect(three < two, `three, ${String(refresh)} s`).toBe(refresh <= 5);
		expect(two < random, `two, ${String(refresh)} s`).toBe(refresh <= 50);
		// Of younger news it matters whether it is from just before or just after an arrival, and that was not published.
		const row = published.brooker.rows.find(({ refresh_s }) => refresh_s === refresh);
		if (row === undefined || refresh < 10) continue;
		expect(Math.abs(two / row.best_of_2 - 1)).toBeLessThan(0.05);
		expect(Math.abs(three / row.best_of_3 - 1)).toBeLessThan(0.05);
		// Four hundred herds: one run's mean is known to a twentieth (one standard deviation).
		expect(Math.abs(all / row.best_of_all - 1)).toBeLessThan(0.2);
	}
});

test.each(
	published.twoChoicesOf100.lambda.map((load, i) => [load, published.twoChoicesOf100.meanResponse[i]])
)(
	'two choices among 100 queues at load %d have the mean response of Mitzenmacher’s table, %d',
	(load = NaN, expected = NaN) => {
		// Whether the same one may be drawn twice makes a difference to the mean, and hardly any to its spread.
		const sibling = anchorOf(`finite-p2-n100-rho${String(load)}`);
		const requests = 100_000;
		const scenario = scenarioOf(sibling, requests);
		const { metrics } = simulate(
			{ ...scenario, strategy: { name: 'two-choices', knobs: { choices: 2 } } },
			1
		);
		const halfWidth = (sibling.halfWidth['mean_response'] ?? NaN) * Math.sqrt(1e6 / requests);
		expect(Math.abs(metrics.meanLatency / expected - 1)).toBeLessThan(2.5 * halfWidth);
	}
);

/**
 * Ten workers, a timeout of five service times, and a standstill of thirty. A request that is tried again is as big as
 * before, so the law is one under which none is too big for the timeout by itself.
 */
function standstill(rho: number, retries: number, budget: number | null): { good: number; attempts: number } {
	const engine = new Engine(
		readScenario({
			traffic: { perSecond: 10 * rho },
			work: { law: 'erlang', meanMs: 1000 },
			servers: serversLike(1, { workers: 10 }),
			balancer: {
				timeoutMs: 5000,
				retries,
				cancel: false,
				budget: budget === null ? null : { ratio: budget, most: 10 }
			},
			changes: [{ do: 'pause', at: 300_000, server: 's0', forMs: 30_000 }],
			durationMs: 1_500_000
		}),
		1
	);
	const { metrics } = engine;
	const tally = metrics.tallyOf('s0');
	engine.runUntil(1_000_000);
	const before = { sent: metrics.sent, ok: metrics.ok, picked: tally.picked };
	engine.runUntil(1_500_000);
	const sent = metrics.sent - before.sent;
	return { good: (metrics.ok - before.ok) / sent, attempts: (tally.picked - before.picked) / sent };
}

test.each(published.metastable.rows.filter(({ retry_budget }) => retry_budget === null))(
	'after a standstill at load $rho, $R retries let the world recover if the load is below 1 / (1 + R), and never if not',
	({ rho, R, attempts_per_user_after }) => {
		const { good, attempts } = standstill(rho, R, null);
		if (rho < 1 / (1 + R)) expect(good).toBeGreaterThan(0.98);
		else expect(good).toBe(0);
		expect(Math.abs(attempts - attempts_per_user_after)).toBeLessThan(0.03);
	}
);

test.each(published.metastable.rows.filter(({ retry_budget, rho }) => retry_budget !== null && rho < 0.9))(
	'after a standstill at load $rho, a budget of one retry in ten requests brings back what $R retries would keep down',
	({ rho, R, retry_budget }) => {
		expect(standstill(rho, R, retry_budget).good).toBeGreaterThan(0.98);
	}
);

test.each(published.retries)(
	'where a share $failure_prob of all tries fails, $max_retries retries need $expected_attempts tries and leave $final_success of the requests answered',
	({ failure_prob, max_retries, expected_attempts, final_success }) => {
		const metrics = metricsOf({
			strategy: { name: 'random' },
			traffic: { perSecond: 1000 },
			work: { meanMs: 1 },
			servers: serversLike(2, { workers: 100, errors: failure_prob }),
			balancer: { retries: max_retries, redispatch: 'never' },
			durationMs: 40_000
		});
		const picked = [...metrics.backends.values()].reduce((sum, tally) => sum + tally.picked, 0);
		// Five standard errors; tries are at most geometric.
		const spread = 5 / Math.sqrt(metrics.answered);
		const deviation = Math.sqrt(final_success * (1 - final_success));
		expect(Math.abs(metrics.ok / metrics.answered - final_success)).toBeLessThanOrEqual(
			spread * deviation + 1e-4
		);
		const most = Math.min(max_retries, Math.sqrt(failure_prob) / (1 - failure_prob));
		expect(Math.abs(picked / metrics.sent - expected_attempts)).toBeLessThanOrEqual(
			failure_prob === 1 ? 0 : spread * most
		);
	}
);

test('where everything fails, a budget of a tenth lets through a tenth more tries, and what was saved up', () => {
	const metrics = metricsOf({
		traffic: { perSecond: 1000 },
		work: { meanMs: 1 },
		servers: serversLike(1, { workers: 100, errors: 1 }),
		balancer: { retries: 3, redispatch: 'never', budget: { ratio: 0.1, most: 10 } },
		durationMs: 20_000
	});
	const more = metrics.tallyOf('s0').picked - metrics.sent;
	expect(more).toBeLessThanOrEqual(0.1 * metrics.sent + 10);
	expect(more).toBeGreaterThan(0.1 * metrics.sent - 10);
});

/** Milliseconds, and work that is 0.1 but once in a thousand times 10. */
const mostlyShort = { law: 'bimodal', share: 0.001, times: 100, meanMs: 0.999 * 0.1 + 0.001 * 10 };
const fourFifths = 800 / mostlyShort.meanMs;

test('at the same load one client who waits for each answer never sees the tail that strangers see', () => {
	const run = { work: mostlyShort, servers: serversLike(1), durationMs: 60_000 };
	const open = metricsOf({ ...run, traffic: { perSecond: fourFifths } });
	const closed = metricsOf({
		...run,
		traffic: { arrivals: 'users', users: 1, think: { meanMs: mostlyShort.meanMs / 4 } }
	});
	expect(Math.abs(closed.throughput / open.throughput - 1)).toBeLessThan(0.02);
	expect(closed.percentile(0.99)).toBeLessThan(1);
	expect(open.percentile(0.99)).toBeGreaterThan(10);
	expect(open.percentile(0.999)).toBeGreaterThan(20);
	// Pollaczek and Khinchin.
	const second = 0.999 * 0.01 + 0.001 * 100;
	const expected = mostlyShort.meanMs + ((fourFifths / 1000) * second) / (2 * (1 - 0.8));
	expect(Math.abs(open.meanLatency / expected - 1)).toBeLessThan(0.15);
});

test('a timeout of 15 ms and one retry make the open queue grow without bound, and leave the closed one as it was', () => {
	const run = {
		work: mostlyShort,
		servers: serversLike(1),
		balancer: { timeoutMs: 15, retries: 1, cancel: false },
		durationMs: 10_000
	};
	const waitingAfter = (traffic: object): number => {
		const engine = new Engine(readScenario({ ...run, traffic }), seedOf(1));
		engine.runUntil(run.durationMs);
		return engine.servers[0]?.waiting ?? NaN;
	};
	expect(waitingAfter({ perSecond: fourFifths })).toBeGreaterThan(10_000);
	const alone = { arrivals: 'users', users: 1, think: { meanMs: mostlyShort.meanMs / 4 } };
	expect(waitingAfter(alone)).toBeLessThanOrEqual(1);
});

/** Seconds; a hundredth beyond the bins of the histogram. */
function expectLatencies(metrics: Metrics, { count, mean, p50, p75, p90, p99, p9999 }: Latencies): void {
	expect(metrics.answered).toBe(count);
	expect(metrics.meanLatency / 1000).toBeCloseTo(mean, 3);
	for (const [share, expected] of [
		[0.5, p50],
		[0.75, p75],
		[0.9, p90],
		[0.99, p99],
		[0.9999, p9999]
	] as const)
		expect(Math.abs(metrics.percentile(share) / 1000 / expected - 1), String(share)).toBeLessThan(0.01);
}

/** When the stall begins, in milliseconds: between two requests, whoever sends them. */
const stallAt = 100_005;

test('one client who waits out a stall of 100 s notes a single slow answer, and its percentiles know nothing of it', () => {
	const { naive, stall_s, expected_interval_s, ok_latency_s } = published.coordinatedOmission;
	const thinkMs = 1000 * (expected_interval_s - ok_latency_s);
	const sentAt = 100_000 + thinkMs;
	const metrics = metricsOf({
		traffic: { arrivals: 'users', users: 1, think: { law: 'fixed', meanMs: thinkMs } },
		work: { law: 'fixed', meanMs: 1 },
		servers: serversLike(1),
		changes: [{ do: 'pause', at: stallAt, server: 's0', forMs: sentAt + 1000 * stall_s - 1 - stallAt }],
		durationMs: 100_010
	});
	expectLatencies(metrics, naive);
});

test('clients who come whether or not others were answered find that the same stall held up half of them', () => {
	const { corrected, stall_s } = published.coordinatedOmission;
	// So many workers that nobody waits for anything but the stall.
	const servers = serversLike(10, { workers: 1024 }) as { id: string }[];
	const metrics = metricsOf({
		traffic: {
			arrivals: 'trace',
			trace: Array.from({ length: 20_000 }, (_, i) => ({ at: 10 * (i + 1) }))
		},
		work: { law: 'fixed', meanMs: 1 },
		servers,
		changes: servers.map(({ id }) => ({ do: 'pause', at: stallAt, server: id, forMs: 1000 * stall_s + 4 })),
		durationMs: 200_005
	});
	expectLatencies(metrics, corrected);
});

// A scenario has at most 1000 calls side by side, so the vector of 2000 is left to arithmetic.
test.each(published.fanOutTail.filter(({ fanout }) => fanout <= 1000))(
	'where a share $p_slow of the servers is slow, a request that asks $fanout of them is slow with probability $prob_request_slow',
	({ p_slow, fanout, prob_request_slow }) => {
		const requests = 2000;
		const metrics = metricsOf({
			strategy: { name: 'random' },
			traffic: { perSecond: 1000 },
			work: { law: 'fixed', meanMs: 1 },
			servers: serversLike(1 / p_slow, { workers: 1024 }).map((server, i) =>
				i === 0 ? { ...server, speed: 0.01 } : server
			),
			fanOut: fanout,
			durationMs: requests
		});
		const slow = 1 - metrics.totals().latencies.countTo(50) / metrics.answered;
		const deviation = Math.sqrt((prob_request_slow * (1 - prob_request_slow)) / metrics.answered);
		expect(Math.abs(slow - prob_request_slow)).toBeLessThan(4 * deviation);
	}
);

test('each call of a request has work of its own: one boulder in a hundred meets most requests of a hundred calls', () => {
	const metrics = metricsOf({
		strategy: { name: 'random' },
		traffic: { perSecond: 500 },
		work: { law: 'bimodal', meanMs: 2, share: 0.01, times: 100 },
		servers: serversLike(4, { workers: 1024, queue: 100_000 }),
		fanOut: 100,
		durationMs: 4000
	});
	const slow = 1 - metrics.totals().latencies.countTo(20) / metrics.answered;
	const expected = 1 - 0.99 ** 100;
	expect(Math.abs(slow - expected)).toBeLessThan(
		4 * Math.sqrt((expected * (1 - expected)) / metrics.answered)
	);
});

function quorum(copies: number, write: number, read: number, writes = 0.1): { stale: number; reads: number } {
	const { staleReads, reads } = metricsOf({
		traffic: { perSecond: 1000 },
		work: { law: 'fixed', meanMs: 1 },
		// Nobody queues, so reads and writes come as independently as the clients.
		servers: serversLike(1, { workers: 1024 }),
		data: { copies, write, read, lagMs: 20, writes },
		durationMs: 60_000
	});
	return { stale: staleReads / reads, reads };
}

test.each([
	[3, 2, 2],
	[3, 3, 1],
	[3, 1, 3],
	[5, 3, 3],
	[1, 1, 1]
])(
	'of %i copies, a write that waits for %i and a read that asks %i meet in one, so no read is stale',
	(...nwr) => {
		const { stale, reads } = quorum(...nwr);
		expect(reads).toBeGreaterThan(50_000);
		expect(stale).toBe(0);
	}
);

test.each([
	[2, 1, 1, 0.1],
	[3, 1, 1, 0.1],
	[3, 1, 1, 0.01],
	[3, 2, 1, 0.1],
	[3, 1, 2, 0.1],
	[5, 2, 2, 0.1]
])(
	'of %i copies, with writes that wait for %i and reads that ask %i, as many reads are stale as exponential lag makes of %d writes a millisecond',
	(copies, write, read, writes) => {
		const { stale, reads } = quorum(copies, write, read, writes);
		const expected = staleShare({ copies, write, read, lagMs: 20, perMs: writes });
		// One late copy makes several reads stale: as many as come while it lags.
		const together = 1 + 20 * (1 - writes);
		const deviation = Math.sqrt((expected * (1 - expected) * together) / reads);
		expect(expected).toBeGreaterThan(0.01);
		expect(Math.abs(stale - expected)).toBeLessThan(4 * deviation);
	}
);

test.each([1, 2, 3])(
	'a write that waits for %i of 3 copies takes as long as the last of these does',
	(write) => {
		const lagMs = 20;
		const { meanLatency, ok } = metricsOf({
			traffic: { perSecond: 1000 },
			work: { law: 'fixed', meanMs: 1 },
			servers: serversLike(1, { workers: 1024 }),
			data: { copies: 3, write, read: 1, lagMs, writes: 1 },
			durationMs: 20_000
		});
		// Of k copies that are still waited for, the first comes after a k-th of the mean.
		const steps = [3, 2, 1].slice(0, write);
		const expected = 1 + steps.reduce((sum, left) => sum + lagMs / left, 0);
		const deviation = Math.sqrt(steps.reduce((sum, left) => sum + (lagMs / left) ** 2, 0) / ok);
		expect(Math.abs(meanLatency - expected)).toBeLessThan(4 * deviation);
	}
);

test.each(published.desiredReplicas)(
	'$current_replicas replicas at $current of $target become $desired, as Kubernetes computes it',
	({ current_replicas, current, target, tolerance, desired }) => {
		expect(desiredReplicas(current_replicas, current, target, tolerance)).toBe(desired);
	}
);

test('joining the idle queue leaves a thirtieth of the waiting that two choices do, among 500 servers at 90 %', () => {
	const sibling = anchorOf('finite-p2-n500-rho0.9');
	const scenario = scenarioOf(sibling, 100_000);
	const wait = (name: 'two-choices' | 'join-idle-queue'): number =>
		simulate({ ...scenario, strategy: { name, knobs: {} } }, seedOf(1)).metrics.meanWait;
	expect(wait('two-choices') / wait('join-idle-queue')).toBeGreaterThan(30);
});

test('beside neighbours who come and go, ten balancers have a lower tail by Prequal’s rule than by two choices, and by two choices than by turns', () => {
	const p99 = (name: string): number =>
		metricsOf({
			strategy: { name },
			traffic: { perSecond: 10_000 },
			work: { meanMs: 10 },
			servers: serversLike(20, {
				discipline: 'sharing',
				workers: 8,
				antagonist: { quietMs: 3000, busyMs: 1000, speed: 0.4 }
			}),
			balancer: { gates: 10 },
			warmUpMs: 3000,
			durationMs: 13_000
		}).percentile(0.99);
	const two = p99('two-choices');
	expect(p99('hot-cold')).toBeLessThan(0.9 * two);
	expect(two).toBeLessThan(0.5 * p99('round-robin'));
});
