import { describe, expect, test } from 'vitest';
import { demonstrate } from '#dialects/demonstrate.ts';
import { edited } from '#dialects/edit.ts';
import { examples } from '#dialects/examples.ts';
import { dialects } from '#dialects/index.ts';
import { otherOf } from '#simulator/difference.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { differenceBetween } from '../../src/routes/play/before-after.ts';
import { laneNames } from '../../src/routes/play/what.ts';

const one = readScenario({ servers: [{ id: 'A' }, { id: 'B' }] });
const like = (change: object): Scenario => readScenario({ ...one, ...change });

test.each([
	['a field', { balancer: { retries: 2 } }, 'balancer.retries'],
	['a part', { balancer: { retries: 2, sticky: true } }, 'balancer'],
	['a part that was not there', { autoscaler: {} }, 'autoscaler'],
	[
		'one field of all servers',
		{
			servers: [
				{ id: 'A', limit: 3 },
				{ id: 'B', limit: 3 }
			]
		},
		'servers.*.limit'
	],
	['one server', { servers: [{ id: 'A', limit: 3 }, { id: 'B' }] }, 'servers'],
	['the strategy', { strategy: { name: 'two-choices', knobs: { choices: 3 } } }, 'strategy'],
	['two parts', { fanOut: 2, seed: 3 }, undefined],
	['the title', { title: 'x' }, undefined]
])('%s is what is different', (_what, change, path) => {
	const other = like(change);
	const difference = differenceBetween(one, other);
	expect(difference?.path).toBe(path);
	if (difference !== undefined) expect({ ...otherOf(one, difference), title: '' }).toEqual(other);
});

const cases = examples.flatMap(({ dialect, text }) => {
	let rest = text;
	return (dialects[dialect].lint?.(text) ?? []).map(() => {
		const finding = dialects[dialect].lint?.(rest)[0];
		const before = rest;
		rest = edited(rest, finding?.fix ?? []);
		return { dialect, id: finding?.id ?? '', finding, text: before };
	});
});

describe('what the linter finds is run before and after as two lanes that differ in one thing:', () => {
	test.each(cases.filter(({ finding }) => finding?.shows !== undefined))(
		'$dialect, $id',
		({ dialect, finding, text }) => {
			const shown = finding && demonstrate(dialects[dialect], text, finding);
			const before = readScenario(shown?.before);
			const after = readScenario(shown?.after);
			const difference = differenceBetween(before, after);
			if (difference === undefined) throw new Error('They differ in several things, or in none.');
			expect({ ...otherOf(before, difference), title: '' }).toEqual({ ...after, title: '' });
			for (const name of laneNames(before, difference)) expect(name.length).toBeLessThan(120);
		}
	);
});
