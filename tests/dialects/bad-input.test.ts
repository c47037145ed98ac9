import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { clusterOf, scenarioOf } from '#dialects/cluster.ts';
import type { Dialect } from '#dialects/dialect.ts';
import { examples } from '#dialects/examples.ts';
import { dialectNames, dialects } from '#dialects/index.ts';
import { InputError } from '#record/input.ts';
import { readScenario } from '#simulator/scenario.ts';
import { planWith } from './arbitrary.ts';

/** A file that is read either gives a cluster that the stage and every program take, or is refused in a sentence. */
function taken(dialect: Dialect, text: string): boolean {
	try {
		const plan = dialect.read?.(text).plan;
		if (plan === undefined) return false;
		const again = clusterOf(readScenario(scenarioOf(plan)));
		expect(again.frontend).toBe(plan.frontend);
		expect(again.servers).toEqual(plan.servers);
		for (const name of dialectNames) dialects[name].write(again);
		dialect.lint?.(text);
		return true;
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		expect(error.message).toMatch(/[.!]$/);
		return false;
	}
}

describe.each(examples)('$title', ({ dialect: name, text }) => {
	const dialect = dialects[name];

	test('is taken as it is, and with the line ends of Windows', () => {
		expect(taken(dialect, text)).toBe(true);
		expect(taken(dialect, text.replaceAll('\n', '\r\n'))).toBe(true);
	});

	test('cut off anywhere is taken or refused in a sentence, and never worse', () => {
		for (let length = 0; length < text.length; length += 5) taken(dialect, text.slice(0, length));
	});

	test.each([
		['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le').toString('utf8')],
		['Latin-1', Buffer.from(`# caf\u00e9\n${text}`, 'latin1').toString('utf8')],
		['bytes that are no text', `${text}\0`]
	])('in %s is refused with the line', (_what, strange) => {
		expect(() => dialect.read?.(strange)).toThrow(/:\d+: is not UTF-8 text/);
	});

	test('of more than a million letters is refused', () => {
		expect(() => dialect.read?.(text + '\n'.repeat(1_000_001))).toThrow('at most a million');
	});
});

describe.each(dialectNames)('%s is not led astray by', (name) => {
	const server = { id: 'A', address: '10.0.0.1:80', weight: 1, limit: null, backup: false };
	const good = planWith({ servers: [server] });
	const evil = ['a\n}evil', 'a; evil', 'a"evil', 'a{evil', '$evil', 'a b', '`evil`'];

	test.each(evil)('%j', (word) => {
		for (const bad of [
			{ ...good, servers: [{ ...server, id: word }] },
			{ ...good, servers: [{ ...server, address: `${word}:80` }] },
			{ ...good, frontend: `${word}:80` },
			{ ...good, checkPath: `/${word}` },
			{ ...good, key: { by: 'header', name: word } as const }
		])
			expect(() => dialects[name].write(bad)).toThrow(InputError);
	});
});
