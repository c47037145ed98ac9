import { z } from 'zod';
import type { BackendFacts, ClusterOptions } from '#balancer/cluster.ts';
import type { ReceptionRules } from '#balancer/reception.ts';
import type { RetryRules } from '#balancer/retry.ts';

/**
 * What a balancer does around its strategy, the same in a scenario, a proxy's configuration and a recording: whom it
 * leaves out, who waits, how it tries again.
 */
export type HostRules = z.output<typeof HostRulesSchema>;
/** The same as a person says it: what is left out has its default. */
export type HostRulesInput = z.input<typeof HostRulesSchema>;

const Millis = z.number().min(0).max(86_400_000);

export const hostRuleFields = {
	/** How often a failed request is tried again. */
	retries: z.int().min(0).max(10).default(0),
	/** Where: `always` elsewhere if there is an elsewhere, `avoid` only the last that failed, `never` elsewhere. */
	redispatch: z.enum(['always', 'avoid', 'never']).default('always'),
	/** A request that has failed on everybody may go to one of them again. */
	again: z.boolean().default(true),
	/**
	 * Passive health checks: so many failures, in a row or by NGINX's `max-fails`, and a server is left out for so long. A
	 * circuit breaker by another name: it opens, and after `ejectMs` is half open, when one more failure opens it again.
	 */
	health: z
		.strictObject({
			fall: z.int().min(1).max(100),
			ejectMs: Millis,
			rule: z.enum(['in-a-row', 'max-fails']).default('in-a-row')
		})
		.nullable()
		.default(null),
	/** When all have been left out, ask all of them rather than nobody. */
	panic: z.boolean().default(true),
	/** Who steps in when no other server is left: all backups, also for a single request (NGINX), the first, or all as a group (HAProxy). */
	backups: z.enum(['all', 'first', 'group']).default('all'),
	/** From its return to a server's full share; null: all at once. */
	slowStartMs: Millis.min(1).nullable().default(null),
	/** Requests that wait at the balancer while every server is at its limit; null: they are refused. */
	queue: z
		.strictObject({
			limit: z.int().min(1).max(1_000_000).default(10_000),
			/** How long one waits before it is refused; null: as long as it takes. */
			timeoutMs: Millis.min(1).nullable().default(null)
		})
		.nullable()
		.default(null),
	/** A client goes where it went before, as long as that server is there, whatever the strategy would say. */
	sticky: z.boolean().default(false)
};

/** What a balancer does when attempts fail, are slow, or are too many, or is slow, the same in a scenario and a proxy's configuration. */
export const troubleFields = {
	/** Before a retry: `baseMs`, doubled each time up to `mostMs`; with jitter a random share of that (full jitter). */
	backoff: z
		.strictObject({
			baseMs: Millis.default(0),
			mostMs: Millis.default(10_000),
			jitter: z.boolean().default(true)
		})
		.prefault({}),
	/** Each request earns the balancer this share of a retry, and it saves up to `most` of them; null: retries cost nothing. */
	budget: z
		.strictObject({
			ratio: z.number().min(0).max(10).default(0.1),
			most: z.number().min(1).max(100_000).default(10)
		})
		.nullable()
		.default(null),
	/** After so long a second attempt is sent elsewhere, and the first answer wins; it costs no retry. null: never. */
	hedgeMs: Millis.min(0.001).nullable().default(null),
	/** Requests it lets in at once; more are turned away at the gate. null: all. */
	most: z.int().min(1).max(1_000_000).nullable().default(null)
};

/** A name, an IPv4 address or an IPv6 address in brackets, and a port. */
export const addressForm = /^(?:[A-Za-z0-9](?:[\w.-]{0,250}\w)?|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}$/;

export const HostRulesSchema = z.strictObject(hostRuleFields);

/** What a balancer is told of a server, besides its name. */
export const backendFields = {
	/** Its share; 0: it takes no new requests for now. */
	weight: z.number().min(0).max(1000).default(1),
	/** Requests the balancer has there at once; null: as many as come. */
	limit: z.int().min(1).max(1_000_000).nullable().default(null),
	/** It stands in only when no other is left. */
	backup: z.boolean().default(false),
	/** `host:port`, where some programs hash it; left out, its name stands for it. */
	address: z.string().regex(addressForm, 'write it like localhost:8000 or [::1]:8000').optional()
};

export type BackendRules = z.input<z.ZodObject<typeof backendFields>>;

/** What these rules are to a reception; `onChange` hears every slow change. */
export function receptionRules(
	{ health, panic, backups, again, slowStartMs, queue, sticky }: HostRules,
	onChange?: ClusterOptions['onChange']
): ReceptionRules {
	return {
		cluster: {
			health: health ?? undefined,
			panic,
			backups,
			again,
			slowStart: slowStartMs === null ? undefined : { ms: slowStartMs },
			onChange
		},
		queue: queue === null ? undefined : { limit: queue.limit, patienceMs: queue.timeoutMs ?? undefined },
		sticky
	};
}

/** The host's part of rules that have more to them. */
export function hostRulesOf(rules: HostRules): HostRules {
	return z.object(hostRuleFields).parse(rules);
}

export function backendFacts({ weight = 1, limit, backup = false, address }: BackendRules): BackendFacts {
	return { weight, limit: limit ?? Infinity, backup, address };
}

export function retryRules({ retries, redispatch }: HostRules): RetryRules {
	return { retries, redispatch };
}
