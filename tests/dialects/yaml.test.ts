import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { strategyNames } from '#balancer/strategies/index.ts';
import { readLessons } from '#cli/lesson.ts';
import { clusterOf } from '#dialects/cluster.ts';
import { textOf, type Part } from '#dialects/dialect.ts';
import { dialects } from '#dialects/index.ts';
import { about, yamlLines } from '#dialects/yaml.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { envoyMessages, faultsOf } from './envoy-schema.ts';
import { faultsOfManifests } from './kubernetes-schema.ts';

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

/** Everything at once, and all that the site has: presets, lessons and strategies. */
const scenarios: readonly (readonly [string, Scenario])[] = [
	['everything', rich],
	...presets.map(({ id, scenario }) => [id, scenario] as const),
	...readLessons(process.cwd()).flatMap(({ name, lesson }) => [
		[`${name}, start`, lesson.start.scenario] as const,
		[`${name}, solution`, lesson.solution.scenario] as const
	]),
	...strategyNames.map(
		(name) => [name, readScenario({ servers: [{ id: 'A' }], strategy: { name } })] as const
	)
];

/** The first of these documents with one thing spoilt. */
function spoilt(documents: readonly unknown[], was: string, is: string): unknown {
	const text = JSON.stringify(documents[0]);
	expect(text).toContain(was);
	return JSON.parse(text.replace(was, is));
}

describe('Envoy’s published messages', async () => {
	const bootstrap = (await envoyMessages()).lookupType('envoy.config.bootstrap.v3.Bootstrap');

	test('take what is written for every preset, lesson and strategy', () => {
		for (const [name, scenario] of scenarios)
			for (const document of documents('envoy', scenario))
				expect(faultsOf(document, bootstrap), name).toEqual([]);
	});

	test.each([
		['"connect_timeout"', '"connect_timeoot"', 'has no field connect_timeoot'],
		['"connect_timeout":"5s"', '"connect_timeout":5', 'is no duration'],
		['"connect_timeout":"5s"', '"connect_timeout":"0s"', 'breaks gt'],
		['"RING_HASH"', '"RING"', 'is "RING", and no LbPolicy'],
		['"port_value":8080', '"port_value":80800', 'breaks lte 65535'],
		['"port_value":8001', '"port_value":"8001"', 'and no uint32'],
		['"prefix":"/"', '"prefix":"/","path":"/"', 'has prefix and path, which exclude each other'],
		['"healthy_threshold":2,', '', 'lacks healthy_threshold'],
		['"domains":["*"]', '"domains":[]', 'breaks min_items'],
		['previous_hosts.v3.PreviousHostsPredicate', 'previous_hosts.v3.Previous', 'is of no published type'],
		['"type":"STATIC"', '"type":"STATIC","hosts":[]', 'has no field hosts']
	])('refuse %s as %s', (was, is, says) => {
		expect(faultsOf(spoilt(documents('envoy'), was, is), bootstrap).join()).toContain(says);
	});
});

describe('Kubernetes’ published types', () => {
	test('take what is written for every preset, lesson and strategy', () => {
		expect(faultsOfManifests(scenarios.flatMap(([, scenario]) => documents('kubernetes', scenario)))).toEqual(
			[]
		);
	});

	test.each([
		['"periodSeconds"', '"periodSecond"', '"periodSecond"\' does not exist'],
		['"containerPort":8080', '"containerPort":"8080"', "Type 'string' is not assignable to type 'number'"],
		['"selector":', '"selectors":', '"selectors"\' does not exist'],
		['"name":"server","image"', '"image"', "Property 'name' is missing"],
		['"apps/v1"', '"apps/v1beta1"', '"apps/v1beta1"']
	])('refuse %s as %s', (was, is, says) => {
		expect(faultsOfManifests([spoilt(documents('kubernetes'), was, is)]).join()).toContain(says);
	});
});

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
		{ text: 'no: "no"', part: 'gate' },
		{ text: '"@type": "a: b"', part: 'gate' },
		{ text: 'list:', part: 'gate' },
		{ text: '  # the first', part },
		{ text: '  - x: 1', part },
		{ text: 'none: []', part: 'gate' }
	]);
});
