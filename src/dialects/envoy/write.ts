import { assertPlan, type ClusterPlan } from '../cluster.ts';
import type { Written } from '../dialect.ts';
import { ignoresWeights, strategyNote, weightsOf, wholeWeights } from '../families.ts';
import { silencesOf, type Silences } from '../features.ts';
import { head, knob, lines, splitAddress } from '../words.ts';
import { about, yamlLines, type Yaml, type YamlMap } from '../yaml.ts';
import { policyOf } from './strategies.ts';

const silences: Silences = {
	limits: ({ servers }) =>
		new Set(servers.map(({ limit }) => limit)).size > 1
			? 'Envoy has one limit for every host (per_host_thresholds): it is the smallest of them, and counts connections.'
			: 'Envoy’s limit for a host counts connections, which HTTP/1.1 uses for one request at a time.',
	queue: ({ balancer }) =>
		balancer.queue?.timeoutMs == null
			? undefined
			: 'Envoy’s queue (max_pending_requests) has no patience of its own: the route’s timeout counts from the beginning.',
	'no queue':
		'Envoy lets requests wait for a connection: one pending request is the least (max_pending_requests).',
	'first backup': 'Backups stand together in the next priority, balanced by the same policy.',
	'backups for one request':
		'Backups step in as the others fail (priorities), not for a single request that these have failed.',
	'retries avoiding the last': 'A retry avoids all hosts that this request has failed on, not only the last.',
	'rounds of retries': 'Envoy looks for a host that was not tried three times, and then takes whom it gets.',
	'failures in a window': 'Envoy counts failures in a row (consecutive_5xx), not within a window.',
	'no timeout': 'Our gate waits for ever; a real one must not: after 60 s it answers 504.',
	connections: 'Envoy chooses a host for each request, not for each connection.',
	autoscaler: 'Envoy starts no hosts: EDS tells it of those that something else starts.'
};

export const proof = 'Held against Envoy’s published messages (its v3 API), and not run in Envoy.';

/** A complete bootstrap, with one listener and one static cluster. */
export function writeEnvoy(plan: ClusterPlan): Written {
	assertPlan(plan);
	const policy = policyOf(plan);
	const note = strategyNote(plan, 'Envoy', policy);
	const weights = wholeWeights(
		ignoresWeights(plan) ? weightsOf(plan) : plan.servers.map(({ weight }) => weight),
		128
	);
	const notes = [
		...(note === undefined ? [] : [note]),
		...(plan.servers.some(({ weight }) => weight === 0)
			? ['A weight of 0 is not allowed in Envoy: those hosts are left out.']
			: []),
		...(weights.exact ? [] : ['Envoy’s weights are whole numbers from 1: these are the nearest.']),
		...silencesOf(plan, silences)
	];
	const bootstrap: Yaml = {
		static_resources: {
			listeners: [about('clients', listener(plan))],
			clusters: [about('gate', cluster(plan, weights.weights))]
		}
	};
	return {
		notes,
		files: [
			{
				name: 'envoy.yaml',
				lines: [
					...head('#', plan, 'Envoy 1.27 and later', 'envoy --mode validate -c envoy.yaml', notes),
					{ text: `# ${proof}` },
					...lines(
						'gate',
						'# A host is drained by EDS or /healthcheck/fail; a stop lets requests in flight end (--drain-time-s 30).'
					),
					...yamlLines(bootstrap)
				]
			}
		]
	};
}

const extension = (type: string, value: YamlMap): YamlMap => ({
	'@type': `type.googleapis.com/envoy.extensions.${type}`,
	...value
});

function listener(plan: ClusterPlan): Yaml {
	const { frontend, balancer, clientMs } = plan;
	const { host, port } = splitAddress(frontend);
	return {
		name: 'clients',
		address: { socket_address: { address: host === '*' ? '0.0.0.0' : bare(host), port_value: port } },
		filter_chains: [
			{
				filters: [
					{
						name: 'envoy.filters.network.http_connection_manager',
						typed_config: extension('filters.network.http_connection_manager.v3.HttpConnectionManager', {
							stat_prefix: 'gate',
							// Envoy then takes the peer's address, and forgets what a client says of its own.
							use_remote_address: true,
							common_http_protocol_options: { idle_timeout: seconds(clientMs ?? 60_000) },
							request_headers_timeout: '10s',
							route_config: {
								virtual_hosts: [{ name: 'all', domains: ['*'], routes: [about('gate', route(plan))] }]
							},
							http_filters: [
								...(balancer.sticky ? [stickiness] : []),
								{
									name: 'envoy.filters.http.router',
									typed_config: extension('filters.http.router.v3.Router', {})
								}
							]
						})
					}
				]
			}
		]
	};
}

const stickiness: Yaml = about('gate', {
	name: 'envoy.filters.http.stateful_session',
	typed_config: extension('filters.http.stateful_session.v3.StatefulSession', {
		session_state: {
			name: 'envoy.http.stateful_session.cookie',
			typed_config: extension('http.stateful_session.cookie.v3.CookieBasedSessionState', {
				cookie: { name: 'server', path: '/' }
			})
		}
	})
});

function route(plan: ClusterPlan): Yaml {
	const { balancer, retryOn } = plan;
	const { retries, timeoutMs, hedgeMs, backoff, redispatch } = balancer;
	const patience = timeoutMs ?? 60_000;
	const attempts = retries > 0 || hedgeMs !== null;
	const retry: YamlMap = {
		retry_on: `connect-failure,refused-stream,reset${retryOn === 'any' ? ',5xx' : ''}`,
		// To Envoy a hedge is a retry that comes early, and counts as one.
		num_retries: retries + (hedgeMs === null ? 0 : 1),
		per_try_timeout: seconds(hedgeMs ?? patience),
		...(redispatch !== 'never' && {
			retry_host_predicate: [
				{
					name: 'envoy.retry_host_predicates.previous_hosts',
					typed_config: extension('retry.host.previous_hosts.v3.PreviousHostsPredicate', {})
				}
			],
			host_selection_retry_max_attempts: 3
		}),
		...(backoff.baseMs > 0 && {
			retry_back_off: {
				base_interval: seconds(backoff.baseMs),
				max_interval: seconds(Math.max(backoff.baseMs, backoff.mostMs))
			}
		})
	};
	return {
		match: { prefix: '/' },
		route: {
			cluster: 'servers',
			timeout: seconds(patience * (1 + retries)),
			...(policyOf(plan).hashes && { hash_policy: [hashPolicy(plan)] }),
			...(attempts && { retry_policy: retry }),
			...(hedgeMs !== null && { hedge_policy: { hedge_on_per_try_timeout: true } })
		}
	};
}

function hashPolicy({ key }: ClusterPlan): Yaml {
	switch (key.by) {
		case 'address':
			return { connection_properties: { source_ip: true } };
		case 'header':
			return { header: { header_name: key.name } };
		case 'parameter':
			return { query_parameter: { name: key.name } };
		case 'uri':
			return { header: { header_name: ':path' } };
	}
}

function cluster(plan: ClusterPlan, weights: readonly number[]): YamlMap {
	const { balancer, servers, connectMs } = plan;
	const { health, checks, panic, queue, most, budget, retries } = balancer;
	const policy = policyOf(plan);
	const limits = servers.flatMap(({ limit }) => (limit === null ? [] : [limit]));
	const named = servers.some(({ address }) => /[a-z]/i.test(address.replace(/^\[.*\]/, '')));
	const endpoints = (backups: boolean): YamlMap[] => {
		const some = servers.flatMap((server, index) => {
			const weight = weights[index] ?? 1;
			if (server.backup !== backups || weight === 0) return [];
			const { host, port } = splitAddress(server.address);
			const socket = { socket_address: { address: bare(host), port_value: port } };
			return [
				about(
					{ server: server.id },
					{ endpoint: { address: socket }, load_balancing_weight: weight },
					server.id
				)
			];
		});
		return some.length === 0 ? [] : [{ priority: Number(backups), lb_endpoints: some }];
	};
	const pending = queue === null ? (limits.length > 0 ? 1 : 1024) : queue.limit;
	return {
		name: 'servers',
		type: named ? 'STRICT_DNS' : 'STATIC',
		connect_timeout: seconds(connectMs ?? 5000),
		lb_policy: policy.says,
		...slowStart(plan, policy.config),
		common_lb_config: { healthy_panic_threshold: { value: panic ? 50 : 0 } },
		circuit_breakers: about('queue', {
			thresholds: [
				{
					max_connections: 10_000,
					max_pending_requests: pending,
					max_requests: most ?? 10_000,
					...(budget === null || retries === 0
						? { max_retries: 100 }
						: {
								retry_budget: {
									budget_percent: { value: Math.min(100, budget.ratio * 100) },
									min_retry_concurrency: Math.ceil(budget.most)
								}
							})
				}
			],
			...(limits.length > 0 && { per_host_thresholds: [{ max_connections: Math.min(...limits) }] })
		}),
		...(health !== null && {
			outlier_detection: about('checks', {
				consecutive_5xx: health.fall,
				interval: '1s',
				base_ejection_time: seconds(health.ejectMs),
				// The default of 10 % would never put one of nine out.
				max_ejection_percent: 100
			})
		}),
		...(checks !== null && {
			health_checks: [
				about('checks', {
					timeout: seconds(checks.timeoutMs),
					interval: seconds(checks.everyMs),
					unhealthy_threshold: checks.fall,
					healthy_threshold: checks.rise,
					...(checks.probe === 'tcp'
						? { tcp_health_check: {} }
						: { http_health_check: { path: plan.checkPath } })
				})
			]
		}),
		load_assignment: { cluster_name: 'servers', endpoints: [...endpoints(false), ...endpoints(true)] }
	};
}

/** What the policy itself is told, a slow start among it where it knows one. */
function slowStart(plan: ClusterPlan, config: string | undefined): YamlMap {
	const { slowStartMs } = plan.balancer;
	if (config === undefined) return {};
	const own: YamlMap = {
		...(config === 'least_request_lb_config' && { choice_count: Math.max(2, knob(plan, 'choices')) }),
		...(config === 'ring_hash_lb_config' && {
			minimum_ring_size: plan.strategy.name === 'envoy-ring-hash' ? knob(plan, 'least') : 1024
		}),
		...(slowStartMs !== null &&
			/round_robin|least_request/.test(config) && {
				slow_start_config: { slow_start_window: seconds(slowStartMs) }
			})
	};
	return Object.keys(own).length === 0 ? {} : { [config]: own };
}

function seconds(ms: number): string {
	return `${String(ms / 1000)}s`;
}

/** Without the brackets of IPv6. */
function bare(host: string): string {
	return host.replace(/^\[|\]$/g, '');
}
