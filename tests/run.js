// npm test: every stage, a line each, all that a failing one said, and one line of totals at the end.
import { build, endToEnd, lint, types, unit } from './stages.js';
import { bad, fault, totals } from './verdict.js';

const start = performance.now();
// Types and lint keep one processor busy; the unit tests have the other. The end-to-end tests are timed, so they run alone.
const [[checked, linted], tested] = await Promise.all([inTurn(types, lint), report(unit)]);
const results = [checked, linted, tested, await report(build)];
// Without a site there is nothing to open, and one red stage is enough.
if (results.every((result) => fault(result) === undefined || result.name !== build.name)) {
	results.push(await report(endToEnd));
}
console.log(`\n${totals(results, secondsSince(start))}`);
process.exitCode = results.every((result) => fault(result) === undefined) ? 0 : 1;

/**
 * @template {import('./stages.js').Stage[]} T
 * @param {T} stages
 * @returns {Promise<{ [K in keyof T]: import('./verdict.js').Result }>}
 */
async function inTurn(...stages) {
	const found = [];
	for (const stage of stages) found.push(await report(stage));
	return /** @type {{ [K in keyof T]: import('./verdict.js').Result }} */ (found);
}

/**
 * @param {import('./stages.js').Stage} stage
 * @returns {Promise<import('./verdict.js').Result>}
 */
async function report({ name, run }) {
	const began = performance.now();
	const finding = await run().catch((/** @type {unknown} */ error) =>
		bad('tests', error instanceof Error ? error.message : String(error))
	);
	const seconds = secondsSince(began);
	const found = fault(finding);
	const { count, noun, output } = finding;
	console.log(
		`${name.padEnd(12)}${found === undefined ? `ok, ${String(count)} ${noun}` : `RED, ${found}`} (${seconds.toFixed(1)} s)`
	);
	if (found !== undefined) console.log(output);
	return { ...finding, name, seconds };
}

/** @param {number} began */
function secondsSince(began) {
	return (performance.now() - began) / 1000;
}
