import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterPlan } from '#dialects/cluster.ts';
import { textOf } from '#dialects/dialect.ts';
import { examples } from '#dialects/examples.ts';
import { edited } from '#dialects/edit.ts';
import { lintGo } from '#dialects/go/lint.ts';
import { readGo } from '#dialects/go/read.ts';
import { writeGo } from '#dialects/go/write.ts';
import { planWith, serversOf, span } from './arbitrary.ts';

const first = examples.find(({ dialect }) => dialect === 'go')?.text ?? '';
const mainOf = (plan: ClusterPlan): string => {
	const [main] = writeGo(plan).files;
	return main === undefined ? '' : textOf(main);
};

/** What a program of ours can say, and is recognised by. */
const plan: fc.Arbitrary<ClusterPlan> = fc
	.record({
		servers: serversOf(fc.constant(1), true),
		frontend: fc.constantFrom('*:80', '127.0.0.1:8080'),
		connectMs: span,
		clientMs: span,
		retryOn: fc.constantFrom('connection' as const, 'any' as const),
		retries: fc.integer({ min: 0, max: 10 }),
		sticky: fc.boolean(),
		timeoutMs: span,
		most: fc.option(fc.integer({ min: 1, max: 10_000 })),
		health: fc.option(
			fc.record({
				fall: fc.integer({ min: 1, max: 9 }),
				ejectMs: span,
				rule: fc.constant('in-a-row' as const)
			})
		),
		checks: fc.option(
			fc.record({
				everyMs: span,
				timeoutMs: span,
				fall: fc.integer({ min: 1, max: 9 }),
				rise: fc.integer({ min: 1, max: 9 }),
				probe: fc.constantFrom('http' as const, 'tcp' as const)
			})
		),
		panic: fc.boolean()
	})
	.map(({ servers, frontend, connectMs, clientMs, retryOn, ...rest }) => {
		const base = planWith({ servers });
		const panic = rest.panic && (rest.health !== null || rest.checks !== null);
		const balancer = { ...base.balancer, ...rest, panic, again: false };
		return planWith({ servers, frontend, connectMs, clientMs, retryOn, balancer });
	});

test('what is written is recognised again as it was', () => {
	fc.assert(
		fc.property(plan, (one) => {
			const { plan: again } = readGo(mainOf(one));
			expect(again).toEqual(one);
		}),
		{ numRuns: 200 }
	);
});

test('the first gate is read with its two castles, its port and nothing that would help', () => {
	const { plan: found, remarks } = readGo(first);
	expect(found.servers.map(({ address }) => address)).toEqual(['localhost:8000', 'localhost:8001']);
	expect(found.frontend).toBe('*:8080');
	expect(found.balancer).toMatchObject({ retries: 0, checks: null, timeoutMs: null });
	expect(remarks.map(({ says }) => says)).toEqual([
		'A program can do anything: its addresses, its turns and its timeouts were recognised, and the rest was not read.'
	]);
});

test('lint finds the unused import, the rotated slice and what is missing', () => {
	expect(lintGo(first).map(({ id, line }) => [id, line])).toEqual([
		['unused-securecookie', 10],
		['rotated-slice', 22],
		['no-server-timeouts', 29],
		['few-connections', 20],
		['no-checks', 20]
	]);
});

test('the small fixes, made one after the other, leave a program without those mistakes', () => {
	let text = first;
	for (;;) {
		const next = lintGo(text).find(({ id }) => id !== 'no-checks');
		if (next === undefined) break;
		text = edited(text, next.fix);
	}
	expect(text).toContain('castle := castles[(atomic.AddUint64(&turn, 1)-1)%uint64(len(castles))]');
	expect(text).not.toMatch(/append\(|securecookie/);
	expect(lintGo(text).map(({ id }) => id)).toEqual(['no-checks']);
});

test('comments and strings are no code', () => {
	const text =
		'package main\n// "http://evil:1"\n/* Host: "evil:2" */\nvar s = "http://good:3" // ReverseProxy\n';
	expect(readGo(text).plan.servers.map(({ address }) => address)).toEqual(['good:3']);
	expect(lintGo(text)).toEqual([]);
});

test('a name never becomes code', () => {
	const one = planWith({
		title: 'x\nfunc init() { panic("evil") }',
		servers: [{ id: 'A', address: '10.0.0.1:80', weight: 1, limit: null, backup: false }]
	});
	expect(mainOf(one)).not.toMatch(/^func init/m);
	expect(() => mainOf({ ...one, checkPath: '/"+evil()+"' })).toThrow('path is');
});
