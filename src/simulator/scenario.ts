import { z } from 'zod';
import { StrategyChoiceSchema } from '#record/choice.ts';
import { parse, type SourceName } from '#record/input.ts';
import { ProgramSchema } from '#record/program.ts';
import { backendFields, hostRuleFields, troubleFields } from '#record/rules.ts';
import { lawFields } from './law.ts';
import { checkScenario, mostServers } from './scenario-checks.ts';

/**
 * A scenario is plain JSON: who comes, what they ask, who serves, who decides, what fails, and what happens meanwhile.
 * With a seed it determines a run completely. Everything has a default; null switches a part off. Times are
 * milliseconds of virtual time.
 */
export type Scenario = z.output<typeof ScenarioSchema>;
export type ServerSpec = z.output<typeof ServerSchema>;
export type Change = z.output<typeof ChangeSchema>;
/** A change that happens now. */
export type LiveChange = WithoutAt<Change>;
type WithoutAt<C> = C extends unknown ? Omit<C, 'at'> : never;

const Id = z.string().regex(/^[\w.:-]{1,40}$/, 'use 1 to 40 letters, digits or . _ : -');
const Millis = z.number().min(0).max(86_400_000);
/** A length of time that is none of 0. */
const Span = z.number().min(0.001).max(86_400_000);
const PerSecond = z.number().min(0).max(10_000_000);
const Speed = z.number().min(0.01).max(100);

const TrafficSchema = z.strictObject({
	/**
	 * `poisson`: strangers who come independently; `steady`: one every 1/rate; `erlang` and `hyperexponential`: more and
	 * less regular than strangers, see `gaps`; `bursts`: quiet and busy spells by turns. All these are open loop: nobody
	 * waits for an answer before the next is sent. `users` is a closed loop: each sends, waits for the answer, thinks, and
	 * sends again. `trace`: those listed, at their instants.
	 */
	arrivals: z
		.enum(['poisson', 'steady', 'erlang', 'hyperexponential', 'bursts', 'users', 'trace'])
		.default('poisson'),
	/** The mean rate of an open loop. */
	perSecond: PerSecond.default(30),
	/** The rate's factor over time: straight lines from point to point, level outside. Ramps, spikes, days and nights. */
	curve: z
		.array(z.strictObject({ at: Millis, times: z.number().min(0).max(1000) }))
		.max(1000)
		.default([]),
	/** The law of the gaps where `arrivals` is `erlang` or `hyperexponential`. */
	gaps: z
		.strictObject({
			stages: lawFields.stages,
			share: lawFields.share,
			times: lawFields.times
		})
		.prefault({}),
	/** A busy spell has `times` the rate of a quiet one; both last exponentially long. */
	bursts: z
		.strictObject({
			times: z.number().min(1).max(1000).default(6),
			quietMs: Span.default(10_000),
			busyMs: Span.default(2500)
		})
		.prefault({}),
	/** Who sends and waits where `arrivals` is `users`. */
	users: z.int().min(1).max(100_000).default(20),
	think: z.strictObject({ ...lawFields, meanMs: Millis.default(1000) }).prefault({}),
	/** What comes where `arrivals` is `trace`; who and how much work, unless told, as for other traffic. */
	trace: z
		.array(
			z.strictObject({ at: Millis, key: z.string().max(200).optional(), work: Millis.min(0.001).optional() })
		)
		.max(200_000)
		.default([]),
	/** Distinct clients, each with an address of its own. */
	clients: z.int().min(1).max(1_000_000).default(40),
	/** Some clients send more than others: the k-th in proportion to 1/k^zipf. 0: all the same. */
	zipf: z.number().min(0).max(3).default(0),
	/** One client sends this share of everything. */
	giant: z.number().min(0).max(1).default(0),
	/** People behind the giant's one address, equally busy, each with a session of their own: an office, a mobile carrier. */
	giantSessions: z.int().min(1).max(1_000_000).default(1),
	/** How long a client waits before it leaves: for the answer, or only for its turn (`start`). null: as long as it takes. */
	patience: z
		.strictObject({
			law: z.enum(['fixed', 'exponential']).default('fixed'),
			meanMs: Span,
			until: z.enum(['answer', 'start']).default('answer')
		})
		.nullable()
		.default(null)
});

const ServerSchema = z.strictObject({
	id: Id,
	/** `fcfs`: first come, first served, a request to each worker. `sharing`: all inside share the workers evenly. */
	discipline: z.enum(['fcfs', 'sharing']).default('fcfs'),
	/** Requests served at once; under `sharing` the processors that are shared. */
	workers: z.int().min(1).max(1024).default(1),
	/** Under `sharing`: requests taken up at once. */
	slots: z.int().min(1).max(1_000_000).default(1000),
	/** Requests that may wait; one more is refused. */
	queue: z.int().min(0).max(1_000_000).default(50),
	/** 2 does the same work in half the time. */
	speed: Speed.default(1),
	...backendFields,
	/** Its own share of the way from the balancer and back again, one way: another zone. */
	distanceMs: z.number().min(0).max(60_000).default(0),
	/** With more than `above` requests inside, each further one costs it a share `loss` of its nominal speed's worth of time. */
	thrash: z
		.strictObject({ above: z.int().min(0).max(100_000), loss: z.number().min(0).max(10) })
		.nullable()
		.default(null),
	/** After a restart, or when it joins: from a share `from` of its speed to all of it. */
	coldStart: z
		.strictObject({ ms: Span, from: z.number().min(0.01).max(1).default(0.2) })
		.nullable()
		.default(null),
	/** This share of its answers are errors: the work is done, and in vain. */
	errors: z.number().min(0).max(1).default(0),
	/** A neighbour that takes processor time now and then: quiet and busy spells of exponential length. */
	antagonist: z
		.strictObject({ quietMs: Span, busyMs: Span, speed: Speed.max(1).default(0.5) })
		.nullable()
		.default(null)
});

const at = Millis;
const server = Id;

const ChangeSchema = z.discriminatedUnion('do', [
	z.strictObject({ do: z.literal('add'), at, server: ServerSchema }),
	z.strictObject({ do: z.literal('remove'), at, server }),
	/** The machine dies: what it holds is lost, and it refuses whatever comes. */
	z.strictObject({ do: z.literal('stop'), at, server }),
	/** The machine dies and nobody says so: it takes what comes and never answers. */
	z.strictObject({ do: z.literal('hang'), at, server }),
	/** It answers everything at once, with an error. */
	z.strictObject({ do: z.literal('fail'), at, server }),
	/** It stands still for a while, as a garbage collector may have it, and goes on. */
	z.strictObject({ do: z.literal('pause'), at, server, forMs: Span }),
	z.strictObject({ do: z.literal('slow'), at, server, speed: Speed }),
	/** Back to work at the speed it was built with. */
	z.strictObject({ do: z.literal('restart'), at, server }),
	z.strictObject({ do: z.literal('drain'), at, server }),
	z.strictObject({ do: z.literal('ready'), at, server }),
	z.strictObject({ do: z.literal('weight'), at, server, weight: backendFields.weight.unwrap() }),
	z.strictObject({ do: z.literal('traffic'), at, perSecond: PerSecond }),
	z.strictObject({ do: z.literal('strategy'), at, strategy: StrategyChoiceSchema }),
	/** One more request, from outside the traffic: a learner's own fetch. */
	z.strictObject({ do: z.literal('request'), at, key: z.string().max(200) })
]);

const BalancerSchema = z.strictObject({
	...hostRuleFields,
	/** An attempt that takes longer is given up; null: none is. */
	timeoutMs: Span.nullable().default(null),
	backoff: troubleFields.backoff,
	budget: troubleFields.budget,
	hedgeMs: troubleFields.hedgeMs,
	/** Whether a server is told when nobody waits for its answer any more. If not, it works on in vain. */
	cancel: z.boolean().default(true),
	most: troubleFields.most,
	/** Active health checks: every so often; `fall` bad ones in a row take a server out, `rise` good ones bring it back. */
	checks: z
		.strictObject({
			everyMs: Span.default(2000),
			timeoutMs: Span.default(2000),
			fall: z.int().min(1).max(100).default(3),
			rise: z.int().min(1).max(100).default(2),
			/** What is asked: a page, or only whether a connection is taken, as it is by a server that hangs or answers with errors. */
			probe: z.enum(['http', 'tcp']).default('http')
		})
		.nullable()
		.default(null),
	/** Balancers side by side; a request comes to one of them by chance, and each has its own view. */
	gates: z.int().min(1).max(100).default(1),
	/** What a balancer sees: its `own` counts, or what the `servers` hold for all balancers. */
	sees: z.enum(['own', 'servers']).default('own'),
	/** Where it sees the servers: how old its news may be. It looks every so often; 0: whenever it chooses. */
	everyMs: Millis.default(0),
	/** How long what it has seen there is on its way to it. */
	delayMs: Millis.default(0),
	/** What it knows a client by: the address that the request comes from, or the session that a cookie names. */
	key: z.enum(['address', 'session']).default('address'),
	/** Requests that a client sends over one connection, which goes to one server; the next opens another. */
	perConnection: z.int().min(1).max(1_000_000).default(1)
});

const ScenarioSchema = z
	.strictObject({
		$schema: z.string().optional(),
		version: z.literal(1).default(1),
		title: z.string().max(200).default(''),
		seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
		strategy: StrategyChoiceSchema.prefault({ name: 'round-robin' }),
		traffic: TrafficSchema.prefault({}),
		/** What a request costs: milliseconds of one worker at speed 1. */
		work: z
			.strictObject({ ...lawFields, meanMs: z.number().min(0.001).max(600_000).default(100) })
			.prefault({}),
		servers: z.array(ServerSchema).min(1, 'needs at least one server').max(mostServers),
		network: z
			.strictObject({
				/** One way, client to gate and again gate to server; with a coefficient of variation it is lognormal. */
				hopMs: z.number().min(0).max(60_000).default(0),
				cv: z.number().min(0).max(5).default(0),
				/** The balancer is a part of the client, as in gRPC: from one to the other takes no time. */
				inClient: z.boolean().default(false)
			})
			.prefault({}),
		balancer: BalancerSchema.prefault({}),
		/** How many servers there are, decided as Kubernetes' HorizontalPodAutoscaler does; null: they are as many as listed. */
		autoscaler: z
			.strictObject({
				least: z.int().min(1).max(1000).default(1),
				most: z.int().min(1).max(1000).default(10),
				/** Share of the workers' time that should be used. */
				target: z.number().min(0.01).max(1).default(0.7),
				/** Nothing is done while use is within this share of the target. */
				tolerance: z.number().min(0).max(1).default(0.1),
				everyMs: Span.default(15_000),
				/** Down goes only to the most that was wanted in this window. */
				downWindowMs: Millis.default(300_000),
				/** From the decision to the first request served. */
				bootMs: Millis.default(30_000)
			})
			.nullable()
			.default(null),
		/** Clients have sessions; null: requests know nothing of each other. */
		sessions: z
			.strictObject({
				/** In the memory of the server that saw the client last, or in a store that all servers ask. */
				kept: z.enum(['server', 'store']).default('server'),
				/** Further work for a client whom the server does not know. */
				missMs: Millis.default(200),
				/** Further work for each request with a store. */
				storeMs: Millis.default(5)
			})
			.nullable()
			.default(null),
		/** What requests read and write, before their work: one value with copies. They keep their worker or slot meanwhile. null: none. */
		data: z
			.strictObject({
				copies: z.int().min(1).max(100).default(3),
				/** Copies that must have a write before it is answered, and that a read asks. */
				write: z.int().min(1).max(100).default(1),
				read: z.int().min(1).max(100).default(1),
				/** Mean time until a copy has a write; exponential. */
				lagMs: Millis.default(50),
				/** Share of the requests that write. */
				writes: z.number().min(0).max(1).default(0.1),
				/** A client whose own write is not among what it read asks again, until it is. */
				readYourWrites: z.boolean().default(false)
			})
			.nullable()
			.default(null),
		/** Calls that a request makes side by side, each by a pick of its own; it is answered when the last one is. */
		fanOut: z.int().min(1).max(1000).default(1),
		/** Requests sent before this instant are served but not counted. */
		warmUpMs: Millis.default(0),
		/** The traffic stops here; the run ends when the last answer is in. */
		durationMs: Millis.min(1).default(60_000),
		changes: z.array(ChangeSchema).max(100_000).default([]),
		/** What a real program's file says besides: kept for an export, and nothing to a run. null: the usual. */
		program: ProgramSchema.nullable().default(null)
	})
	.superRefine(checkScenario);

/** Fills in the defaults. @throws InputError that names each wrong place, its value, the reason and the remedy. */
export function readScenario(value: unknown, source: SourceName = 'scenario'): Scenario {
	// Zod writes and compiles code that reads a schema faster; for one value that takes longer than to read it.
	return parse(ScenarioSchema, value, source, { jitless: true });
}

/** For editors and other tools: the published JSON Schema. */
export function scenarioJsonSchema(): unknown {
	return z.toJSONSchema(ScenarioSchema, { io: 'input' });
}
