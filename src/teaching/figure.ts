import type { Scenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { followed, type Followed } from './follow.ts';
import { instantOf, instantValue } from './instant.ts';
import { scenariosOf, type Lesson } from './lesson.ts';
import { measures, type Measure, type Measured } from './measure.ts';

/** A number in the text that the engine vouches for: `[1.07 s](run:solution/p99)`. */
export interface Figure {
	readonly url: string;
	readonly text: string;
	/** `lesson.md:23` */
	readonly place: string;
}

export const figureScheme = 'run:';

/** All numbers of a `lesson.md` that are links to a run, in reading order. */
export function figuresIn(markdown: string, file: string): readonly Figure[] {
	return [...markdown.matchAll(/\[([^\]]*)\]\((run:[^)\s]*)\)/g)].map(
		({ 1: text = '', 2: url = '', index }) => {
			const line = markdown.slice(0, index).split('\n').length;
			return { url, text: text.replace(/\s+/g, ' '), place: `${file}:${String(line)}` };
		}
	);
}

/** Runs each scenario of a lesson at most once. */
export function lessonRuns(
	lesson: Lesson
): (name: string) => { readonly metrics: Measured; readonly scenario: Scenario } | undefined {
	const scenarios = scenariosOf(lesson);
	const runs = new Map<string, { metrics: Measured; scenario: Scenario }>();
	return (name) => {
		const scenario = scenarios[name];
		if (scenario === undefined) return undefined;
		const run = runs.get(name) ?? { metrics: simulate(scenario).metrics, scenario };
		runs.set(name, run);
		return run;
	};
}

export type CheckedFigure = { readonly value: number | string } | { readonly problem: string };

/** The engine's value when it agrees with the text to the digits shown; else a sentence that says what to write. */
export function checkFigure(
	{ url, text, place }: Figure,
	runs: ReturnType<typeof lessonRuns>,
	lesson: Lesson
): CheckedFigure {
	const [name = '', measure = ''] = url.slice(figureScheme.length).split('/');
	if (name === 'follow') return checkFollowed({ text, place, url }, measure, lesson);
	const run = runs(name);
	if (run === undefined) {
		const known = Object.keys(scenariosOf(lesson)).join(', ');
		return { problem: `${place}: "${url}" names no run of this lesson: use one of ${known}.` };
	}
	const instant = instantOf(measure);
	if (instant !== undefined) {
		const value = instantValue(run.scenario, instant);
		if (value === undefined) return { problem: `${place}: "${url}" names no server of that run.` };
		return compared(text, value, String(value), place, `${name} has`, measure);
	}
	if (!(measure in measures)) {
		return {
			problem: `${place}: "${url}" names no measure: use one of ${Object.keys(measures).join(', ')}, or a server at an instant, as in inside.A@11000.`
		};
	}
	const spec = measures[measure as Measure];
	const value = spec.of(run.metrics, run.scenario);
	const seed = String(run.scenario.seed);
	return compared(text, value, spec.show(value), place, `${name} measures`, `${measure} on seed ${seed}`);
}

/** What the text may quote of the request that the lesson follows. */
const followFields: Readonly<Record<string, (life: Followed) => number | string>> = {
	server: ({ server }) => server,
	ahead: ({ ahead }) => ahead,
	waited: ({ waited }) => waited,
	worked: ({ worked }) => worked,
	latency: ({ latency }) => latency,
	sent: ({ sent }) => sent,
	attempts: ({ attempts }) => attempts
};

/** `inside.C`: what C held, or had on the way, when the request came to the gate. */
function insideAt({ inside }: Followed, field: string): number | undefined {
	return inside.find(([id]) => field === `inside.${id}`)?.[1];
}

function checkFollowed({ text, place, url }: Figure, field: string, lesson: Lesson): CheckedFigure {
	const scenario = lesson.follow && scenariosOf(lesson)[lesson.follow.run];
	const life = lesson.follow && scenario && followed(scenario, lesson.follow);
	if (life === undefined)
		return { problem: `${place}: "${url}" quotes a request, but the lesson follows none: add follow.` };
	const value = followFields[field]?.(life) ?? insideAt(life, field);
	if (value === undefined) {
		return {
			problem: `${place}: "${url}" names nothing of a request: use one of ${Object.keys(followFields).join(', ')}, or a server as in inside.A.`
		};
	}
	const shown = typeof value === 'number' ? String(Number(value.toFixed(1))) : value;
	return compared(text, value, shown, place, 'the followed request has', field);
}

function compared(
	text: string,
	value: number | string,
	shown: string,
	place: string,
	who: string,
	what: string
): CheckedFigure {
	if (typeof value === 'string' ? text === value : agrees(text, value)) return { value };
	return { problem: `${place}: the text says "${text}", but ${who} ${shown} for ${what}: mend the text.` };
}

const unitFactors: Readonly<Record<string, number>> = { '': 1, ms: 1, s: 1000, seconds: 1000, '%': 0.01 };

/** Does the value round to the text? `1.07 s`, `647 ms`, `66 %`, `2,714`, `never`. */
export function agrees(text: string, value: number): boolean {
	if (text === 'never') return value === Infinity;
	const match = /^([\d,]+)(\.\d+)?\s*(ms|s|seconds|%|)$/.exec(text);
	if (match === null) return false;
	const [, whole = '', decimals = '', unit = ''] = match;
	const factor = unitFactors[unit] ?? NaN;
	const digits = Math.max(0, decimals.length - 1);
	return (value / factor).toFixed(digits) === whole.replaceAll(',', '') + decimals;
}
