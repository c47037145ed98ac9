import { between, type Totals } from '#record/estimate/figures.ts';
import type { MeasuredRun } from '#record/estimate/run-estimates.ts';
import type { Engine } from './engine.ts';
import { offeredLoad } from './offered-load.ts';

/** Between 20 and 40, as for batch means; 32 leave each enough requests and Student's t little wider than the normal one. */
const parts = 32;

/**
 * Run an engine to its end and note what each part of the counted time amounts to: that tells how well the whole
 * is known. `heard` is told the share of the traffic that is over, in steps of 1 to 2 %.
 */
export function measure(engine: Engine, heard?: (share: number) => void): MeasuredRun {
	const { warmUpMs, durationMs } = engine.scenario;
	const moments: Totals[] = [];
	const runUntil = (at: number): void => {
		engine.runUntil(at);
		heard?.(at / durationMs);
	};
	for (let step = 1; step < parts; step++) runUntil((warmUpMs * step) / parts);
	for (let part = 0; part < parts; part++) {
		runUntil(warmUpMs + ((durationMs - warmUpMs) * part) / parts);
		moments.push(engine.metrics.totals());
	}
	runUntil(durationMs);
	moments.push(engine.metrics.totals());
	// What is answered after the traffic's end belongs to the whole, and would make the last part unlike the others.
	engine.runToEnd();
	const whole = engine.metrics.totals();
	const load = offeredLoad(engine.scenario);
	return {
		whole,
		parts: moments.slice(1).map((after, part) => between(moments[part] ?? after, after)),
		mean: engine.metrics.meanInterval,
		isOverloaded: load !== undefined && load >= 1
	};
}
