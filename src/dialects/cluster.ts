import type { KeyRule } from '#balancer/key.ts';
import type { StrategyChoice } from '#record/choice.ts';
import { InputError } from '#record/input.ts';
import { frontendForm, nameForm, pathForm, ProgramSchema, type Program } from '#record/program.ts';
import { addressForm } from '#record/rules.ts';
import type { Scenario } from '#simulator/scenario.ts';

/**
 * A cluster as every dialect speaks of it: what a scenario says of its balancer and its servers, and what only a real
 * program has to know. Times are milliseconds.
 */
export interface ClusterPlan extends Readonly<Program> {
	readonly title: string;
	/** In order: some programs hash a server's place. */
	readonly servers: readonly PlannedServer[];
	readonly strategy: StrategyChoice;
	/** Its own `key` is a simulation's; the program's says it here. */
	readonly balancer: Omit<Scenario['balancer'], 'key'>;
	readonly autoscaler: Scenario['autoscaler'];
}

export interface PlannedServer {
	readonly id: string;
	readonly address: string;
	readonly weight: number;
	readonly limit: number | null;
	readonly backup: boolean;
}

/** What a scenario does not say, unless told: see `ClusterPlan`. */
export type Premises = Partial<Program & Pick<ClusterPlan, 'balancer'>>;

/** Where servers without an address are looked for: on this machine, from this port on. */
export const firstPort = 8001;

/** The cluster that a scenario is about, without its clients and their work. */
export function clusterOf(scenario: Scenario, premises: Premises = {}): ClusterPlan {
	const { title, servers, strategy, autoscaler } = scenario;
	const { key: simulated, ...balancer } = scenario.balancer;
	const program = scenario.program ?? ProgramSchema.parse({});
	// A scenario knows addresses and sessions only, and what it says goes: it may have been changed since it was read.
	const session: KeyRule = program.key.by === 'address' ? { by: 'header', name: 'x-session' } : program.key;
	return canonical({
		...program,
		title,
		servers: servers.map(({ id, address, weight, limit, backup }, index) => ({
			id,
			address: address ?? `127.0.0.1:${String(firstPort + index)}`,
			weight,
			limit,
			backup
		})),
		strategy,
		key: simulated === 'session' ? session : { by: 'address' },
		balancer,
		autoscaler,
		...premises
	});
}

/** Without what nobody could tell: a queue where no server has a limit, ways to try again where nobody does. */
export function canonical(plan: ClusterPlan): ClusterPlan {
	const { balancer, servers } = plan;
	const limited = servers.some(({ limit }) => limit !== null);
	return { ...plan, balancer: { ...balancer, queue: limited ? balancer.queue : null } };
}

/** Parts of a scenario as a person writes them. */
export type Sketch = { readonly [Name in keyof Scenario]?: unknown };

/**
 * A scenario with this cluster, for `readScenario`: a configuration does not know who comes and how long they take, so
 * `world` says so, and if it does not, each server has two workers and is a little more than half busy.
 */
export function scenarioOf(plan: ClusterPlan, world: Sketch = {}): object {
	const { title, servers, strategy, balancer: rules, autoscaler, ...program } = plan;
	const { key } = program;
	const balancer = { ...rules, key: key.by === 'address' ? 'address' : 'session' };
	const working = Math.max(1, servers.filter(({ weight, backup }) => weight > 0 && !backup).length);
	return {
		traffic: { perSecond: 8 * working, clients: 40 },
		work: { meanMs: 150 },
		network: { hopMs: 20 },
		durationMs: 600_000,
		...world,
		title,
		strategy,
		servers: servers.map((server) => ({ workers: 2, queue: 50, ...server })),
		balancer,
		autoscaler,
		program
	};
}

/**
 * What is about to become lines of somebody else's language may hold no line ends, quotes or words of it. Scenarios are
 * strict about names already; a plan may come from anywhere. @throws InputError that names what is wrong.
 */
export function assertPlan({ servers, frontend, key, checkPath }: ClusterPlan): void {
	if (servers.length === 0) throw new InputError('The cluster has no server: add one.');
	if (!frontendForm.test(frontend))
		throw new InputError(`The frontend is ${JSON.stringify(frontend)}: write it like *:8080.`);
	if (!pathForm.test(checkPath))
		throw new InputError(`The check's path is ${JSON.stringify(checkPath)}: write it like /healthz.`);
	if ('name' in key && !nameForm.test(key.name))
		throw new InputError(`The key's name is ${JSON.stringify(key.name)}: use letters, digits, _ and -.`);
	const ids = new Set<string>();
	for (const { id, address } of servers) {
		if (!/^[\w.:-]{1,40}$/.test(id))
			throw new InputError(
				`A server is called ${JSON.stringify(id)}: use 1 to 40 letters, digits or . _ : -`
			);
		if (!addressForm.test(address))
			throw new InputError(
				`The address of "${id}" is ${JSON.stringify(address)}: write it like localhost:8000.`
			);
		if (ids.has(id)) throw new InputError(`Two servers are called "${id}": give each its own name.`);
		ids.add(id);
	}
}
