import { format as d3Format } from 'd3';
import type { Millis } from '#balancer/strategy.ts';
import { chartsWords } from '#words/charts.ts';

/** What a chart or a readout counts in. */
export interface Unit {
	/** Behind a number: `ms`. */
	readonly short: string;
	/** Read aloud: `milliseconds`. */
	readonly spoken: string;
}

export const milliseconds: Unit = chartsWords.units.milliseconds;
export const perSecond: Unit = chartsWords.units.perSecond;
export const requests: Unit = chartsWords.units.requests;
export const sessions: Unit = chartsWords.units.sessions;
export const percent: Unit = chartsWords.units.percent;

const whole = d3Format(',.0f');
const tenth = d3Format(',.1f');
const hundredth = d3Format(',.2f');

/** `1,320`, `8.5`, `0.25`; `never` for Infinity and `–` where nothing was measured. */
export function number(value: number): string {
	if (Number.isNaN(value)) return '–';
	if (!Number.isFinite(value)) return value > 0 ? chartsWords.never : '–';
	const size = Math.abs(value);
	if (size >= 9.95 || Number.isInteger(value)) return whole(value);
	return size >= 0.995 ? tenth(value) : hundredth(value);
}

/** `1,320 ms`; `never` and `no data` stand without a unit. */
export function quantity(value: number, unit: Unit): string {
	if (Number.isNaN(value)) return chartsWords.noData;
	if (!Number.isFinite(value)) return number(value);
	if (unit.short === '') return number(value);
	return `${number(value)}${unit.short === '%' ? '' : ' '}${unit.short}`;
}

/** A moment of a run: `1:01`, with `1:01.4` where a step is finer than a second. */
export function clock(at: Millis, step: Millis = 1000): string {
	const digits = step >= 1000 ? 0 : step >= 100 ? 1 : 2;
	// Rounded first, so that 59.96 s does not become 0:60.0.
	const seconds = Math.round((Math.max(0, at) / 1000) * 10 ** digits) / 10 ** digits;
	const minutes = Math.floor(seconds / 60);
	return `${String(minutes)}:${(seconds - minutes * 60).toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, '0')}`;
}
