import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { clusterOf, scenarioOf } from '#dialects/cluster.ts';
import type { Dialect } from '#dialects/dialect.ts';
import { examples } from '#dialects/examples.ts';
import { guessDialect } from '#dialects/guess.ts';
import { dialectNames, dialects } from '#dialects/index.ts';
import { BrokenFile } from '#dialects/source.ts';
import { understand } from '#dialects/understand.ts';
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

/** Why it is not taken. */
function brokenBy({ read }: Dialect, text: string): BrokenFile {
	try {
		if (read !== undefined) understand(read, text);
	} catch (error) {
		if (error instanceof BrokenFile) return error;
		throw error;
	}
	throw new Error('It was taken.');
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

	test('is taken with the mark of its encoding that some editors begin with', () => {
		expect(guessDialect(`\ufeff${text}`)).toBe(name);
		expect(dialect.read?.(`\ufeff${text}`)).toEqual(dialect.read?.(text));
		expect(dialect.lint?.(`\ufeff${text}`)).toEqual(dialect.lint?.(text));
	});

	test.each([
		['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le').toString('utf8')],
		['Latin-1', Buffer.from(`# caf\u00e9\n${text}`, 'latin1').toString('utf8')],
		['bytes that are no text', `${text}\0`]
	])('in %s is refused with the line', (_what, strange) => {
		expect(() => dialect.read?.(strange)).toThrow(/:\d+: is not UTF-8 text/);
	});

	test('of more than a million letters is refused with the line where it is too much', () => {
		const last = text.split('\n').length;
		const broken = brokenBy(dialect, `${text}${'# more and more\n'.repeat(70_000)}`);
		expect(broken.line).toBeGreaterThan(last + 60_000);
		expect(broken.message).toContain(`:${String(broken.line)}: goes on beyond a million characters`);
		expect(broken.partial?.plan.servers).toEqual(dialect.read?.(text).plan.servers);
	});

	test('that breaks off tells what was understood before', () => {
		const servers = dialect.read?.(text).plan.servers ?? [];
		const broken = brokenBy(dialect, `${text}\0`);
		expect(broken.line).toBe(text.split('\n').length);
		expect(broken.message).toMatch(
			new RegExp(
				`Before that there is: ${String(servers.length)} servers, .*; \\d+ of \\d+ lines raised no question`
			)
		);
		expect(broken.partial?.plan.servers).toEqual(servers);
		// Whose first line is broken has nothing before it.
		expect(brokenBy(dialect, `\0${text}`).message).toContain('no server; 0 of 0 lines');
	});
});

test.each([
	['haproxy', 'global\n\tdaemon\n\nbackend b\n\tserver a\n', 4, '3 of 4 lines'],
	['nginx', 'http {\n\tupstream a {\n\t\tzone a 64k;\n\t}\n}\n', 2, '5 of 5 lines'],
	['caddy', '{\n\tadmin off\n}\n:80\nreverse_proxy\n', 5, '4 of 5 lines'],
	['go', 'package main\n\nfunc main() {\n\t_ = httputil.ReverseProxy{}\n}\n', 4, '4 of 4 lines']
] as const)('a file of %s without a server is refused where they would stand', (name, text, line, lines) => {
	const broken = brokenBy(dialects[name], text);
	expect(broken.line).toBe(line);
	expect(broken.message).toContain(`${dialects[name].file}:${String(line)}: no server was found`);
	expect(broken.message).toContain(lines);
	expect(broken.partial).toBeUndefined();
});

test('a thousand servers are taken, and one more is not', () => {
	const text = (count: number): string =>
		`backend b\n${Array.from({ length: count }, (_, n) => `server s${String(n)} 10.0.0.1:${String(n + 1)}\n`).join('')}`;
	expect(dialects.haproxy.read?.(text(1000)).plan.servers).toHaveLength(1000);
	expect(brokenBy(dialects.haproxy, text(1001)).message).toContain(
		'haproxy.cfg:1: has 1001 servers: a stage takes up to 1000.'
	);
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
