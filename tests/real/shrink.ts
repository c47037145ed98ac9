import type { Script, Step } from './script.ts';

/**
 * A script with fewer steps that still fails, in at most so many tries: whole stretches are left out first, then single
 * steps, then requests.
 */
export async function shrink(
	script: Script,
	fails: (smaller: Script) => Promise<boolean>,
	tries = 60
): Promise<Script> {
	let left = tries;
	let best = script;
	const attempt = async (steps: readonly Step[]): Promise<boolean> => {
		if (left-- <= 0) return false;
		const smaller = { ...best, steps };
		if (!(await fails(smaller))) return false;
		best = smaller;
		return true;
	};
	for (let size = Math.ceil(best.steps.length / 2); size >= 1 && left > 0; size = Math.floor(size / 2)) {
		for (let at = best.steps.length - size; at >= 0 && left > 0; at -= size) {
			await attempt([...best.steps.slice(0, at), ...best.steps.slice(at + size)]);
		}
	}
	for (let at = best.steps.length - 1; at >= 0 && left > 0; at--) {
		let fewer = best.steps[at];
		while (fewer?.op === 'requests' && left > 0) {
			fewer = half(fewer);
			if (fewer === undefined || !(await attempt(best.steps.with(at, fewer)))) break;
		}
	}
	return best;
}

function half(step: Extract<Step, { op: 'requests' }>): Step | undefined {
	if ('inputs' in step) {
		const kept = Math.floor(step.inputs.length / 2);
		return kept === 0 ? undefined : { op: 'requests', inputs: step.inputs.slice(0, kept) };
	}
	const count = Math.floor(step.count / 2);
	return count === 0 ? undefined : { op: 'requests', count };
}
