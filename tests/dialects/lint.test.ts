import { describe, expect, test } from 'vitest';
import { demonstrate } from '#dialects/demonstrate.ts';
import type { Finding } from '#dialects/dialect.ts';
import { diffOf, edited } from '#dialects/edit.ts';
import { examples } from '#dialects/examples.ts';
import { dialects } from '#dialects/index.ts';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';

/** Failed requests, and how long the slowest hundredth took, over five seeds; a request without an answer took ten minutes. */
function run(scenario: object): { readonly failed: number; readonly p99: number } {
	let [failed, p99] = [0, 0];
	for (let seed = 1; seed <= 5; seed++) {
		const { metrics } = simulate(readScenario(scenario), seed);
		failed += metrics.failed;
		p99 += Math.min(metrics.percentile(0.99), 600_000) / 5;
	}
	return { failed, p99 };
}

const cases = examples.flatMap(({ title, dialect, text }) =>
	(dialects[dialect].lint?.(text) ?? []).map((finding) => ({ title, dialect, text, finding, id: finding.id }))
);
const ringed =
	'backend b\n  balance source\n  hash-type consistent\n  server a 10.0.0.1:80\n  server b 10.0.0.2:80\n';

describe.each(cases)('$title, $id', ({ dialect, text, finding }) => {
	test('is gone when its fix is made', () => {
		const after = edited(text, finding.fix);
		expect(after).not.toBe(text);
		expect(dialects[dialect].lint?.(after).map(({ id }) => id)).not.toContain(finding.id);
	});

	test('is seen on the stage, and no more after the fix', () => {
		const shown = demonstrate(dialects[dialect], text, finding);
		if (finding.shows === undefined) {
			expect(shown).toBeUndefined();
			return;
		}
		const before = run(shown?.before ?? {});
		const after = run(shown?.after ?? {});
		expect([after.failed, after.p99].join()).not.toBe([before.failed, before.p99].join());
		expect(after.failed).toBeLessThanOrEqual(before.failed);
		expect(before.failed - after.failed + before.p99 - after.p99).toBeGreaterThan(0);
	});
});

describe('haproxy lint finds', () => {
	const ids = (text: string): readonly string[] => lint(text).map(({ id }) => id);
	const lint = (text: string): readonly Finding[] => dialects.haproxy.lint?.(text) ?? [];

	test('what a first haproxy.cfg lacks', () => {
		const first = examples.find(({ dialect }) => dialect === 'haproxy')?.text ?? '';
		expect(ids(first)).toEqual([
			...['no-redispatch', 'slow-checks', 'tcp-checks', 'process-limit', 'slow-heads', 'lost-address']
		]);
	});

	test('missing timeouts, checks and a missing algorithm', () => {
		const bare = 'listen x\n  mode http\n  bind :80\n  server a 10.0.0.1:80\n';
		expect(ids(bare)).toEqual(['no-timeouts', 'no-checks', 'no-balance', 'slow-heads', 'lost-address']);
	});

	test('a hash that moves too late, and a ring with few points', () => {
		const late = ringed.replace('  server a', '  option redispatch\n  server a');
		expect(ids(late)).toEqual(expect.arrayContaining(['late-redispatch', 'few-points']));
		for (const id of ['late-redispatch', 'few-points']) {
			const finding = lint(late).find((one) => one.id === id);
			if (finding === undefined) throw new Error(`${id} is missing.`);
			expect(ids(edited(late, finding.fix))).not.toContain(id);
			const shown = demonstrate(dialects.haproxy, late, finding);
			const worse = run(shown?.before ?? {});
			const better = run(shown?.after ?? {});
			expect(worse.failed + worse.p99, id).toBeGreaterThan(better.failed + better.p99);
		}
	});

	test('in what we write ourselves only what the plan itself lacks', () => {
		const { files } = dialects.haproxy.write(dialects.haproxy.read?.(ringed).plan ?? failed());
		const text = (files[0]?.lines ?? []).map(({ text }) => text).join('\n');
		expect(ids(text).filter((id) => id !== 'process-limit')).toEqual([
			...['no-redispatch', 'no-checks', 'few-points']
		]);
	});
});

test('a diff shows what goes, what comes and where', () => {
	const fix = [{ line: 3, remove: 1, insert: ['THREE', 'and more'] }];
	expect(diffOf('1\n2\n3\n4\n5', fix)).toEqual([
		'@@ -1,5 +1,6 @@',
		...[' 1', ' 2', '-3', '+THREE', '+and more', ' 4', ' 5']
	]);
});

function failed(): never {
	throw new Error('There is no plan.');
}
