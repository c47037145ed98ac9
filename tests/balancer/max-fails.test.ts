import { expect, test } from 'vitest';
import { healthJudge } from '#balancer/health.ts';
import type { Outcome, Result } from '#balancer/strategy.ts';
import { callWith } from './backends.ts';

const judgeOf = (fall: number, seconds: number) =>
	healthJudge({ fall, ejectMs: seconds * 1000, rule: 'max-fails' });
const heard = (result: Result, at: number): Outcome => ({ call: callWith(''), at, latency: 1, result });

test('max-fails ejects after so many failures, and the timeout must be exceeded in whole seconds', () => {
	const judge = judgeOf(2, 10);
	expect(judge.hear(heard('error', 500))).toBeUndefined();
	expect(judge.hear(heard('timeout', 1900))).toBe('eject');
	expect(judge.out).toBe(true);
	// Failed in second 1, ten seconds must pass, and the eleventh begin.
	expect(judge.until).toBe(12_000);
});

test('max-fails lets one call on trial and no other, until it has ended well', () => {
	const judge = judgeOf(1, 10);
	judge.hear(heard('error', 0));
	judge.restore();
	expect(judge.picked?.(11_000)).toBe('eject');
	expect(judge.out).toBe(true);
	expect(judge.hear(heard('ok', 11_500))).toBe('restore');
	expect(judge.picked?.(11_600)).toBeUndefined();
	expect(judge.out).toBe(false);
});

test('max-fails keeps a backend out when its trial fails, and begins the time anew', () => {
	const judge = judgeOf(1, 10);
	judge.hear(heard('error', 0));
	judge.restore();
	judge.picked?.(11_000);
	expect(judge.hear(heard('error', 13_000))).toBeUndefined();
	expect(judge.out).toBe(true);
	expect(judge.until).toBe(24_000);
});

test('max-fails adds failures up through successes, until the timeout has passed without one', () => {
	const judge = judgeOf(2, 10);
	judge.picked?.(0);
	judge.hear(heard('error', 0));
	judge.picked?.(5000);
	judge.hear(heard('ok', 5000));
	expect(judge.hear(heard('error', 8000))).toBe('eject');
	const forgiving = judgeOf(2, 10);
	forgiving.picked?.(0);
	forgiving.hear(heard('error', 0));
	forgiving.picked?.(11_000);
	forgiving.hear(heard('ok', 11_000));
	expect(forgiving.hear(heard('error', 12_000))).toBeUndefined();
});

test('max-fails of 0 never ejects, and a cancelled call is no failure', () => {
	const never = judgeOf(0, 10);
	for (let at = 0; at < 9; at++) expect(never.hear(heard('error', at))).toBeUndefined();
	expect(judgeOf(1, 10).hear(heard('cancelled', 0))).toBeUndefined();
});
