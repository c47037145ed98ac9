import { fairnessOf } from '#record/fairness.ts';
import type { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { amplificationOf, loadsOf } from '#simulator/summary.ts';
import { milliseconds, number, percent, perSecond } from '#view/chart/format.ts';
import type { Readout } from '#view/chart/readout.ts';
import { playWords } from '#words/play.ts';

const say = playWords.figures;

/** One number of a run, as the playground shows it. */
export interface Figure {
	readonly label: string;
	readonly unit?: string;
	/** A count of some of the requests: alone, it says of how many. */
	readonly ofAll?: boolean;
	/** NaN where nothing was measured. */
	readonly of: (engine: Engine) => number;
	/** Requests needed before it says much; no number of them where it is a plain count. */
	readonly needs?: number;
	/** Shown only where the scenario has something of the kind. */
	readonly when?: (scenario: Scenario) => boolean;
	readonly show?: (value: number) => string;
}

const percentile = (share: number, needs: number): Figure => ({
	label: `p${String(share * 100)}`,
	unit: milliseconds.short,
	of: ({ metrics }) => metrics.percentile(share),
	needs
});

const mayWaste = ({ balancer, traffic }: Scenario): boolean =>
	balancer.timeoutMs !== null || balancer.hedgeMs !== null || traffic.patience !== null;
const mayRepeat = ({ balancer, fanOut }: Scenario): boolean =>
	balancer.retries > 0 || balancer.hedgeMs !== null || fanOut > 1;
const twoDecimals = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '–');

/** A percentile needs ten requests beyond it to be more than chance. */
export const figures: readonly Figure[] = [
	{ label: say.throughput, unit: perSecond.short, of: ({ metrics }) => metrics.throughput },
	{ label: say.goodput, unit: perSecond.short, of: ({ metrics }) => metrics.goodput },
	percentile(0.5, 20),
	percentile(0.95, 200),
	percentile(0.99, 1000),
	{ label: say.failed, ofAll: true, of: ({ metrics }) => metrics.failed },
	{
		label: say.attempts,
		unit: say.perRequest,
		of: amplificationOf,
		when: mayRepeat,
		show: twoDecimals
	},
	{
		label: say.hedges,
		of: ({ metrics }) => metrics.hedges,
		when: ({ balancer }) => balancer.hedgeMs !== null
	},
	{
		label: say.wasted,
		unit: say.seconds,
		of: ({ metrics }) => metrics.wastedMs / 1000,
		when: mayWaste
	},
	{
		label: say.sessionMisses,
		of: ({ metrics }) => metrics.sessionMisses,
		when: ({ sessions }) => sessions !== null
	},
	{ label: say.reads, of: ({ metrics }) => metrics.reads, when: ({ data }) => data !== null },
	{
		label: say.staleReads,
		unit: percent.short,
		of: ({ metrics }) => (100 * metrics.staleReads) / metrics.reads,
		when: ({ data }) => data !== null
	},
	{
		label: say.fairness,
		unit: say.jain,
		of: (engine) => fairnessOf([...loadsOf(engine).values()]).jain,
		show: twoDecimals
	},
	{
		label: say.busiest,
		unit: say.mean,
		of: (engine) => fairnessOf([...loadsOf(engine).values()]).peakToMean,
		show: twoDecimals
	}
];

export function figuresFor(scenario: Scenario): readonly Figure[] {
	return figures.filter(({ when }) => when === undefined || when(scenario));
}

export function shown({ show = number }: Figure, value: number): string {
	// A rate over no time at all is no number yet.
	return value === Infinity || Number.isFinite(value) ? show(value) : '–';
}

/** `+12`, `−0.3`, `–` where one of them is not known or never came. */
export function shownDifference(figure: Figure, a: number, b: number): string {
	const difference = b - a;
	if (!Number.isFinite(difference)) return '–';
	const size = shown(figure, Math.abs(difference));
	if (Number(size) === 0) return '0';
	return `${difference > 0 ? '+' : '−'}${size}`;
}

/** All of them, as they stand. */
export function readoutsOf(figures: readonly Figure[], engine: Engine): Readout[] {
	const { n } = engine.metrics;
	return figures.map((figure) => {
		const value = figure.of(engine);
		const { unit } = figure;
		return {
			label: figure.label,
			value: shown(figure, value),
			...(unit !== undefined && Number.isFinite(value) && { unit }),
			...(figure.ofAll === true && { note: say.of(number(n)) }),
			...(figure.needs !== undefined && { n: number(n), unsure: n < figure.needs })
		};
	});
}
