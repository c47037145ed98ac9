import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { clusterOf } from '#dialects/cluster.ts';
import { textOf } from '#dialects/dialect.ts';
import { dialectNames, dialects } from '#dialects/index.ts';
import { readScenario } from '#simulator/scenario.ts';

const folder = new URL('../fixtures/dialects/', import.meta.url);
const pairs = readdirSync(folder)
	.sort()
	.flatMap((file) =>
		dialectNames.filter((name) => file.endsWith(`.${name}`)).map((name) => ({ file, name }))
	);
const fence = '\n\n════════\n\n';

// Ours above, theirs below. After a change that is meant: npx vitest run tests/dialects -u, and read what changed.
test.each(pairs)('$file is what $name says for the scenario above it', async ({ file, name }) => {
	const [ours = ''] = readFileSync(new URL(file, folder), 'utf8').split(fence);
	const plan = clusterOf(readScenario(JSON.parse(ours), file));
	const { files } = dialects[name].write(plan);
	const theirs = files
		.map((one, index) => (index === 0 ? '' : `──── ${one.name}\n`) + textOf(one))
		.join('\n');
	await expect(`${ours}${fence}${theirs}`).toMatchFileSnapshot(new URL(file, folder).pathname);
});

test('every dialect has its golden pairs', () => {
	for (const name of dialectNames)
		expect(pairs.filter((pair) => pair.name === name).length, name).toBeGreaterThan(1);
});
