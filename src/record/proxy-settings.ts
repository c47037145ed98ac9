import { z } from 'zod';
import { StrategyChoiceSchema, tooManyFor } from './choice.ts';
import { parse, type SourceName } from './input.ts';
import { backendFields, hostRuleFields, troubleFields } from './rules.ts';

/**
 * A proxy's configuration as a file says it. `strategy`, `servers` and `balancer` are those of a scenario, word for word,
 * with an address for each server; `proxy` is what only a world of sockets knows. Times are milliseconds, and null
 * switches a part off.
 */
export type ProxySettings = z.output<typeof ProxySettingsSchema>;
/** The same as a person says it: what is left out has its default. */
export type ProxySettingsInput = z.input<typeof ProxySettingsSchema>;
/** How active health checks are made. */
export type CheckSettings = NonNullable<ProxySettings['balancer']['checks']>;
/** What the proxy listens on, whom it believes, and what it writes down. */
export type ListenSettings = ProxySettings['proxy'];

const Id = z.string().regex(/^[\w.:-]{1,40}$/, 'use 1 to 40 letters, digits or . _ : -');
const Span = z.number().min(1).max(86_400_000);
const Port = z.int().min(0).max(65_535);

const ServerSchema = z.strictObject({
	/** Shown in X-Served-By, events and recordings. */
	id: Id,
	/** `http://localhost:8000`, `https://…`, or `unix:/run/app.sock`. */
	url: z.string().min(1).max(2000),
	...backendFields
});

const KeySchema = z.discriminatedUnion('by', [
	z.strictObject({ by: z.literal('address') }),
	z.strictObject({
		by: z.literal('uri'),
		whole: z.boolean().exactOptional(),
		length: z.int().min(0).exactOptional(),
		depth: z.int().min(0).exactOptional()
	}),
	z.strictObject({ by: z.literal('parameter'), name: z.string().regex(/^[\w-]+$/) }),
	z.strictObject({ by: z.literal('header'), name: z.string().regex(/^[\w-]+$/) }),
	/** One of the proxy's own, which whoever comes without is given. */
	z.strictObject({ by: z.literal('cookie'), name: z.string().regex(/^[\w-]+$/) })
]);

/** What only a simulated balancer can be otherwise; said here so that a scenario's `balancer` can be taken as it is. */
const simulated = {
	cancel: z.literal(true, 'a proxy always lets a server know that nobody waits: leave it true').default(true),
	gates: z.literal(1, 'a proxy is one balancer: leave it 1, and start several').default(1),
	sees: z.literal('own', 'a proxy sees only what goes through it: leave it "own"').default('own'),
	everyMs: z.literal(0, 'what goes through a proxy it sees at once: leave it 0').default(0),
	delayMs: z.literal(0, 'what goes through a proxy it sees at once: leave it 0').default(0),
	key: z
		.literal('address', 'say it outside of balancer, as in "key": {"by": "header", "name": "X-Session"}')
		.default('address'),
	perConnection: z.literal(1, 'a proxy chooses for each request: leave it 1').default(1)
};

const BalancerSchema = z.strictObject({
	...hostRuleFields,
	retries: hostRuleFields.retries.unwrap().default(1),
	health: hostRuleFields.health.unwrap().default({ fall: 3, ejectMs: 5000, rule: 'in-a-row' }),
	...troubleFields,
	/** Until a backend's answer begins, and between two pieces of it; null: as long as it takes. */
	timeoutMs: Span.nullable().default(60_000),
	...simulated,
	/** Active health checks: every so often; `fall` bad ones in a row take a server out, `rise` good ones bring it back. */
	checks: z
		.strictObject({
			everyMs: Span.default(2000),
			timeoutMs: Span.default(2000),
			fall: z.int().min(1).max(100).default(3),
			rise: z.int().min(1).max(100).default(2),
			/** The page that answers 2xx or 3xx where all is well; null: being able to connect is enough. */
			path: z
				.string()
				.regex(/^\/[!-~]*$/, 'begin it with a slash, and use no blanks')
				.nullable()
				.default('/'),
			/** `tcp` is a scenario's word for a path of null. */
			probe: z.enum(['http', 'tcp']).default('http')
		})
		.transform(({ probe, ...checks }) => ({ ...checks, path: probe === 'tcp' ? null : checks.path }))
		.nullable()
		.default(null)
});

const ListenSchema = z.strictObject({
	/** 0 takes any free port. */
	port: Port.default(8080),
	/** `localhost` is 127.0.0.1 and ::1; `unix:/run/proxy.sock` is no port at all. */
	host: z.string().min(1).default('localhost'),
	/** Files of a certificate and its key (PEM): HTTPS is spoken instead of HTTP. */
	tls: z.strictObject({ cert: z.string(), key: z.string() }).nullable().default(null),
	/** A file of certificates (PEM) to verify https servers with, instead of the machine's. */
	ca: z.string().nullable().default(null),
	/** Until a connection to a server stands. */
	connectTimeoutMs: Span.default(5000),
	/** Until a client has sent the whole head of its request. */
	headerTimeoutMs: Span.default(10_000),
	/** A client may be silent for so long in the middle of a request's body. */
	bodyTimeoutMs: Span.default(60_000),
	/** How long requests in flight may take once the proxy is to end. */
	drainTimeoutMs: Span.default(10_000),
	/** Client connections at once; null: as many as come. */
	maxConnections: z.int().min(1).max(1_000_000).nullable().default(null),
	/** Proxies in front whose X-Forwarded-* are believed: addresses or networks such as 10.0.0.0/8. */
	trust: z.array(z.string()).max(1000).default([]),
	/** Say who asks in the standard's header `Forwarded`, too. */
	forwarded: z.boolean().default(false),
	/** The Host that servers see: the client's, or each its own. */
	hostHeader: z.enum(['client', 'backend']).default('client'),
	/** Start a trace (W3C `traceparent`) where a request brings none. */
	trace: z.boolean().default(false),
	/**
	 * Where spans of OpenTelemetry go: a collector that takes OTLP over HTTP, without its `/v1/traces`. `share` is how many
	 * of the traces that begin here are recorded.
	 */
	otlp: z
		.strictObject({
			endpoint: z.url({ protocol: /^https?$/, error: 'write it like http://localhost:4318' }).max(2000),
			share: z.number().min(0).max(1).default(1)
		})
		.nullable()
		.default(null),
	/** The port of the page and the API that show and steer it, on the loopback interface only; null: there is none. */
	admin: Port.nullable().default(9900),
	/** A file that gets a line for each request, and its form: `json`, or `common` as Apache has it. */
	accessLog: z
		.strictObject({ file: z.string().min(1), form: z.enum(['json', 'common']).default('json') })
		.nullable()
		.default(null),
	/** A file that gets every event, for `golangia replay`. */
	record: z.string().min(1).nullable().default(null)
});

const ProxySettingsSchema = z
	.strictObject({
		$schema: z.string().optional(),
		version: z.literal(1).default(1),
		title: z.string().max(200).default(''),
		/** Seeds the strategy where chance plays a part. */
		seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(1),
		strategy: StrategyChoiceSchema.prefault({ name: 'round-robin' }),
		servers: z.array(ServerSchema).min(1, 'needs at least one server').max(10_000),
		balancer: BalancerSchema.prefault({}),
		/** What of a request is its key, on which affinity hangs. */
		key: KeySchema.default({ by: 'address' }),
		proxy: ListenSchema.prefault({})
	})
	.superRefine(({ servers, strategy }, context) => {
		const seen = new Set<string>();
		for (const [index, { id }] of servers.entries()) {
			if (seen.has(id))
				context.addIssue({
					code: 'custom',
					path: ['servers', index, 'id'],
					message: 'is taken by one before: give each its own'
				});
			seen.add(id);
		}
		const tooMany = tooManyFor(strategy.name, servers.length);
		if (tooMany !== undefined)
			context.addIssue({ code: 'custom', path: ['strategy', 'name'], message: tooMany });
	});

/** Fills in the defaults. @throws InputError that names each wrong place, its value, the reason and the remedy. */
export function readProxySettings(value: unknown, source: SourceName = 'configuration'): ProxySettings {
	return parse(ProxySettingsSchema, value, source);
}

/** For editors and other tools: the published JSON Schema. */
export function proxySettingsJsonSchema(): unknown {
	return z.toJSONSchema(ProxySettingsSchema, { io: 'input' });
}
