import { assertPlan, type ClusterPlan } from '../cluster.ts';
import type { Written } from '../dialect.ts';
import { familyOf } from '../families.ts';
import { silencesOf, type Silences } from '../features.ts';
import { head, lines, titleOf } from '../words.ts';
import { about, yamlLines, type Yaml, type YamlMap } from '../yaml.ts';

const silences: Silences = {
	weights: 'Pods of one Deployment are all alike: there are no weights.',
	limits: 'Kubernetes counts no requests: a server’s limit is its own program’s affair.',
	queue: 'Neither Service nor Ingress lets requests wait for a server: the queue is the server’s own.',
	'no queue': () => undefined,
	backups: 'There are no backup pods: all that are ready get requests.',
	'first backup': () => undefined,
	'backup group': () => undefined,
	'backups for one request': () => undefined,
	'retries avoiding the last':
		'The ingress avoids all pods that this request has failed on, not only the last.',
	'retries in place': 'The ingress tries another pod, never the same one.',
	'rounds of retries': 'When a request has failed on every pod, the ingress gives up.',
	backoff: 'The ingress tries the next pod at once: there is no pause before a retry.',
	budget: 'The ingress has no retry budget.',
	hedging: 'The ingress sends no second request while the first is under way: there is no hedging.',
	'passive checks': 'Failed requests take no pod out: only its readiness probe does.',
	'failures in a row': () => undefined,
	'failures in a window': () => undefined,
	panic: 'There is no panic mode: when no pod is ready, clients get 503.',
	'slow start': 'A pod that becomes ready has its whole share at once: let it be ready only when it is warm.',
	'no timeout': 'Our gate waits for ever; a real one must not: after 60 s the ingress answers 504.',
	most: 'The ingress limits requests by client, not all of them together.',
	connections:
		'Through the Service alone a connection stays with one pod; through the ingress each request is balanced.',
	autoscaler: ({ autoscaler }) =>
		autoscaler !== null && Math.abs(autoscaler.tolerance - 0.1) > 0.001
			? 'The tolerance of the autoscaler is 10 % for the whole cluster, unless its administrators say otherwise.'
			: undefined
};

export const proof = 'Held against Kubernetes’ published types (of 1.30), and not run in a cluster.';

/** Deployment, Service, HorizontalPodAutoscaler, PodDisruptionBudget and Ingress. */
export function writeKubernetes(plan: ClusterPlan): Written {
	assertPlan(plan);
	const notes = [
		...strategyNotes(plan),
		'Pods take the place of the servers: their names and addresses are not kept.',
		'The image is a placeholder, and so are its CPU and memory: put in yours.',
		...silencesOf(plan, silences)
	];
	const documents = [
		deployment(plan),
		service,
		...(plan.autoscaler === null ? [] : [autoscaler(plan.autoscaler)]),
		disruption,
		ingress(plan)
	];
	return {
		notes,
		files: [
			{
				name: 'cluster.yaml',
				lines: [
					...head(
						'#',
						plan,
						'Kubernetes 1.23 and later',
						'kubectl apply --dry-run=server -f cluster.yaml',
						notes
					),
					{ text: `# ${proof}` },
					...documents.flatMap((document, index) => [
						...(index === 0 ? [] : lines('gate', '---')),
						...yamlLines(document)
					])
				]
			}
		]
	};
}

function strategyNotes(plan: ClusterPlan): readonly string[] {
	const through = 'A Service by itself hands out connections by lot.';
	switch (familyOf(plan.strategy.name)) {
		case 'turns':
			return [through];
		case 'latency':
			return [`${through} ${titleOf(plan)} is written as ingress-nginx’s "ewma", two choices by latency.`];
		case 'key':
		case 'ring':
			return [
				`${through} ${titleOf(plan)} is written as ingress-nginx’s "upstream-hash-by", on a ring of other points.`
			];
		case 'lot':
			return [through, 'Behind the ingress pods take turns.'];
		default:
			return [
				`${through} ${titleOf(plan)} has no counterpart in ingress-nginx: its "ewma", two choices by latency, stands in.`
			];
	}
}

const labels: YamlMap = { app: 'server' };

function deployment(plan: ClusterPlan): Yaml {
	const { servers, balancer, checkPath, autoscaler } = plan;
	const [first] = servers;
	const { checks } = balancer;
	const probe: YamlMap = {
		...(checks?.probe === 'tcp'
			? { tcpSocket: { port: 'http' } }
			: { httpGet: { path: checkPath, port: 'http' } }),
		periodSeconds: whole(checks?.everyMs ?? 10_000),
		timeoutSeconds: whole(checks?.timeoutMs ?? 1000),
		failureThreshold: checks?.fall ?? 3,
		successThreshold: checks?.rise ?? 1
	};
	const part = first === undefined ? 'gate' : { server: first.id, all: true as const };
	return about(part, {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'server', labels },
		spec: {
			// The autoscaler decides how many there are.
			...(autoscaler === null && { replicas: servers.filter(({ backup }) => !backup).length }),
			selector: { matchLabels: labels },
			strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
			template: {
				metadata: { labels },
				spec: {
					terminationGracePeriodSeconds: 40,
					containers: [
						{
							name: 'server',
							image: 'server:1',
							ports: [{ name: 'http', containerPort: 8080 }],
							resources: { requests: { cpu: '500m', memory: '256Mi' }, limits: { memory: '256Mi' } },
							readinessProbe: about('checks', probe),
							// Longer than it takes until nobody sends to it any more.
							lifecycle: { preStop: { exec: { command: ['sleep', '10'] } } }
						}
					]
				}
			}
		}
	});
}

const service: Yaml = about('gate', {
	apiVersion: 'v1',
	kind: 'Service',
	metadata: { name: 'server', labels },
	spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] }
});

function autoscaler({
	least,
	most,
	target,
	everyMs,
	downWindowMs
}: NonNullable<ClusterPlan['autoscaler']>): Yaml {
	return about('gate', {
		apiVersion: 'autoscaling/v2',
		kind: 'HorizontalPodAutoscaler',
		metadata: { name: 'server' },
		spec: {
			scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'server' },
			minReplicas: least,
			maxReplicas: most,
			metrics: [
				{
					type: 'Resource',
					resource: {
						name: 'cpu',
						target: { type: 'Utilization', averageUtilization: Math.max(1, Math.round(target * 100)) }
					}
				}
			],
			behavior: {
				scaleUp: {
					stabilizationWindowSeconds: 0,
					policies: [
						{ type: 'Percent', value: 100, periodSeconds: whole(everyMs) },
						{ type: 'Pods', value: 4, periodSeconds: whole(everyMs) }
					]
				},
				scaleDown: { stabilizationWindowSeconds: Math.min(3600, Math.round(downWindowMs / 1000)) }
			}
		}
	});
}

const disruption: Yaml = about('gate', {
	apiVersion: 'policy/v1',
	kind: 'PodDisruptionBudget',
	metadata: { name: 'server' },
	spec: { maxUnavailable: 1, selector: { matchLabels: labels } }
});

function ingress({ balancer, strategy, key, connectMs, retryOn }: ClusterPlan): Yaml {
	const { retries, timeoutMs, sticky } = balancer;
	const wait = String(whole(timeoutMs ?? 60_000));
	const note = (name: string, value: string): readonly [string, string] => [
		`nginx.ingress.kubernetes.io/${name}`,
		value
	];
	const family = familyOf(strategy.name);
	const variable = {
		address: '$remote_addr',
		uri: '$request_uri',
		parameter: `$arg_${'name' in key ? key.name : ''}`,
		header: `$http_${'name' in key ? key.name.toLowerCase().replaceAll('-', '_') : ''}`
	}[key.by];
	const annotations = Object.fromEntries([
		...(family === 'key' || family === 'ring'
			? [note('upstream-hash-by', variable)]
			: [note('load-balance', family === 'turns' || family === 'lot' ? 'round_robin' : 'ewma')]),
		note('proxy-connect-timeout', String(whole(connectMs ?? 5000))),
		note('proxy-read-timeout', wait),
		note('proxy-send-timeout', wait),
		note(
			'proxy-next-upstream',
			retries === 0 ? 'off' : retryOn === 'any' ? 'error timeout http_502 http_503 http_504' : 'error'
		),
		...(retries === 0 ? [] : [note('proxy-next-upstream-tries', String(retries + 1))]),
		...(sticky ? [note('affinity', 'cookie'), note('session-cookie-name', 'server')] : [])
	]);
	return about('clients', {
		apiVersion: 'networking.k8s.io/v1',
		kind: 'Ingress',
		metadata: { name: 'server', annotations },
		spec: {
			ingressClassName: 'nginx',
			rules: [
				{
					host: 'shop.example',
					http: {
						paths: [
							{
								path: '/',
								pathType: 'Prefix',
								backend: { service: { name: 'server', port: { name: 'http' } } }
							}
						]
					}
				}
			]
		}
	});
}

function whole(ms: number): number {
	return Math.max(1, Math.round(ms / 1000));
}
