import { expect, test } from 'vitest';
import { readScenario } from '#simulator/scenario.ts';
import { factsOf } from '#view/facts.ts';

function told(servers: readonly object[]): Readonly<Record<string, string>> {
	return Object.fromEntries(factsOf(readScenario({ servers })).map(({ label, value }) => [label, value]));
}

test('servers that are alike have their workers and places told once', () => {
	expect(
		told([
			{ id: 'A', workers: 2, queue: 50 },
			{ id: 'B', workers: 2, queue: 50 }
		])
	).toMatchObject({ Servers: '2', 'Workers each': '2', 'Queue each': '50 places' });
});

test('servers that differ have their workers told one by one, and no number is said to be that of each', () => {
	const facts = told([
		{ id: 'A', workers: 2, queue: 50 },
		{ id: 'B', workers: 2, queue: 50 },
		{ id: 'C', workers: 8, queue: 50 }
	]);
	expect(facts).toMatchObject({ Workers: 'A 2, B 2, C 8', 'Queue each': '50 places' });
	expect(facts).not.toHaveProperty('Workers each');
});

test('one place is one place', () => {
	expect(told([{ id: 'A', queue: 1 }])).toMatchObject({ 'Queue each': '1 place' });
});

test('of a crowd of unequal servers the fewest and the most workers are told', () => {
	const crowd = Array.from({ length: 7 }, (_, place) => ({ id: `s${String(place)}`, workers: 1 + place }));
	expect(told(crowd)).toMatchObject({ Workers: '1 to 7' });
});
