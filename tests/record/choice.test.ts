import { expect, test } from 'vitest';
import { StrategyChoiceSchema } from '#record/choice.ts';
import { InputError, parse } from '#record/input.ts';

const read = (name: string, knobs: Readonly<Record<string, number>>): unknown =>
	parse(StrategyChoiceSchema, { name, knobs }, 'choice');

test('A choice keeps the knobs that were turned', () => {
	expect(read('two-choices', { choices: 3 })).toEqual({ name: 'two-choices', knobs: { choices: 3 } });
	expect(read('bounded-loads', {})).toEqual({ name: 'bounded-loads', knobs: {} });
});

test.each<[string, string, Record<string, number>, string]>([
	['a strategy that is none', 'chaos', {}, 'choice: name is "chaos": use one of'],
	['a knob that is none', 'random', { choices: 2 }, 'choice: knobs.choices is 2: "random" has no such knob'],
	['too little', 'two-choices', { choices: 1 }, 'choice: knobs.choices is 1: is out of range: use 2 to 5.'],
	['too much', 'haproxy-random', { draws: 9 }, 'choice: knobs.draws is 9: is out of range: use 1 to 8.'],
	[
		'half a choice',
		'two-choices',
		{ choices: 2.5 },
		'choice: knobs.choices is 2.5: is no whole number: use one from 2 to 5.'
	],
	['what is no number', 'two-choices', { choices: NaN }, 'choice: knobs.choices is NaN: use a number.'],
	[
		'what has no end',
		'two-choices',
		{ choices: Infinity },
		'choice: knobs.choices is Infinity: use a number.'
	]
])('A choice refuses %s in one sentence', (_, name, knobs, sentence) => {
	expect(() => read(name, knobs)).toThrow(InputError);
	expect(() => read(name, knobs)).toThrow(sentence);
});
