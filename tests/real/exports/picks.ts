import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import type { StrategyName } from '#balancer/strategies/index.ts';
import { clusterOf, type ClusterPlan } from '#dialects/cluster.ts';
import { backendFacts } from '#record/rules.ts';
import type { Backend, Call, Random, Strategy } from '#balancer/strategy.ts';
import { readScenario } from '#simulator/scenario.ts';
import { callHeader, Farm, holdHeader, nameHeader } from '../farm.ts';

/** Requests that are in flight at once: never so many that a server is full. */
function heldBy({ servers }: ClusterPlan): number {
	return Math.min(4, ...servers.flatMap(({ limit }) => limit ?? []));
}

/** A cluster on this machine's ports from `port` on; the gate's own is the first. */
export function localPlan(name: StrategyName, weights: readonly number[], port: number): ClusterPlan {
	const scenario = readScenario({
		title: name,
		strategy: { name },
		servers: weights.map((weight, index) => ({
			id: `s${String(index + 1)}`,
			address: `127.0.0.1:${String(port + 1 + index)}`,
			weight
		})),
		balancer: { panic: false, timeoutMs: 20_000 }
	});
	return clusterOf(scenario, { frontend: `127.0.0.1:${String(port)}` });
}

/** Our own cluster of a plan's servers, where each call stays until a few more have come. */
export class OurSide {
	readonly cluster: Cluster;
	readonly #held: number;
	readonly #inside: { readonly call: Call; readonly backend: Backend }[] = [];
	#calls = 0;

	constructor(plan: ClusterPlan, strategy: Strategy) {
		this.#held = heldBy(plan);
		this.cluster = new Cluster(strategy);
		plan.servers.forEach((server, index) => {
			this.cluster.add(server.id, { ...backendFacts(server), number: index + 1 }, 0);
		});
	}

	/** Whoever comes next: if as many are inside as stay, the first of them has left. */
	next(key: string): Call {
		const at = this.#calls++;
		const first = this.#inside.length === this.#held ? this.#inside.shift() : undefined;
		if (first !== undefined)
			this.cluster.release(first.backend, { call: first.call, at, latency: this.#held, result: 'ok' });
		return { id: at, key, attempt: 0, at };
	}

	take(call: Call, backend: Backend): void {
		this.cluster.take(backend, call.at);
		this.#inside.push({ call, backend });
	}
}

/** Whom this strategy picks when these clients come one by one. */
export function ourPicks(
	plan: ClusterPlan,
	create: (random: Random) => Strategy,
	keys: readonly string[],
	seed = 1
): readonly string[] {
	const ours = new OurSide(plan, create(randomStream(seed, 'strategy')));
	return keys.map((key) => {
		const call = ours.next(key);
		const backend = ours.cluster.choose(call);
		if (backend === undefined) throw new Error('Nobody took the call.');
		ours.take(call, backend);
		return backend.id;
	});
}

/** Whom the program at this port picks when the same clients come. */
export async function theirPicks(
	farm: Farm,
	port: number,
	plan: ClusterPlan,
	keys: readonly string[]
): Promise<readonly string[]> {
	const { key: rule } = plan;
	const held = heldBy(plan);
	const picks: string[] = [];
	const open: { readonly call: string; readonly ended: Promise<Answer> }[] = [];
	const release = async (): Promise<void> => {
		const first = open.shift();
		if (first === undefined) return;
		farm.release(first.call);
		await first.ended;
		// The balancer has sent the answer on before it has counted it as gone.
		await delay(4);
	};
	for (const [index, key] of keys.entries()) {
		if (open.length === held) await release();
		const call = `c${String(index)}`;
		const headers = { [callHeader]: call, [holdHeader]: '1' };
		const ended =
			rule.by === 'header'
				? ask(port, '127.0.0.1', { ...headers, [rule.name]: key })
				: ask(port, key, headers);
		open.push({ call, ended });
		let holder = farm.holderOf(call);
		for (const end = performance.now() + 5000; holder === undefined && performance.now() < end;) {
			await delay(1);
			holder = farm.holderOf(call);
		}
		if (holder === undefined) {
			const { status } = await ended;
			throw new Error(`Request ${String(index)} came to no server (status ${String(status)}).`);
		}
		picks.push(holder);
	}
	while (open.length > 0) await release();
	return picks;
}

export interface Answer {
	/** 0: the connection broke. */
	readonly status: number;
	readonly server: string;
	readonly ms: number;
}

/** One request from this address of this machine. */
export function ask(
	port: number,
	from: string,
	headers: Readonly<Record<string, string>> = {}
): Promise<Answer> {
	const began = performance.now();
	return new Promise((resolve) => {
		const done = (status: number, server = ''): void => {
			resolve({ status, server, ms: performance.now() - began });
		};
		request({ port, host: '127.0.0.1', localAddress: from, agent: false, headers }, (response) => {
			response.resume().on('end', () => {
				done(response.statusCode ?? 0, String(response.headers[nameHeader] ?? ''));
			});
			response.on('error', () => {
				done(0);
			});
		})
			.on('error', () => {
				done(0);
			})
			.end();
	});
}
