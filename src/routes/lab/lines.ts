import { shelf, type StrategyName } from '#balancer/strategies/index.ts';
import { InputError } from '#record/input.ts';
import { strategyColour } from '#view/shelf/groups.ts';
import { labWords } from '#words/lab.ts';
import type { What } from '../play/what.ts';

/** A line's look: its name, and a colour and a dash that keep it apart from the others. */
export interface Look {
	readonly label: string;
	readonly colour: string;
	readonly dash: string;
}

const dashes = ['', '7 4', '2 3', '9 3 2 3', '4 4', '12 4'];

export function lookOf(what: What | undefined, value: unknown, index: number): Look {
	const dash = dashes[index % dashes.length] ?? '';
	const colour = `var(--lane-${String((index % 4) + 1)})`;
	if (what === undefined) return { label: JSON.stringify(value), colour, dash };
	if (!('kind' in what)) {
		const { name } = value as { name: StrategyName };
		return { label: shelf[name].title, colour: strategyColour(name), dash };
	}
	switch (what.kind) {
		case 'number':
			return { label: (what.format ?? String)(Number(value)), colour, dash };
		case 'choice':
			return { label: what.options.find((one) => one.value === value)?.label ?? String(value), colour, dash };
		case 'flag':
			return { label: what.words[value === true ? 1 : 0], colour, dash };
		case 'part':
			return { label: what.words[value === null ? 0 : 1], colour, dash };
	}
}

/** The values that lines begin with: all of a choice, off and on, or a few numbers from its range. */
export function firstValues(what: What): (string | number | boolean | object | null)[] {
	if (!('kind' in what))
		return (['round-robin', 'random', 'two-choices', 'least-connections'] as const).map((name) => ({
			name,
			knobs: {}
		}));
	switch (what.kind) {
		case 'number': {
			const step = what.step ?? 1;
			const even = [0, 0.25, 0.5, 1].map(
				(part) => Math.round((what.min + part * (what.max - what.min)) / step) * step
			);
			return [...new Set(even.map((value) => Number(value.toPrecision(10))))];
		}
		case 'choice':
			return what.options.map(({ value }) => value);
		case 'flag':
			return [false, true];
		case 'part':
			return [null, what.on as object];
	}
}

/** `0, 1, 2.5`. @throws InputError */
export function numbersOf(text: string): number[] {
	const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
	if (numbers.length > 12 || numbers.some((value) => !Number.isFinite(value)))
		throw new InputError(labWords.wrongValues(text));
	return [...new Set(numbers)];
}
