import { z } from 'zod';
import { figures, type FigureName } from '#record/estimate/figures.ts';
import { InputError, parse } from '#record/input.ts';
import { withValue } from './fields.ts';
import { offeredLoad } from './offered-load.ts';
import type { Precision } from './precision.ts';
import type { Scenario } from './scenario.ts';

const Path = z
	.string()
	.max(100)
	.regex(/^[a-zA-Z]+(\.([\w-]+|\*))*$/, 'name a field of the scenario with dots, as in balancer.retries');

const GridSchema = z.strictObject({
	/** What lies along the bottom: a field that is a number, or `load`, the work that comes over what can be done. */
	across: z.strictObject({
		path: Path,
		from: z.number(),
		to: z.number(),
		/** How many values, both ends included. */
		count: z.int().min(2).max(30)
	}),
	/** What each line is: a field, and the values it takes. */
	lines: z.strictObject({ path: Path, values: z.array(z.json()).min(1).max(12) }),
	figure: z.enum(figures.map(({ name }) => name) as [FigureName, ...FigureName[]]),
	/** How well each place is to be known: half its 95 % interval over the value. */
	within: z.number().min(0.001).max(0.5).default(0.02),
	/** Where that takes too long: requests after which a place is taken as it is known then. */
	mostRequests: z.int().min(1000).max(100_000_000).default(3_000_000)
});

/** One scenario over two axes: what is measured where. */
export type Grid = z.output<typeof GridSchema>;

export interface Cell {
	readonly x: number;
	/** Which line, from 0. */
	readonly line: number;
	readonly scenario: Scenario;
}

/** What its places are measured to. */
export function precisionOf({ figure, within, mostRequests }: Grid): Precision {
	return { figure, target: within, mostRequests };
}

/** @throws InputError */
export function readGrid(value: unknown, source: string): Grid {
	return parse(GridSchema, value, source);
}

/** The values along the bottom, evenly spread; of fields that are whole numbers only whole ones, once each. */
export function placesOf({ path, from, to, count }: Grid['across'], scenario: Scenario): number[] {
	const even = Array.from({ length: count }, (_, i) => {
		const value = from + ((to - from) * i) / (count - 1);
		return Number(value.toPrecision(10));
	});
	if (path === 'load' || !needsWhole(scenario, path, even)) return even;
	return [...new Set(even.map(Math.round))];
}

/** All cells, line by line. @throws InputError that names the first value that is no scenario. */
export function cellsOf(scenario: Scenario, { across, lines }: Grid): Cell[] {
	const places = placesOf(across, scenario);
	return lines.values.flatMap((value, line) => {
		const base = withValue(scenario, lines.path, value, 'this line');
		return places.map((x) => ({
			x,
			line,
			scenario: across.path === 'load' ? withLoad(base, x) : withValue(base, across.path, x, 'this axis')
		}));
	});
}

/** The same with as much traffic as makes this load. @throws InputError where the load hangs on what happens. */
export function withLoad(scenario: Scenario, load: number): Scenario {
	const { perSecond } = scenario.traffic;
	const changes = scenario.changes.filter((change) => change.do !== 'traffic');
	const one = {
		...scenario,
		changes,
		traffic: { ...scenario.traffic, perSecond: perSecond > 0 ? perSecond : 1 }
	};
	const now = scenario.traffic.arrivals === 'trace' ? undefined : offeredLoad(one);
	if (now === undefined || !(now > 0))
		throw new InputError(
			'this axis: the load of this scenario hangs on what happens in it, so it cannot be set: choose another field, such as the traffic.'
		);
	return withValue(one, 'traffic.perSecond', (one.traffic.perSecond * load) / now, 'this axis');
}

function needsWhole(scenario: Scenario, path: string, values: readonly number[]): boolean {
	const broken = values.find((value) => !Number.isInteger(value));
	if (broken === undefined) return false;
	try {
		withValue(scenario, path, broken);
		return false;
	} catch (error) {
		if (error instanceof InputError) return true;
		throw error;
	}
}
