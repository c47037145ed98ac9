import { z } from 'zod';
import type { StrategyName } from '#balancer/strategies/index.ts';
import type { Random } from '#balancer/strategy.ts';
import { parse } from './input.ts';

/** A golden recording as it is written: what a real HAProxy, NGINX or Caddy was asked, and what it picked. */
export type Golden = z.output<typeof GoldenSchema>;
export type GoldenServer = Golden['servers'][number];

/** Ours that claims to pick as the recorded program does, or one sentence that says why none can. */
export type GoldenReading =
	| {
			readonly strategy: StrategyName;
			readonly knobs: Readonly<Record<string, number>>;
			/** To be given at birth, where the program starts from numbers of its own. */
			readonly random?: Random;
			/** Turns that were taken before the first request came; none unless told. */
			readonly turnsBefore?: number;
			/** What affinity hangs on, cut out of what the request carried (null: it carried nothing). */
			readonly keyOf: (input: string | null) => string;
	  }
	| { readonly unsupported: string };

const Name = z.string().min(1);
const Flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).default(false);
const Count = z.int().min(0);

const StepSchema = z.discriminatedUnion('op', [
	z.object({
		op: z.literal('requests'),
		count: Count.max(1_000_000).default(0),
		inputs: z.array(z.string().nullable()).optional()
	}),
	z.object({ op: z.literal('start'), id: Name, input: z.string().nullish() }),
	z.object({ op: z.literal('finish'), id: Name }),
	z.object({ op: z.enum(['refuse', 'accept']), server: Name }),
	z.object({ op: z.enum(['down', 'up', 'drain']), server: Name }),
	z.object({ op: z.literal('weight'), server: Name, weight: z.number().min(0) }),
	z.object({ op: z.literal('sleep'), seconds: z.number().min(0) })
]);

const ServerSchema = z.object({
	name: Name,
	weight: z.number().min(0).default(1),
	address: z.string().optional(),
	id: z.int().positive().optional(),
	down: Flag,
	backup: Flag,
	maxconn: z.int().min(0).optional(),
	maxFails: Count.optional(),
	/** Seconds. */
	failTimeout: Count.optional(),
	minconn: z.int().min(1).optional()
});

const OptionsSchema = z.object({
	hashType: z.string().optional(),
	hashFunction: z.string().optional(),
	avalanche: z.boolean().optional(),
	hashBalanceFactor: z.number().optional(),
	whole: z.boolean().optional(),
	depth: z.number().optional(),
	len: z.number().optional(),
	header: z.string().optional(),
	param: z.string().optional(),
	draws: z.number().optional(),
	consistent: z.boolean().optional(),
	retries: Count.optional(),
	redispatch: z.boolean().optional(),
	redispatchInterval: z.int().optional(),
	/** Seconds. */
	slowstart: z.number().positive().optional(),
	fullconn: z.int().positive().optional(),
	allbackups: z.boolean().optional(),
	/** Milliseconds. */
	queueTimeout: z.number().positive().optional()
});

const GoldenSchema = z
	.object({
		format: z.literal(1),
		/** Program and version. */
		source: z.string(),
		strategy: z.string(),
		options: OptionsSchema.default({}),
		servers: z.array(ServerSchema).min(1),
		/** What a request carries. */
		input: z.string().default('none'),
		deterministic: z.boolean(),
		steps: z.array(StepSchema).default([]),
		/** One for each request or start; null when no server took it then. */
		picks: z.array(Name.nullable()).default([]),
		/** Who waited and was let in, and the step (from 0) that made the room. */
		admitted: z.array(z.object({ afterStep: Count, id: Name, server: Name })).default([]),
		/** Who waited until it gave up, and the step during which it did. */
		expired: z.array(z.object({ afterStep: Count, id: Name })).default([]),
		/** Index into picks, status, servers tried in order: where one try was not enough. */
		attempts: z.array(z.tuple([Count, z.int(), z.array(z.string())])).default([]),
		/** Instead of steps and picks: seconds since a server came back, and the weight shown then. */
		weights: z.array(z.tuple([z.number(), z.number()])).optional(),
		/** Instead of steps and picks, where only shares mean something: how often each server was picked, play by play. */
		counts: z.array(z.record(z.string(), Count)).optional()
	})
	.superRefine(({ servers, steps }, context) => {
		const names = servers.map(({ name }) => name);
		const open = new Set<string>();
		steps.forEach((step, index) => {
			if ('server' in step && !names.includes(step.server)) {
				const message = `is no server of this recording: use one of ${names.join(', ')}`;
				context.addIssue({ code: 'custom', path: ['steps', index, 'server'], message });
			}
			if (step.op === 'start') open.add(step.id);
			if (step.op === 'finish' && !open.delete(step.id)) {
				const message = 'is not open here: finish what a step before has started, once';
				context.addIssue({ code: 'custom', path: ['steps', index, 'id'], message });
			}
		});
	});

/** True for what means to be a golden recording, right or wrong inside; no session of the proxy looks like it. */
export function isGolden(value: unknown): boolean {
	return (
		typeof value === 'object' &&
		value !== null &&
		'format' in value &&
		'servers' in value &&
		'strategy' in value
	);
}

/** @throws InputError when it is not in the format. */
export function readGolden(value: unknown, source: string): Golden {
	return parse(GoldenSchema, value, source);
}

/** `haproxy`, `nginx` or `caddy`. */
export function productOf({ source }: Golden): string {
	return source.split(' ')[0]?.toLowerCase() ?? '';
}
