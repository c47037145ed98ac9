import { z } from 'zod';
import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, type StrategyName } from '#balancer/strategies/index.ts';
import type { Backend, Call, Result } from '#balancer/strategy.ts';
import type { Comparison } from './comparison.ts';
import { parse } from './input.ts';

/**
 * A golden recording holds what a real HAProxy, NGINX or Caddy picked, request by request. Playing it asks our
 * strategy the same questions, with no socket and no clock, and compares the answers.
 */
type Golden = z.output<typeof GoldenSchema>;

const Name = z.string().min(1);
const Flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).default(false);

const StepSchema = z.discriminatedUnion('op', [
	z.object({
		op: z.literal('requests'),
		count: z.int().min(0).max(1_000_000).default(0),
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
	weight: z.number().positive(),
	down: Flag,
	backup: Flag,
	maxconn: z.int().positive().optional(),
	maxFails: z.int().min(0).default(1)
});

const GoldenSchema = z
	.object({
		format: z.literal(1),
		/** Program and version. */
		source: z.string(),
		strategy: z.string(),
		options: z.object({ redispatch: z.boolean().optional() }).default({}),
		servers: z.array(ServerSchema).min(1),
		deterministic: z.boolean(),
		steps: z.array(StepSchema).default([]),
		/** One for each request or start; null when no server took it. */
		picks: z.array(Name.nullable()).default([]),
		/** Index into picks, status, servers tried in order: where one try was not enough. */
		attempts: z.array(z.tuple([z.int().min(0), z.int(), z.array(z.string())])).default([])
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

/** Which of ours claims to pick as which of theirs. */
const claims: Readonly<Record<string, StrategyName>> = {
	'nginx swrr': 'smooth-weighted-round-robin',
	'nginx ip_hash': 'ip-hash',
	'nginx least_conn': 'weighted-least-connections',
	'haproxy roundrobin': 'round-robin',
	'haproxy static-rr': 'round-robin'
};

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

/**
 * Ask our strategy for every pick of a recording. `unsupported` says in one sentence what the file asks for that
 * is not here. @throws InputError when the file is not in the format.
 */
export function playGolden(value: unknown, source: string): Comparison | { readonly unsupported: string } {
	const golden = parse(GoldenSchema, value, source);
	const product = golden.source.split(' ')[0]?.toLowerCase() ?? '';
	const name = claims[`${product} ${golden.strategy}`];
	if (name === undefined) {
		return { unsupported: `No strategy here claims to pick as ${golden.strategy} of ${golden.source} does.` };
	}
	const unsupported = whyNot(golden) ?? (product === 'haproxy' ? whyNotHaproxy(golden) : whyNotNginx(golden));
	return unsupported === undefined ? compare(golden, play(golden, name, product)) : { unsupported };
}

function whyNot({ deterministic, steps, picks, servers }: Golden): string | undefined {
	if (!deterministic || steps.length === 0 || picks.length === 0)
		return 'It holds no sequence of picks to follow.';
	if (servers.some(({ backup }) => backup)) return 'It has backup servers; a cluster here has none.';
	if (servers.some(({ maxconn }) => maxconn !== undefined)) {
		return 'It caps the connections of a server; a cluster here does not.';
	}
	if (new Set(steps.flatMap((step) => (step.op === 'refuse' ? step.server : []))).size > 1) {
		return 'More than one server refuses in it; when to give up is settled otherwise here.';
	}
	if (steps.some(({ op }) => op === 'down' || op === 'up' || op === 'drain' || op === 'weight')) {
		return 'HAProxy finds a place of its own in the round for a server that changes or comes back.';
	}
	return undefined;
}

function whyNotHaproxy({ servers }: Golden): string | undefined {
	if (new Set(servers.map(({ weight }) => weight)).size > 1) {
		return 'With unequal weights HAProxy spreads the turns in an order of its own.';
	}
	return undefined;
}

function whyNotNginx({ strategy, servers, steps }: Golden): string | undefined {
	const refuses = steps.some(({ op }) => op === 'refuse');
	if (strategy === 'ip_hash' && (refuses || servers.some(({ down }) => down))) {
		return 'NGINX hashes over servers that are out, too; a strategy here is shown only those that are in.';
	}
	if (refuses && servers.some(({ maxFails }) => maxFails !== 1)) {
		return 'NGINX lowers the weight of a server at each failure; a cluster here does not.';
	}
	if (steps.some(({ op }) => op === 'sleep')) {
		return 'NGINX lets a failed server back with a weight that has to grow again; a cluster here does not.';
	}
	return undefined;
}

/** The servers tried for one pick, in order, and the one that took it. */
interface Played {
	readonly tried: readonly string[];
	readonly pick: string | null;
}

function play({ servers, steps, options }: Golden, name: StrategyName, product: string): readonly Played[] {
	// NGINX turns to the next server and leaves the failed one out; HAProxy does neither unless told so.
	const health = product === 'nginx' ? { fall: 1, ejectMs: Infinity } : undefined;
	const tries = product === 'nginx' || options.redispatch === true ? 2 : 1;
	const cluster = new Cluster(createStrategy(name, {}, randomStream(0, 'golden')), { health });
	for (const server of servers) {
		cluster.add(server.name, server.weight, 0);
		if (server.down) cluster.setState(server.name, 'down', 0);
	}
	const played: Played[] = [];
	const refusing = new Set<string>();
	const open = new Map<string, () => void>();

	/** Place one request; call what is returned when its answer is complete. */
	const start = (key: string): (() => void) => {
		const tried: Backend[] = [];
		for (let attempt = 0; attempt < tries; attempt++) {
			const call: Call = { id: played.length, key, attempt, at: 0 };
			const backend = cluster.acquire(call, tried);
			if (backend === undefined) break;
			tried.push(backend);
			const end = (result: Result): void => {
				cluster.release(backend, { call, at: 0, latency: 0, result });
			};
			if (!refusing.has(backend.id)) {
				played.push({ tried: tried.map(({ id }) => id), pick: backend.id });
				return () => {
					end('ok');
				};
			}
			end('error');
		}
		played.push({ tried: tried.map(({ id }) => id), pick: null });
		return () => undefined;
	};

	for (const step of steps) {
		if (step.op === 'requests') {
			for (const input of step.inputs ?? Array<null>(step.count).fill(null)) start(input ?? '')();
		} else if (step.op === 'start') open.set(step.id, start(step.input ?? ''));
		else if (step.op === 'finish') open.get(step.id)?.();
		else if (step.op === 'refuse') refusing.add(step.server);
		else if (step.op === 'accept') refusing.delete(step.server);
	}
	return played;
}

function compare({ picks, attempts, source }: Golden, played: readonly Played[]): Comparison {
	const total = Math.max(picks.length, played.length);
	// An empty list of tries says that the program did not tell them.
	const told = attempts.filter(([, , tried]) => tried.length > 0);
	const triesAt = new Map(told.map(([index, , tried]) => [index, tried.join(', ')]));
	let same = 0;
	let difference: string | undefined;
	for (let index = 0; index < total; index++) {
		const tries = triesAt.get(index);
		const theirs = picks[index] ?? null;
		const ours = played[index] ?? { tried: [], pick: null };
		const ourTries = ours.tried.join(', ');
		if (theirs === ours.pick && (tries === undefined || tries === ourTries)) same++;
		else {
			const [they, we] = tries === undefined ? [theirs, ours.pick] : [tries, ourTries];
			difference ??= `At pick ${String(index + 1)} of ${String(total)} ${source} chose ${they ?? 'nobody'}, and we ${we ?? 'nobody'}.`;
		}
	}
	return difference === undefined ? { same, total } : { same, total, difference };
}
