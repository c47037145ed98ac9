import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError } from '#record/input.ts';
import { lessonJsonSchema, readLesson, scenariosOf } from '#teaching/lesson.ts';
import { schemaComment } from '#teaching/template.ts';

const file = 'lessons/en/03-the-carousel/lesson.yaml';
const good = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The sentence that the lesson is refused with after one edit, which must really edit it. */
function refusal(from: string | RegExp, to: string): string {
	const text = good.replace(from, to);
	expect(text).not.toBe(good);
	try {
		readLesson(text, file);
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		return (error as Error).message;
	}
	return 'no refusal';
}

/** The number of the first line of the good text that holds this, as errors write it. */
function lineOf(part: string): string {
	const index = good.split('\n').findIndex((line) => line.includes(part));
	expect(index, `there is a line with ${part}`).toBeGreaterThanOrEqual(0);
	return `${file}:${String(index + 1)}: `;
}

test('readLesson gives complete scenarios, each with the seed of the goal', () => {
	const lesson = readLesson(good, file);
	expect(lesson.start.scenario.servers.map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D']);
	expect(lesson.solution.scenario.servers).toHaveLength(6);
	expect(lesson.run.lanes.map(({ scenario }) => scenario.strategy.name)).toEqual([
		'round-robin',
		'least-connections',
		'random'
	]);
	expect(lesson.run.lanes.map(({ scenario }) => scenario.work)).toMatchObject(
		Array(3).fill({ law: 'fixed', meanMs: 100 })
	);
	for (const { seed } of Object.values(scenariosOf(lesson))) expect(seed).toBe(lesson.goal.seed);
});

test('a lesson is plain data that survives being sent as JSON', () => {
	const lesson = readLesson(good, file);
	expect(JSON.parse(JSON.stringify(lesson))).toEqual(lesson);
});

test('a limit below zero is refused with file, line, value and reason', () => {
	expect(refusal('measure: p95, atMost: 590', 'measure: p95, atMost: -5')).toMatch(
		`${lineOf('measure: p95, atMost: 590')}goal.objectives[0].atMost is -5: `
	);
});

test('an unknown field is refused by its name, on the line of what holds it', () => {
	const message = refusal('minutes: 9', 'minutes: 9\ncolour: blue');
	expect(message).toBe(`${file}:2: has the unknown field "colour": remove or rename.`);
});

test('a wrong value in a patch is found in the patch, not in the base it is laid over', () => {
	const message = refusal(
		'serverCount: 6\n    strategy: { name: random }',
		'serverCount: 6\n    strategy: { name: randum }'
	);
	const ablation = good.split('\n').findIndex((line) => line.startsWith('ablation:'));
	const line = good
		.split('\n')
		.findIndex((text, index) => index > ablation && text.includes('strategy: { name: random }'));
	expect(message).toContain(`${file}:${String(line + 1)}: strategy.name is "randum": `);
});

test('a wrong value in the base is found in the base, once for each scenario made from it', () => {
	const message = refusal('workers: 1, queue: 100', 'workers: 0, queue: 100');
	expect(message.startsWith(`${lineOf('workers: 1, queue: 100')}servers[0].workers is 0: `)).toBe(true);
});

test.each([
	["  - 'Set six servers. Five come near, but not near enough.'\n", '', 'hints is ['],
	['url: https://docs.haproxy.org', 'url: http://docs.haproxy.org', 'use a full https address'],
	['slug: 03-the-carousel', 'slug: 04-the-carousel', "does not begin with the lesson's number, 03"],
	[
		'slug: 03-the-carousel',
		'slug: 03-the-wheel',
		'slug is "03-the-wheel": the folder is called 03-the-carousel'
	],
	['{ id: random, label', '{ id: start, label', 'is taken or reserved'],
	['path: work.law', 'path: work.laws', 'the scenario has no such number or word'],
	['value: exponential, label', 'value: expo, label', 'the lever "Requests" at expo makes no scenario'],
	['min: 1, max: 8', 'min: 0, max: 8', 'goal.levers[0].min is 0'],
	['atMost: 590, ', 'atMost: 590, atLeast: 1, ', 'needs exactly one of atMost and atLeast'],
	['kind: rank', 'kind: poll', 'prediction.kind is "poll"'],
	['name: round-robin\n  lit', 'name: round-robbin\n  lit', 'strategy.name is "round-robbin"'],
	['  seed: 40', '  seed: two', 'goal.seed is "two"']
])('%j made %j is refused: %s', (from, to, reason) => {
	const message = refusal(from, to);
	expect(message).toContain(reason);
	expect(message).toMatch(/^lessons\/en\/03-the-carousel\/lesson\.yaml:\d+: /);
});

test('text that is not YAML is refused with the line where it breaks', () => {
	expect(refusal('  lit:\n', '  lit: [\n')).toMatch(
		/^lessons\/en\/03-the-carousel\/lesson\.yaml:\d+: is not YAML \(.*\): mend/
	);
	expect(() => readLesson('', file)).toThrow(InputError);
});

test('the published schema describes every field that a lesson may have', () => {
	const schema = lessonJsonSchema() as { properties: Record<string, unknown>; additionalProperties: unknown };
	expect(schema.additionalProperties).toBe(false);
	const used = [...good.matchAll(/^([a-z]+):/gm)].map((match) => match[1]);
	expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(used));
});

test('the schema that editors read is the one that lessons are read by, and the first line of a lesson points to it', () => {
	const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
	expect(
		JSON.parse(text('static/lesson.schema.json')),
		'make it anew: npm run -s golangia -- lesson schema > static/lesson.schema.json, then npm run format'
	).toEqual(lessonJsonSchema());
	expect(good.startsWith(`${schemaComment}\n`)).toBe(true);
});
