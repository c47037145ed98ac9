import { expect, test } from 'vitest';
import { z } from 'zod';
import { InputError, jsonOf, parse, parseJson } from '#record/input.ts';

const Tower = z.strictObject({
	name: z.string().min(1).max(8).default('Tower'),
	floors: z.int().min(1).lt(100).default(1),
	height: z.number().gt(0).default(1),
	lit: z.boolean().default(false),
	colours: z
		.array(z.enum(['red', 'white']))
		.max(2)
		.default([]),
	kind: z.literal('tower').default('tower'),
	door: z
		.discriminatedUnion('shape', [
			z.strictObject({ shape: z.literal('round') }),
			z.strictObject({ shape: z.literal('square'), width: z.number() })
		])
		.default({ shape: 'round' }),
	key: z.union([z.string(), z.number()]).default(1),
	motto: z
		.string()
		.regex(/^[a-z ]*$/, 'write it small')
		.default('')
});

function refusal(value: unknown): string {
	try {
		parse(Tower, value, 'tower.json');
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		return (error as InputError).message;
	}
	return 'no refusal';
}

test('what fits is given back with its defaults', () => {
	expect(parse(Tower, { floors: 3 }, 'tower.json')).toMatchObject({ name: 'Tower', floors: 3, lit: false });
});

test.each([
	[undefined, 'is missing: use an object.'],
	[null, 'is null: use an object.'],
	[[], 'is []: use an object.'],
	['tower', 'is "tower": use an object.'],
	[{ name: 7 }, 'name is 7: use a string.'],
	[{ name: '' }, 'name is "": use 1 characters or more.'],
	[{ name: 'Babel, the tall' }, 'name is "Babel, the tall": use 8 characters or less.'],
	[{ floors: 'two' }, 'floors is "two": use a number.'],
	[{ floors: 2.5 }, 'floors is 2.5: use a whole number.'],
	[{ floors: 0 }, 'floors is 0: use 1 or more.'],
	[{ floors: 100 }, 'floors is 100: use less than 100.'],
	[{ height: 0 }, 'height is 0: use more than 0.'],
	[{ height: NaN }, 'height is NaN: use a number.'],
	[{ lit: 'yes' }, 'lit is "yes": use a boolean.'],
	[{ colours: 'red' }, 'colours is "red": use a list.'],
	[{ colours: ['red', 'blue'] }, 'colours[1] is "blue": use one of "red", "white".'],
	[{ colours: ['red', 'red', 'red'] }, 'colours is ["red","red","red"]: use 2 entries or less.'],
	[{ kind: 'hut' }, 'kind is "hut": expected "tower".'],
	[{ door: { shape: 'oval' } }, 'door.shape is "oval": use one of "round", "square".'],
	[{ door: { shape: 'square' } }, 'door.width is missing: use a number.'],
	[{ door: {} }, 'door.shape is missing: use one of "round", "square".'],
	[{ key: true }, 'key is true: it fits none of the forms that it may have.'],
	[{ motto: 'LOUD' }, 'motto is "LOUD": write it small.'],
	[{ moat: 1 }, 'has the unknown field "moat": remove or rename.'],
	[
		{ door: { shape: 'round', bell: 1, mat: 2 } },
		'door has the unknown fields "bell", "mat": remove or rename.'
	]
])('%j is refused: %s', (value, sentence) => {
	expect(refusal(value)).toBe(`tower.json: ${sentence}`);
});

test('a long value is cut short', () => {
	expect(refusal({ motto: 'X'.repeat(100) })).toBe(
		`tower.json: motto is "${'X'.repeat(56)}…: write it small.`
	);
});

test('each wrong place gets a line of its own, named by where it was written', () => {
	const place = (path: readonly PropertyKey[]): string => `tower.yaml:${String(path.length)}`;
	expect(() => parse(Tower, { lit: 1, door: { shape: 'square', width: '' } }, place)).toThrow(
		'tower.yaml:1: lit is 1: use a boolean.\ntower.yaml:2: door.width is "": use a number.'
	);
});

test('JSON is read, and what is none is refused', () => {
	expect(parseJson(Tower, '{"floors": 2}', 'tower.json').floors).toBe(2);
	expect(jsonOf('[1]', 'x')).toEqual([1]);
	expect(() => jsonOf('{', 'tower.json')).toThrow(
		/^tower\.json: is not JSON \(.*\): check it in an editor or save it again\.$/
	);
	expect(() => jsonOf('', 'tower.json')).toThrow(InputError);
});
