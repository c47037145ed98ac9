import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import type { TraceEvent } from '#record/event.ts';
import { eventLine } from '#record/event-line.ts';
import { numberText, quoted } from '#record/json-text.ts';

const random = randomStream(3, 'lines');

test.each([0, 1, 0.001, 0.01, 0.1, 1.5, 12_345.678, 0.0004, 1 / 3, 0.1 + 0.2, -1, -0.5, 1e15, 1e21, 2 ** 53])(
	'the number %d is written as JSON has it',
	(value) => {
		expect(numberText(value)).toBe(JSON.stringify(value));
	}
);

test('every microsecond of a long run is written as JSON has it', () => {
	for (let i = 0; i < 100_000; i++) {
		const value = Math.round(random() * 10 ** (1 + Math.floor(random() * 12))) / 1000;
		if (numberText(value) !== JSON.stringify(value)) expect(numberText(value)).toBe(JSON.stringify(value));
	}
});

test.each(['', 'A', '127.0.0.1', 'é', '…', '\\', '"', '\n', '\0', '\x7f', '\ud800', '😀', '\u2028'])(
	'the text %j is quoted as JSON has it',
	(text) => {
		expect(quoted(text)).toBe(JSON.stringify(text));
	}
);

const attempt = { id: 7, attempt: 1, backend: 'A"b' };
const events: readonly TraceEvent[] = [
	{ kind: 'send', at: 0.25, id: 7, key: '::1' },
	{ kind: 'send', at: 1, id: 7, key: 'k', work: 3.5 },
	{ kind: 'hold', at: 1, id: 7, attempt: 0 },
	{ kind: 'pick', at: 1.001, ...attempt, key: '"' },
	{ kind: 'pick', at: 1, ...attempt, key: 'k', because: { says: 'So.' } },
	{ kind: 'pick', at: 1, ...attempt, key: 'k', loads: [['A', 2]] },
	{ kind: 'end', at: 2, ...attempt, latency: 1 / 3, result: 'ok' },
	{ kind: 'end', at: 2, ...attempt, latency: 0.999, result: 'timeout', reason: 'timeout' },
	{ kind: 'answer', at: 3, id: 7, latency: 2.75, result: 'ok', backend: 'B' },
	{ kind: 'answer', at: 3, id: 7, latency: 0, result: 'error', reason: 'no-backend' },
	{ kind: 'backend', at: 3, backend: 'B', change: 'added', value: 1, limit: 4, backup: true },
	{ kind: 'strategy', at: 3, name: 'sticky', knobs: { size: 3 }, seed: 1 }
];

test.each(events)('the line of $kind says what the event says: %j', (event) => {
	expect(JSON.parse(eventLine(event))).toEqual(event);
});
