/**
 * What a stage found: `count` things of the kind `noun` looked at, of which `failed` were bad and `skipped` were
 * not tried. `code` is its program's exit code and `output` all that it said.
 * @typedef {{ count: number, noun: string, failed: number, skipped: number, code: number, output: string }} Finding
 * @typedef {Finding & { name: string, seconds: number }} Result
 * @typedef {import('../src/setup/program.js').Ending} Ending
 *
 * The parts we read of what the programs report:
 * @typedef {{ filePath: string, messages: { line?: number, column?: number, ruleId: string | null, message: string }[] }[]} ESLintReport
 * @typedef {{ numTotalTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} VitestReport
 * @typedef {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} PlaywrightReport
 */

/** Why a stage is red, or undefined when it is green: one that looked at nothing has shown nothing. */
export function fault(/** @type {Finding} */ { count, noun, failed, skipped, code }) {
	if (failed > 0) return `${String(failed)} failed of ${String(count)} ${noun}`;
	if (code !== 0) return `ended with code ${String(code)}`;
	if (count === skipped) return `ran no ${noun}`;
	return undefined;
}

/**
 * The one line that a run ends with.
 * @param {readonly Result[]} results
 * @param {number} seconds
 * @returns {string}
 */
export function totals(results, seconds) {
	const faults = results.flatMap((result) => {
		const found = fault(result);
		return found === undefined ? [] : [`${result.name}: ${found}`];
	});
	const rounded = Math.round(seconds);
	const time = (rounded < 60 ? '' : `${String(Math.floor(rounded / 60))} min `) + `${String(rounded % 60)} s`;
	if (faults.length > 0) return `red: ${faults.join('; ')} (in ${time})`;
	const tests = results.filter(({ noun }) => noun === 'tests');
	const checks = tests.reduce((sum, { count, skipped }) => sum + count - skipped, 0);
	const skipped = tests.reduce((sum, result) => sum + result.skipped, 0);
	const parts = results.flatMap(({ name, noun, count, failed, skipped }) => {
		if (noun === 'files') return [`${name} ${String(failed)} errors`];
		return noun === 'tests' ? [`${String(count - skipped)} ${name}`] : [];
	});
	const left = skipped > 0 ? `, ${String(skipped)} skipped` : '';
	return `all green: ${String(checks)} checks${left} (${parts.join(', ')}) in ${time}`;
}

/**
 * A stage that could not even look.
 * @param {string} noun
 * @param {string} output
 * @returns {Finding}
 */
export function bad(noun, output) {
	return { count: 0, noun, failed: 0, skipped: 0, code: 1, output };
}

/**
 * @param {Ending} ending of svelte-check --output machine
 * @returns {Finding}
 */
export function readSvelteCheck({ code, output }) {
	const summary = /COMPLETED (\d+) FILES (\d+) ERRORS (\d+) WARNINGS/.exec(output);
	const [count, errors, warnings] = (summary ?? ['', '0', '0', '0']).slice(1).map(Number);
	const failed = (errors ?? 0) + (warnings ?? 0);
	return {
		count: count ?? 0,
		noun: 'files',
		failed,
		skipped: 0,
		code,
		output: output.replace(/^\d{13} /gm, '')
	};
}

/**
 * @param {Ending} eslint
 * @param {ESLintReport | undefined} report
 * @param {Ending} prettier of prettier --check
 * @param {(file: string) => string} shorten
 * @returns {Finding}
 */
export function readESLint(eslint, report, prettier, shorten) {
	const lines = (report ?? []).flatMap(({ filePath, messages }) =>
		messages.map(
			({ line, column, message, ruleId }) =>
				`${shorten(filePath)}:${String(line ?? 0)}:${String(column ?? 0)} ${message} (${ruleId ?? 'parser'})`
		)
	);
	const unformatted = prettier.output.match(/^\[(warn|error)\] (?!Code style)/gm)?.length ?? 0;
	return {
		count: report?.length ?? 0,
		noun: 'files',
		failed: lines.length + unformatted,
		skipped: 0,
		code: eslint.code + prettier.code,
		output: [...lines, eslint.output, prettier.output].join('\n')
	};
}

/**
 * @param {Ending} ending
 * @param {VitestReport | undefined} report
 * @returns {Finding}
 */
export function readVitest({ code, output }, report) {
	if (report === undefined) return bad('tests', output);
	const { numTotalTests: count, numFailedTests: failed, numPendingTests, numTodoTests } = report;
	return { count, noun: 'tests', failed, skipped: numPendingTests + numTodoTests, code, output };
}

/**
 * @param {Ending} ending
 * @param {PlaywrightReport | undefined} report
 * @returns {Finding}
 */
export function readPlaywright({ code, output }, report) {
	if (report === undefined) return bad('tests', output);
	const { expected, unexpected, flaky, skipped } = report.stats;
	const failed = unexpected + flaky;
	return { count: expected + failed + skipped, noun: 'tests', failed, skipped, code, output };
}
