import { studentQuantile } from '#record/estimate/student.ts';
import { seedOf } from '../seeds.ts';
import { checksOf } from './anchor-checks.ts';
import { runOf } from './anchor-run.ts';
import { reference } from './anchors.ts';

/** What ten seeds say of one anchor. */
export interface Judgement {
	readonly anchor: number;
	/** Quantities that are more than 3.5 standard errors off, a sentence each. */
	readonly wrong: readonly string[];
	/** 95 % intervals for the mean of ten seeds, and how many of them miss the truth. */
	readonly intervals: number;
	readonly misses: number;
}

const seeds = 10;
/** Half the width of a 95 % interval, in standard errors: Student's t with 9 degrees of freedom. */
const usual = studentQuantile(0.975, seeds - 1);
/** As many standard errors of ten runs are as unlikely as 3.5 that are known exactly. */
const rarely = studentQuantile(1 - 0.000233, seeds - 1);

/** Run an anchor with ten seeds of a set, of so many requests each. */
export function judge(index: number, requests: number, set: number): Judgement {
	const anchor = reference.anchors[index];
	if (anchor === undefined) throw new Error(`There is no anchor ${String(index)}.`);
	// Other seeds for each: with the same ones all anchors would have the same arrivals and err together.
	const runs = Array.from({ length: seeds }, (_, i) =>
		runOf(anchor, requests, seedOf(seeds * index + i, set))
	);
	const wrong: string[] = [];
	let intervals = 0;
	let misses = 0;
	for (const { metric, expected, halfWidth, allowance, uncertainty, estimate } of checksOf(anchor)) {
		const found = runs.map(estimate);
		const mean = found.reduce((sum, value) => sum + value, 0) / seeds;
		const variance = found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
		const error = Math.hypot(Math.sqrt(variance / seeds), uncertainty / 1.96);
		const off = Math.abs(mean - expected);
		if (allowance === 0 && error > 0) {
			intervals++;
			if (off > usual * error) misses++;
		}
		// Ten runs may by chance lie closer together than they should: the error known from elsewhere bounds theirs from below.
		const one = ((halfWidth ?? 0) * expected * Math.sqrt(1e6 / requests)) / 1.96;
		const known = Math.hypot(one / Math.sqrt(seeds), uncertainty / 1.96);
		// Where nobody knows it, so rare a miss takes more of their own errors.
		const most = halfWidth === undefined ? rarely * error : 3.5 * Math.max(error, known);
		if (off > most + allowance) {
			const errors = (off / error).toFixed(1);
			wrong.push(`${metric} ${String(mean)}, not ${String(expected)}: ${errors} standard errors`);
		}
	}
	return { anchor: index, wrong, intervals, misses };
}
