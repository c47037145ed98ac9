import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '#record/input.ts';
import { addressOf, brief, encoded, linkOf, readAddress, scenarioOfLink } from '#simulator/link.ts';
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

const plain = readScenario({ servers: [{ id: 'A' }, { id: 'B' }], durationMs: 60_000 });

test('an address gives back the run, what it is compared with, and the moment', () => {
	const difference = { path: 'strategy', value: { name: 'two-choices', knobs: { choices: 3 } } };
	const address = { scenario: plain, difference, at: 12_345 };
	expect(readAddress(`#${addressOf(address)}`)).toEqual(address);
	expect(readAddress(addressOf({ scenario: plain }))).toEqual({ scenario: plain, at: 0 });
	expect(readAddress('')).toBeUndefined();
	expect(readAddress('#controls')).toBeUndefined();
});

test.each([
	['&t=-1', 'the link: t is "-1": the run lasts from 0 to 60 seconds.'],
	['&t=61', 'the link: t is "61": the run lasts from 0 to 60 seconds.'],
	['&t=soon', 'the link: t is "soon": the run lasts from 0 to 60 seconds.'],
	['&b=!', 'the link: is damaged, perhaps cut short: copy it again, whole.'],
	[
		`&b=${btoa('{"path":"balancer.luck","value":1}').replaceAll('=', '')}`,
		'the link’s comparison: balancer has the unknown field "luck"'
	],
	[`&b=${btoa('{"path":"__proto__.x","value":1}').replaceAll('=', '')}`, 'the link’s comparison: path'],
	[
		`&b=${btoa('{"path":"balancer.retries","value":99}').replaceAll('=', '')}`,
		'the link’s comparison: balancer.retries is 99'
	]
])('an address that ends with %s is refused in one sentence', (end, sentence) => {
	expect(() => readAddress(`#s=${linkOf(plain)}${end}`)).toThrow(sentence);
});

const forged = (value: unknown): string => encoded(value);
test.each([
	['cut', linkOf(plain).slice(0, -7), /^the link: /],
	[
		'cut in the middle of a letter',
		linkOf(plain).slice(0, 41),
		/^the link: is damaged|^the link: is not JSON/
	],
	[
		'of another version',
		forged({ version: 2, servers: [{ id: 'A' }] }),
		'the link: version is 2: expected 1'
	],
	['forged with no servers', forged({ servers: [] }), /^the link: servers/],
	[
		'forged with a field of its own',
		forged({ servers: [{ id: 'A' }], admin: true }),
		/unknown field "admin"/
	],
	[
		'forged with endless traffic',
		forged({ servers: [{ id: 'A' }], traffic: { perSecond: 1e12 } }),
		/^the link: traffic\.perSecond is 1000000000000/
	],
	['huge', 'A'.repeat(100_001), 'the link: is 100001 characters long: copy it again.'],
	['no text at all', '%%%', 'the link: is damaged, perhaps cut short: copy it again, whole.']
])('a link that is %s is refused in one sentence', (_, link, sentence) => {
	expect(() => readAddress(`#s=${encodeURIComponent(link)}`)).toThrow(sentence);
	try {
		readAddress(`#s=${encodeURIComponent(link)}`);
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		expect((error as InputError).first).toMatch(/^the link: [^\n]+$/);
	}
});

test('an address that no browser would keep is not made', () => {
	const trace = Array.from({ length: 20_000 }, (_, i) => ({ at: i }));
	const scenario = readScenario({ servers: [{ id: 'A' }], traffic: { arrivals: 'trace', trace } });
	expect(() => addressOf({ scenario })).toThrow(/characters long: save this run as a file instead/);
});

test('the moment of an address is never before what was done at it, and never after the run', () => {
	const at = (moment: number): number | undefined =>
		readAddress(addressOf({ scenario: plain, at: moment }))?.at;
	expect([at(55.2), at(60_000), at(61_234.5)]).toEqual([56, 60_000, 60_000]);
});
