import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { clusterOf } from '#dialects/cluster.ts';
import { textOf, type Part } from '#dialects/dialect.ts';
import { dialects } from '#dialects/index.ts';
import { about, yamlLines } from '#dialects/yaml.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';

const rich = readScenario({
	strategy: { name: 'consistent-hash' },
	servers: [{ id: 'A', limit: 4 }, { id: 'B' }, { id: 'C', backup: true }],
	balancer: {
		retries: 2,
		hedgeMs: 300,
		sticky: true,
		most: 40,
		budget: {},
		backoff: { baseMs: 20 },
		slowStartMs: 5000,
		checks: {},
		health: { fall: 3, ejectMs: 5000 },
		queue: { timeoutMs: 100 }
	},
	autoscaler: { least: 3, most: 9, target: 0.65, downWindowMs: 120_000 }
});

function documents(name: 'envoy' | 'kubernetes', scenario = rich): unknown[] {
	const text = dialects[name].write(clusterOf(scenario)).files.map(textOf).join('');
	return parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
		expect(document.errors).toEqual([]);
		return document.toJS() as unknown;
	});
}

/** Every field's name, those of maps with free keys left out. */
function fieldsOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
	if (Array.isArray(value)) for (const one of value) fieldsOf(one, found);
	else if (typeof value === 'object' && value !== null)
		for (const [name, inner] of Object.entries(value)) {
			found.add(name);
			if (!/^(labels|matchLabels|annotations|selector)$/.test(name) || name === 'spec')
				fieldsOf(inner, found);
		}
	return found;
}

// Written down from the published messages and kinds; a misspelt field is in neither.
const envoyFields = new Set(
	`static_resources listeners clusters name address socket_address port_value filter_chains filters typed_config @type
	stat_prefix use_remote_address common_http_protocol_options idle_timeout request_headers_timeout route_config
	virtual_hosts domains routes match prefix route cluster timeout hash_policy connection_properties source_ip header
	header_name query_parameter retry_policy retry_on num_retries per_try_timeout retry_host_predicate
	host_selection_retry_max_attempts retry_back_off base_interval max_interval hedge_policy hedge_on_per_try_timeout
	http_filters session_state cookie path type connect_timeout lb_policy round_robin_lb_config least_request_lb_config
	ring_hash_lb_config choice_count minimum_ring_size slow_start_config slow_start_window common_lb_config
	healthy_panic_threshold value circuit_breakers thresholds per_host_thresholds max_connections max_pending_requests
	max_requests max_retries retry_budget budget_percent min_retry_concurrency outlier_detection consecutive_5xx interval
	base_ejection_time max_ejection_percent health_checks unhealthy_threshold healthy_threshold http_health_check
	tcp_health_check load_assignment cluster_name endpoints priority lb_endpoints endpoint load_balancing_weight`.split(
		/\s+/
	)
);
const kubernetesFields = new Set(
	`apiVersion kind metadata name labels annotations spec replicas selector strategy rollingUpdate maxUnavailable maxSurge
	template terminationGracePeriodSeconds containers image ports containerPort resources requests limits cpu memory
	readinessProbe httpGet tcpSocket path port periodSeconds timeoutSeconds failureThreshold successThreshold lifecycle
	preStop exec command targetPort scaleTargetRef minReplicas maxReplicas metrics type resource target
	averageUtilization behavior scaleUp scaleDown stabilizationWindowSeconds policies value ingressClassName rules host
	http paths pathType backend service matchLabels`.split(/\s+/)
);

describe.each([['envoy', envoyFields] as const, ['kubernetes', kubernetesFields] as const])(
	'%s',
	(name, known) => {
		test.each([['everything', rich] as const, ...presets.map(({ id, scenario }) => [id, scenario] as const)])(
			'is valid YAML with fields that are known: %s',
			(_id, scenario) => {
				for (const document of documents(name, scenario))
					expect([...fieldsOf(document)].filter((field) => !known.has(field))).toEqual([]);
			}
		);
	}
);

test('the autoscaler has our bounds, target and window', () => {
	const scaler = documents('kubernetes').find(
		(one) => (one as { kind: string }).kind === 'HorizontalPodAutoscaler'
	);
	expect(scaler).toMatchObject({
		spec: {
			minReplicas: 3,
			maxReplicas: 9,
			metrics: [{ resource: { target: { averageUtilization: 65 } } }],
			behavior: { scaleDown: { stabilizationWindowSeconds: 120 } }
		}
	});
	expect(documents('kubernetes', readScenario({ servers: [{ id: 'A' }] }))).toHaveLength(4);
});

test('YAML quotes what could be taken for something else, and knows what its lines are about', () => {
	const part: Part = { server: 'A' };
	expect(
		yamlLines({
			no: 'no',
			'@type': 'a: b',
			list: [about(part, { x: 1 }, 'the first')],
			none: [],
			gone: undefined
		})
	).toEqual([
		{ text: 'no: "no"' },
		{ text: '"@type": "a: b"' },
		{ text: 'list:' },
		{ text: '  # the first', part },
		{ text: '  - x: 1', part },
		{ text: 'none: []' }
	]);
});
