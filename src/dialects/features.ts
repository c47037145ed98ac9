import type { ClusterPlan } from './cluster.ts';

/**
 * What a plan may ask for beyond its servers and its strategy. Each dialect either says it or has a sentence for why it
 * does not; a plan's notes follow from that, so nothing is dropped in silence.
 */
export const features = {
	weights: ({ servers }) => servers.some(({ weight }) => weight !== 1),
	limits: ({ servers }) => servers.some(({ limit }) => limit !== null),
	queue: ({ balancer }) => balancer.queue !== null,
	'no queue': ({ servers, balancer }) =>
		balancer.queue === null && servers.some(({ limit }) => limit !== null),
	backups: ({ servers }) => servers.some(({ backup }) => backup),
	'first backup': (plan) => backupsOf(plan) > 1 && plan.balancer.backups === 'first',
	'backup group': (plan) => backupsOf(plan) > 1 && plan.balancer.backups === 'group',
	'backups for one request': ({ servers, balancer }) =>
		servers.some(({ backup }) => backup) && balancer.backups === 'all',
	retries: ({ balancer }) => balancer.retries > 0,
	'retries of any failure': ({ balancer, retryOn }) => balancer.retries > 0 && retryOn === 'any',
	'retries elsewhere': ({ balancer, servers }) =>
		balancer.retries > 1 && servers.length > 2 && balancer.redispatch === 'always',
	'retries avoiding the last': ({ balancer, servers }) =>
		balancer.retries > 1 && servers.length > 2 && balancer.redispatch === 'avoid',
	'retries in place': ({ balancer }) => balancer.retries > 0 && balancer.redispatch === 'never',
	'rounds of retries': ({ balancer, servers }) => balancer.retries >= servers.length && balancer.again,
	'one round of retries': ({ balancer, servers }) => balancer.retries >= servers.length && !balancer.again,
	backoff: ({ balancer }) => balancer.retries > 0 && balancer.backoff.baseMs > 0,
	budget: ({ balancer }) => balancer.retries > 0 && balancer.budget !== null,
	hedging: ({ balancer }) => balancer.hedgeMs !== null,
	'passive checks': ({ balancer }) => balancer.health !== null,
	'failures in a row': ({ balancer }) => balancer.health?.rule === 'in-a-row' && balancer.health.fall > 1,
	'failures in a window': ({ balancer }) => balancer.health?.rule === 'max-fails' && balancer.health.fall > 1,
	'active checks': ({ balancer }) => balancer.checks !== null,
	'connection checks': ({ balancer }) => balancer.checks?.probe === 'tcp',
	panic: ({ balancer }) => balancer.panic && (balancer.health !== null || balancer.checks !== null),
	'slow start': ({ balancer }) => balancer.slowStartMs !== null,
	stickiness: ({ balancer }) => balancer.sticky,
	'no timeout': ({ balancer }) => balancer.timeoutMs === null,
	most: ({ balancer }) => balancer.most !== null,
	'work in vain': ({ balancer }) => !balancer.cancel,
	gates: ({ balancer }) => balancer.gates > 1,
	'old news': ({ balancer }) => balancer.sees === 'servers',
	connections: ({ balancer }) => balancer.perConnection > 1,
	autoscaler: ({ autoscaler }) => autoscaler !== null
} satisfies Record<string, (plan: ClusterPlan) => boolean>;

export type Feature = keyof typeof features;
export const featureNames = Object.keys(features) as readonly Feature[];

/** Why a product does not say something, or what it does instead: one sentence, perhaps about this plan. */
export type Silences = Partial<
	Readonly<Record<Feature, string | ((plan: ClusterPlan) => string | undefined)>>
>;

/** What is true of every program that balances and does not simulate. */
export const noProgram: Silences = {
	'old news': 'A balancer counts its own requests at once: how old its news of the servers is, no file says.',
	gates: ({ balancer }) =>
		`One file is one gate: run it ${String(balancer.gates)} times, and each counts for itself.`,
	'work in vain':
		'A server is told when nobody waits any more, by its connection being closed; whether it stops is up to its program.'
};

/** A sentence for each thing the plan asks for and the product does not say. */
export function silencesOf(plan: ClusterPlan, silences: Silences): readonly string[] {
	return featureNames.flatMap((name) => {
		const why = silences[name] ?? noProgram[name];
		if (why === undefined || !features[name](plan)) return [];
		const said = typeof why === 'string' ? why : why(plan);
		return said === undefined ? [] : [said];
	});
}

function backupsOf({ servers }: ClusterPlan): number {
	return servers.filter(({ backup }) => backup).length;
}
