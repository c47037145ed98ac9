import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brief, linkOf, scenarioOfLink } from '#simulator/link.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';
import { scenarios } from './arbitrary.ts';

test('a link gives back the very scenario that it was made from, whatever was set', () => {
	fc.assert(
		fc.property(scenarios, (scenario) => {
			expect(scenarioOfLink(linkOf(scenario))).toEqual(scenario);
		}),
		{ numRuns: 200, seed: 1 }
	);
	for (const { scenario } of presets) expect(scenarioOfLink(linkOf(scenario))).toEqual(scenario);
});

test('a link says only what is not as it would be anyway', () => {
	const plain = readScenario({ servers: [{ id: 'A' }, { id: 'B', weight: 3 }], work: { law: 'heavy' } });
	expect(brief(plain)).toEqual({
		version: 1,
		strategy: { name: 'round-robin', knobs: {} },
		work: { law: 'heavy' },
		servers: [{ id: 'A' }, { id: 'B', weight: 3 }]
	});
	expect(linkOf(plain).length).toBeLessThan(220);
});
