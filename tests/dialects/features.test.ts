import { describe, expect, test } from 'vitest';
import { strategyNames } from '#balancer/strategies/index.ts';
import { clusterOf, type ClusterPlan } from '#dialects/cluster.ts';
import { textOf } from '#dialects/dialect.ts';
import { featureNames, features, type Feature } from '#dialects/features.ts';
import { dialectNamed, guessDialect, readable } from '#dialects/guess.ts';
import { examples } from '#dialects/examples.ts';
import { dialectNames, dialects } from '#dialects/index.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';

const three = [{ id: 'A' }, { id: 'B' }, { id: 'C' }];
const spare = [...three, { id: 'D', backup: true }, { id: 'E', backup: true }];

/** The least that asks for it, and the same without. */
const asks: Readonly<Record<Feature, readonly [withIt: object, without: object]>> = {
	weights: [{ servers: [{ id: 'A', weight: 3 }, ...three.slice(1)] }, {}],
	limits: [{ servers: three.map((one) => ({ ...one, limit: 5 })), balancer: { queue: {} } }, {}],
	queue: [
		{
			servers: three.map((one) => ({ ...one, limit: 5 })),
			balancer: { queue: { limit: 9, timeoutMs: 900 } }
		},
		{ servers: three.map((one) => ({ ...one, limit: 5 })) }
	],
	'no queue': [
		{ servers: three.map((one) => ({ ...one, limit: 5 })) },
		{ servers: three.map((one) => ({ ...one, limit: 5 })), balancer: { queue: {} } }
	],
	backups: [{ servers: spare, balancer: { backups: 'first' } }, {}],
	'first backup': [
		{ servers: spare, balancer: { backups: 'first' } },
		{ servers: spare, balancer: { backups: 'all' } }
	],
	'backup group': [
		{ servers: spare, balancer: { backups: 'group' } },
		{ servers: spare, balancer: { backups: 'all' } }
	],
	'backups for one request': [
		{ servers: spare, balancer: { backups: 'all' } },
		{ servers: spare, balancer: { backups: 'group' } }
	],
	retries: [{ balancer: { retries: 1 } }, {}],
	'retries of any failure': [{ balancer: { retries: 1 } }, {}],
	'retries elsewhere': [{ balancer: { retries: 2 } }, { balancer: { retries: 2, redispatch: 'never' } }],
	'retries avoiding the last': [
		{ balancer: { retries: 2, redispatch: 'avoid' } },
		{ balancer: { retries: 2, redispatch: 'never' } }
	],
	'retries in place': [{ balancer: { retries: 2, redispatch: 'never' } }, { balancer: { retries: 2 } }],
	'rounds of retries': [{ balancer: { retries: 5 } }, { balancer: { retries: 5, again: false } }],
	'one round of retries': [{ balancer: { retries: 5, again: false } }, { balancer: { retries: 5 } }],
	backoff: [{ balancer: { retries: 1, backoff: { baseMs: 70 } } }, { balancer: { retries: 1 } }],
	budget: [{ balancer: { retries: 1, budget: {} } }, { balancer: { retries: 1 } }],
	hedging: [{ balancer: { hedgeMs: 200 } }, {}],
	'passive checks': [{ balancer: { health: { fall: 4, ejectMs: 7000 } } }, {}],
	'failures in a row': [
		{ balancer: { health: { fall: 4, ejectMs: 7000 } } },
		{ balancer: { health: { fall: 4, ejectMs: 7000, rule: 'max-fails' } } }
	],
	'failures in a window': [
		{ balancer: { health: { fall: 4, ejectMs: 7000, rule: 'max-fails' } } },
		{ balancer: { health: { fall: 4, ejectMs: 7000 } } }
	],
	'active checks': [{ balancer: { checks: { everyMs: 3000 } } }, {}],
	'connection checks': [{ balancer: { checks: { probe: 'tcp' } } }, { balancer: { checks: {} } }],
	panic: [{ balancer: { checks: {} } }, { balancer: { checks: {}, panic: false } }],
	'slow start': [{ balancer: { slowStartMs: 9000 } }, {}],
	stickiness: [{ balancer: { sticky: true } }, {}],
	'no timeout': [{}, { balancer: { timeoutMs: 60_000 } }],
	most: [{ balancer: { most: 77 } }, {}],
	'work in vain': [{ balancer: { cancel: false } }, {}],
	gates: [{ balancer: { gates: 3 } }, {}],
	'old news': [{ balancer: { sees: 'servers' } }, {}],
	connections: [{ balancer: { perConnection: 9 } }, {}],
	autoscaler: [{ autoscaler: { least: 2, most: 6 } }, {}]
};

const partOf: Partial<Readonly<Record<Feature, Feature>>> = {
	'first backup': 'backups',
	'backup group': 'backups',
	'backups for one request': 'backups',
	'failures in a row': 'passive checks',
	'failures in a window': 'passive checks',
	'connection checks': 'active checks'
};

const planFor = (sketch: object): ClusterPlan =>
	clusterOf(readScenario({ servers: three, strategy: { name: 'weighted-least-connections' }, ...sketch }));

describe.each(dialectNames)('%s drops nothing in silence:', (name) => {
	const all = (plan: ClusterPlan): string => {
		const { files, notes } = dialects[name].write(plan);
		const text = files.map(textOf).join('');
		// Every note stands in the main file's head.
		for (const note of notes) expect(text.replace(/\n(#|\/\/) +/g, ' ')).toContain(note);
		return text;
	};

	test.each(featureNames)('%s', (feature) => {
		const [withIt, without] = asks[feature];
		expect(features[feature](planFor(withIt))).toBe(true);
		if (all(planFor(withIt)) !== all(planFor(without))) return;
		// Where a thing is not said at all, its kinds are not either: the one sentence is enough.
		const whole = partOf[feature];
		expect(whole).toBeDefined();
		if (whole !== undefined) expect(all(planFor(withIt))).not.toBe(all(planFor(asks[whole][1])));
		expect(dialects[name].write(planFor(withIt)).notes.join(' ')).toMatch(
			/backup|take no pod out|checks nobody/
		);
	});
});

test.each(dialectNames)('%s has words for every strategy, and says where it differs', (name) => {
	for (const strategy of strategyNames) {
		const plan = planFor({ strategy: { name: strategy } });
		const [main] = dialects[name].write(plan).files;
		expect(main?.lines.filter(({ part }) => part !== undefined).length).toBeGreaterThan(plan.servers.length);
	}
	const { notes } = dialects[name].write(planFor({ strategy: { name: 'hot-cold' } }));
	expect(notes.join(' ')).toContain('Hot and cold');
});

test.each(dialectNames)('every line of %s but comments names a part of the picture', (name) => {
	const plans = [
		...presets.map(({ scenario }) => clusterOf(scenario)),
		...featureNames.flatMap((feature) => asks[feature].map(planFor)),
		...strategyNames.map((strategy) => planFor({ strategy: { name: strategy } }))
	];
	for (const plan of plans) {
		const lines = dialects[name].write(plan).files.flatMap((file) => file.lines);
		const about = lines.map(({ part }) => part).filter((part) => part !== undefined);
		expect(lines.filter(({ text, part }) => part === undefined && !/^(#.*|\/\/.*|)$/.test(text))).toEqual([]);
		// And nobody who is not on it; pods are all alike.
		const ids = plan.servers.map(({ id }) => id);
		const named = new Set(about.flatMap((part) => (typeof part === 'object' ? [part.server] : [])));
		expect([...named].sort()).toEqual(name === 'kubernetes' ? ids.slice(0, 1) : ids.toSorted());
	}
});

test.each(examples)('$title is recognised by its looks, and by no others’', ({ text, dialect }) => {
	expect(guessDialect(text)).toBe(dialect);
	for (const name of readable)
		if (name !== dialect) expect(dialects[name].looks?.test(text) ?? false, name).toBe(false);
});

test.each(readable)('what is written for %s is recognised by its looks and its name', (name) => {
	for (const { scenario } of presets) {
		const [file] = dialects[name].write(clusterOf(scenario)).files;
		expect(guessDialect(file === undefined ? '' : textOf(file))).toBe(name);
		expect(dialectNamed(file?.name ?? '')).toBe(name);
	}
});

test.each([
	['listen 8080;', 'caddy'],
	['server {\n\tlisten 8080;\n}', 'nginx'],
	['package main\n\nvar listen = 1\n\tbackend := 2\n', 'go'],
	['listen web\n\tbind :80', 'haproxy'],
	['backend b # the one\n\tserver a 10.0.0.1:80', 'haproxy'],
	['\ufeffglobal\n\tdaemon', 'haproxy']
] as const)('%j looks like %s', (text, name) => {
	expect(guessDialect(text)).toBe(name);
});

test('an empty text is nobody’s', () => {
	expect(guessDialect(' \n')).toBeUndefined();
});
