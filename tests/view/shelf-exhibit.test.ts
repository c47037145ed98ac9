import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shelf, strategyNames, type StrategyName } from '#balancer/strategies/index.ts';
import type { StrategyDefinition } from '#balancer/strategy.ts';
import { usesOf } from '#teaching/compile/sources.ts';
import { drawsLots, familyOf, keys, owners, perform, rounds } from '../../src/routes/strategies/exhibit.ts';
import { fileOf } from '../../src/routes/strategies/files.ts';

const definitions: Readonly<Record<StrategyName, StrategyDefinition>> = shelf;
const place = (path: string) => new URL(`../../${path}`, import.meta.url);
const shelfText = readFileSync(place('src/balancer/strategies/index.ts'), 'utf8');

test('familyOf knows the textbook strategies by watching them', () => {
	const known: Partial<Record<StrategyName, string>> = {
		'round-robin': 'turn',
		'smooth-weighted-round-robin': 'turn',
		random: 'chance',
		'ip-hash': 'key',
		'least-connections': 'load',
		'two-choices': 'load'
	};
	for (const [name, family] of Object.entries(known))
		expect(familyOf(name as StrategyName), name).toBe(family);
});

test('drawsLots is true of chance and not of turns', () => {
	expect(drawsLots('random')).toBe(true);
	expect(drawsLots('round-robin')).toBe(false);
});

test('rounds are those of the weights, before and after a server goes', () => {
	const [full, less] = rounds('smooth-weighted-round-robin');
	expect(full?.turns.toSorted()).toEqual([0, 0, 0, 1, 1, 2, 3]);
	expect(less?.turns.toSorted()).toEqual([0, 0, 0, 2, 3]);
});

test('owners know of no server that is away', () => {
	const [, away] = owners('ip-hash');
	expect(away).toHaveLength(keys.length);
	expect(away).not.toContain(1);
	expect(away).not.toContain(undefined);
});

test('A mark points to a piece of whoever was picked, and figures are those of the table', () => {
	for (const name of strategyNames) {
		const { frames, measure } = perform(name);
		for (const { what, server, servers, because, space } of frames) {
			if (what !== 'pick' || server === undefined) continue;
			expect(because?.says, name).toContain(servers[server]?.id);
			if (because?.figures !== undefined) expect(measure, name).toBeDefined();
			if (because?.mark === undefined || space === undefined) continue;
			const owner = space.backends[space.owners[because.mark.piece] ?? -1];
			expect(owner?.id, name).toBe(servers[server]?.id);
		}
	}
});

describe.each(strategyNames)('%s', (name) => {
	test('stands in a file that the shelf names', () => {
		const file = fileOf(name, shelfText);
		expect(file).toBeDefined();
		const text = readFileSync(place(`src/balancer/strategies/${file ?? ''}`), 'utf8');
		expect(text).toContain(definitions[name].title);
	});

	test('plays the whole piece: every request has a server, none while it is away, and none is lost count of', () => {
		const { frames, notes, away } = perform(name);
		const picks = frames.filter(({ what }) => what === 'pick');
		expect(picks).toHaveLength(40);
		expect(notes).toHaveLength(picks.filter(({ server }) => server !== undefined).length);
		expect(notes.length).toBeGreaterThan(30);
		expect(
			notes.filter(({ server, from }) => server === away.server && from >= away.from && from < away.to)
		).toEqual([]);
		for (const frame of frames) {
			const begun = notes.filter(
				({ from }) => from < frame.at || (from === frame.at && frame.what === 'pick')
			);
			const under = begun.filter(({ to }) => to > frame.at);
			expect(frame.servers.reduce((sum, { picks }) => sum + picks, 0)).toBe(begun.length);
			expect(frame.servers.map(({ inflight }) => inflight)).toEqual(
				frame.servers.map((_, i) => under.filter(({ server }) => server === i).length)
			);
		}
	});

	test('plays it the same again, with the same seed', () => {
		expect(perform(name, {}, 5)).toEqual(perform(name, {}, 5));
	});

	test('is drawn as what it is: a wheel has rounds, a table has owners', () => {
		const family = familyOf(name);
		if (family === 'turn') expect(rounds(name)[0]?.turns.length).toBeGreaterThan(1);
		if (family === 'key') expect(new Set(owners(name)[0]).size).toBeGreaterThan(1);
		expect(['turn', 'chance', 'load', 'key']).toContain(family);
	});
});

test('usesOf finds what a file runs, and leaves out what is only types', () => {
	const text = [
		"import { hashKey } from '../mix.ts';",
		"import { type Ring, ringOf } from '../ring.ts';",
		"import type { Backend } from '../strategy.ts';",
		"import { type Purse } from './purse.ts';"
	].join('\n');
	expect(usesOf(text, 'src/balancer/strategies/x.ts')).toEqual([
		'src/balancer/mix.ts',
		'src/balancer/ring.ts'
	]);
});
