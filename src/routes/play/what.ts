import { shelf } from '#balancer/strategies/index.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { Difference } from '#simulator/difference.ts';
import { valueAt } from '#simulator/fields.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { playWords } from '#words/play.ts';
import { setUpWords } from '#words/play-set-up.ts';
import { inside, isPart, namesApart } from './before-after.ts';
import { groups, type Control } from './set-up.ts';

/** What two runs may differ in: the strategy, or any one control. */
export type What = { readonly path: 'strategy'; readonly label: string; readonly group: string } | Offered;
type Offered = Control & { readonly group: string };

const say = playWords.compare;

/** All of it, for this scenario: a control that another setting hides is not offered. */
export function offered(scenario: Scenario): What[] {
	const { knobs } = shelf[scenario.strategy.name];
	return [
		{ path: 'strategy', label: playWords.cluster.strategy, group: say.decides },
		...Object.entries(knobs).map(([knob, { title, min, max, step }]): What => ({
			kind: 'number',
			path: `strategy.knobs.${knob}`,
			label: title,
			min,
			max,
			step,
			group: say.decides
		})),
		{
			kind: 'number',
			path: 'traffic.perSecond',
			label: setUpWords.traffic.perSecond,
			min: 0,
			max: 200,
			group: setUpWords.traffic.title
		},
		...groups.flatMap(({ title, controls }) =>
			controls
				.filter(({ when }) => when === undefined || when(scenario))
				.map((control): What => ({ ...control, group: title }))
		)
	];
}

/** A different value to begin with, so that there is something to see. */
export function opposite(scenario: Scenario, what: What): unknown {
	if (!('kind' in what)) {
		const name = scenario.strategy.name === 'least-connections' ? 'round-robin' : 'least-connections';
		return { name, knobs: {} };
	}
	const value = current(scenario, what.path);
	switch (what.kind) {
		case 'number': {
			const half = Math.round((what.min + what.max) / 2 / (what.step ?? 1)) * (what.step ?? 1);
			return Number(value) === half ? what.max : half;
		}
		case 'choice':
			return what.options.find((option) => option.value !== value)?.value;
		case 'flag':
			return value !== true;
		case 'part':
			return value === null ? what.on : null;
	}
}

/** A field's value, also of a knob that was not turned. */
export function current(scenario: Scenario, path: string): unknown {
	const [, knob] = /^strategy\.knobs\.(.+)$/.exec(path) ?? [];
	const { name, knobs } = scenario.strategy;
	return knob === undefined ? valueAt(scenario, path) : (knobs[knob] ?? shelf[name].knobs[knob]?.initial);
}

/** Each lane's name: in what it differs from the other. */
export function laneNames(scenario: Scenario, difference: Difference): readonly [string, string] {
	const { path, value } = difference;
	if (path === 'strategy')
		return [shelf[scenario.strategy.name].title, shelf[(value as StrategyChoice).name].title];
	const was = current(scenario, path);
	const apart = isPart(was) && isPart(value) ? namesApart(was, value) : [];
	// Of a whole part as much as there is room for.
	const told = (one: unknown): string =>
		!isPart(one) || apart.length < 2
			? fieldWords(scenario, path, one)
			: apart
					.slice(0, 2)
					.map((name) => fieldWords(scenario, `${path}.${name}`, inside(one, name)))
					.join(', ') + (apart.length > 2 ? ' …' : '');
	return [told(was), told(value)];
}

function fieldWords(scenario: Scenario, path: string, value: unknown): string {
	const what = offered(scenario).find((one) => one.path === path && 'kind' in one);
	if (what !== undefined && 'kind' in what) return say.field(what.label, valueWords(what, value));
	const text = value === null ? say.none : isPart(value) ? say.set : JSON.stringify(value);
	return say.bare(path.split('.').at(-1) ?? '', text);
}

function valueWords(control: Control, value: unknown): string {
	switch (control.kind) {
		case 'number':
			return (control.format ?? String)(Number(value));
		case 'choice':
			return control.options.find((option) => option.value === value)?.label ?? String(value);
		case 'flag':
			return control.words[value === true ? 1 : 0];
		case 'part':
			return control.words[value === null ? 0 : 1];
	}
}
