import { expect, test } from 'vitest';
import { healthJudge } from '#balancer/health.ts';
import type { Outcome, Result } from '#balancer/strategy.ts';
import { callWith } from './backends.ts';

const heard = (result: Result, at = 0): Outcome => ({ call: callWith(''), at, latency: 1, result });

test('healthJudge ejects after as many failures in a row as it was told', () => {
	const judge = healthJudge({ fall: 3, ejectMs: 1000 });
	expect(judge.hear(heard('error', 1))).toBeUndefined();
	expect(judge.hear(heard('timeout', 2))).toBeUndefined();
	expect(judge.hear(heard('error', 3))).toBe('eject');
	expect(judge.out).toBe(true);
	expect(judge.until).toBe(1003);
});

test('healthJudge begins to count anew after a success, and not after a cancelled call', () => {
	const judge = healthJudge({ fall: 2, ejectMs: 1000 });
	judge.hear(heard('error'));
	judge.hear(heard('ok'));
	expect(judge.hear(heard('error'))).toBeUndefined();
	expect(judge.hear(heard('cancelled'))).toBeUndefined();
	expect(judge.hear(heard('error'))).toBe('eject');
});

test('healthJudge does not prolong an ejection for what was still in flight', () => {
	const judge = healthJudge({ fall: 1, ejectMs: 1000 });
	judge.hear(heard('error', 10));
	expect(judge.hear(heard('error', 900))).toBeUndefined();
	expect(judge.until).toBe(1010);
});

test('healthJudge gives one more chance after the ejection, and full trust after a success', () => {
	const judge = healthJudge({ fall: 3, ejectMs: 1000 });
	for (let i = 0; i < 3; i++) judge.hear(heard('error'));
	judge.restore();
	expect(judge.out).toBe(false);
	expect(judge.hear(heard('error', 1500))).toBe('eject');
	judge.restore();
	judge.hear(heard('ok', 3000));
	expect(judge.hear(heard('error', 3001))).toBeUndefined();
	expect(judge.hear(heard('error', 3002))).toBeUndefined();
	expect(judge.hear(heard('error', 3003))).toBe('eject');
});
