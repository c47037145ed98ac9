import { z } from 'zod';
import { StrategyChoiceSchema, tooManyFor } from '#record/choice.ts';
import { parse, type SourceName } from '#record/input.ts';

/**
 * A scenario is plain JSON: who comes, what they ask, who serves, who decides, and what happens meanwhile.
 * With a seed it determines a run completely. Times are milliseconds of virtual time.
 */
export type Scenario = z.output<typeof ScenarioSchema>;
export type ServerSpec = z.output<typeof ServerSchema>;
export type Change = z.output<typeof ChangeSchema>;

/** Above this many expected requests a run would not fit a learner's machine. */
const mostRequests = 20_000_000;
const mostServers = 256;

const Id = z.string().regex(/^[\w.:-]{1,40}$/, 'use 1 to 40 letters, digits or . _ : -');
const Millis = z.number().min(0).max(86_400_000);

const ServerSchema = z.strictObject({
	id: Id,
	/** Requests served at once. */
	workers: z.int().min(1).max(1024).default(1),
	/** Requests that may wait; one more is refused. */
	queue: z.int().min(0).max(100_000).default(50),
	/** 2 does the same work in half the time. */
	speed: z.number().min(0.01).max(100).default(1),
	/** The share the balancer was told; only weighted strategies look. */
	weight: z.number().min(0.001).max(1000).default(1)
});

const at = Millis;
const server = Id;
const PerSecond = z.number().min(0).max(1_000_000);

const ChangeSchema = z.discriminatedUnion('do', [
	z.strictObject({ do: z.literal('add'), at, server: ServerSchema }),
	z.strictObject({ do: z.literal('remove'), at, server }),
	/** The machine dies: what it holds is lost, and it refuses whatever comes. */
	z.strictObject({ do: z.literal('stop'), at, server }),
	/** It answers everything at once, with an error. */
	z.strictObject({ do: z.literal('fail'), at, server }),
	z.strictObject({ do: z.literal('slow'), at, server, speed: ServerSchema.shape.speed.unwrap() }),
	/** Back to work at the speed it was built with. */
	z.strictObject({ do: z.literal('restart'), at, server }),
	z.strictObject({ do: z.literal('drain'), at, server }),
	z.strictObject({ do: z.literal('ready'), at, server }),
	z.strictObject({ do: z.literal('weight'), at, server, weight: ServerSchema.shape.weight.unwrap() }),
	z.strictObject({ do: z.literal('traffic'), at, perSecond: PerSecond }),
	z.strictObject({ do: z.literal('strategy'), at, strategy: StrategyChoiceSchema }),
	/** One more request, from outside the traffic: a learner's own fetch. */
	z.strictObject({ do: z.literal('request'), at, key: z.string().max(200) })
]);

const ScenarioSchema = z
	.strictObject({
		$schema: z.string().optional(),
		version: z.literal(1).default(1),
		title: z.string().max(200).default(''),
		seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
		strategy: StrategyChoiceSchema.prefault({ name: 'round-robin' }),
		traffic: z
			.strictObject({
				/** `poisson`: strangers who come independently; `steady`: one every 1/rate. Both are open loop. */
				arrivals: z.enum(['poisson', 'steady']).default('poisson'),
				perSecond: PerSecond.default(30),
				/** Distinct clients, each with an address of its own, equally busy. */
				clients: z.int().min(1).max(1_000_000).default(40)
			})
			.prefault({}),
		work: z
			.strictObject({
				/** `heavy` is a bounded Pareto with shape 1.5 and a largest request 100 times the smallest. */
				law: z.enum(['fixed', 'exponential', 'heavy']).default('exponential'),
				meanMs: z.number().min(0.001).max(600_000).default(100)
			})
			.prefault({}),
		servers: z.array(ServerSchema).min(1, 'needs at least one server').max(mostServers),
		network: z
			.strictObject({
				/** One way, client to gate and again gate to server. */
				hopMs: z.number().min(0).max(60_000).default(0)
			})
			.prefault({}),
		balancer: z
			.strictObject({
				/** How often a failed request is tried again, elsewhere if there is an elsewhere. */
				retries: z.int().min(0).max(10).default(0),
				/** Passive health checks; null switches them off. */
				health: z
					.strictObject({ fall: z.int().min(1).max(100), ejectMs: Millis })
					.nullable()
					.default(null)
			})
			.prefault({}),
		/** Requests sent before this instant are served but not counted. */
		warmUpMs: Millis.default(0),
		/** The traffic stops here; the run ends when the last answer is in. */
		durationMs: Millis.min(1).default(60_000),
		changes: z.array(ChangeSchema).max(100_000).default([])
	})
	.superRefine((scenario, context) => {
		const refuse = (path: (string | number)[], message: string): void => {
			context.addIssue({ code: 'custom', path, message });
		};
		const ids = new Set<string>();
		scenario.servers.forEach(({ id }, index) => {
			if (ids.has(id)) refuse(['servers', index, 'id'], 'is taken by another server: give each its own');
			ids.add(id);
		});
		// A change may name only who is there at its instant; those of one instant happen in the order of the list.
		const there = new Set(ids);
		const inTime = scenario.changes.map((change, index) => ({ change, index }));
		inTime.sort((a, b) => a.change.at - b.change.at);
		for (const { change, index } of inTime) {
			if (change.at > scenario.durationMs) {
				refuse(
					['changes', index, 'at'],
					`is after the end: stay within durationMs, ${String(scenario.durationMs)}`
				);
			}
			if (change.do === 'add') {
				const { id } = change.server;
				if (ids.has(id))
					refuse(['changes', index, 'server', 'id'], 'is taken by another server: give each its own');
				ids.add(id);
				there.add(id);
				if (there.size > mostServers) {
					refuse(['changes', index], `makes more than ${String(mostServers)} servers: remove some before`);
				}
			} else if ('server' in change) {
				if (!there.has(change.server)) {
					const names = [...there].join(', ') || 'none';
					refuse(
						['changes', index, 'server'],
						`is no server at ${String(change.at)} ms: those there are ${names}`
					);
				} else if (change.do === 'remove') there.delete(change.server);
			}
		}
		const { servers, changes, strategy } = scenario;
		const most = servers.length + changes.filter((change) => change.do === 'add').length;
		const tooMany = tooManyFor(strategy.name, most);
		if (tooMany !== undefined) refuse(['strategy', 'name'], tooMany);
		changes.forEach((change, index) => {
			const why = change.do === 'strategy' ? tooManyFor(change.strategy.name, most) : undefined;
			if (why !== undefined) refuse(['changes', index, 'strategy', 'name'], why);
		});
		if (scenario.warmUpMs >= scenario.durationMs) {
			refuse(
				['warmUpMs'],
				`leaves nothing to measure: stay below durationMs, ${String(scenario.durationMs)}`
			);
		}
		let fastest = scenario.traffic.perSecond;
		for (const change of scenario.changes)
			if (change.do === 'traffic') fastest = Math.max(fastest, change.perSecond);
		const requests = (fastest * scenario.durationMs) / 1000;
		if (requests > mostRequests) {
			const many = requests.toLocaleString('en', { maximumFractionDigits: 0 });
			const most = mostRequests.toLocaleString('en');
			refuse(
				['durationMs'],
				`means up to ${many} requests: stay below ${most} by a lower rate or a shorter run`
			);
		}
	});

/** Fills in the defaults. @throws InputError that names each wrong place, its value, the reason and the remedy. */
export function readScenario(value: unknown, source: SourceName = 'scenario'): Scenario {
	return parse(ScenarioSchema, value, source);
}

/** For editors and other tools: the published JSON Schema. */
export function scenarioJsonSchema(): unknown {
	return z.toJSONSchema(ScenarioSchema, { io: 'input' });
}
