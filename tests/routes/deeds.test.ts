import fc from 'fast-check';
import { expect, test } from 'vitest';
import { begun, did, gone, stateOf, type Deeds } from '../../src/routes/play/deeds.ts';

const deed = (state: number, when: number, kind = String(state)) => ({ says: kind, kind, state, when });
const says = ({ list }: Deeds<number>): string[] => list.map((one) => one.says);

test('what was undone can be done again, until something else is done', () => {
	let deeds = did(did(begun(0), deed(1, 0)), deed(2, 5000));
	deeds = gone(deeds, deeds.place - 1);
	expect(stateOf(deeds)).toBe(1);
	expect(stateOf(gone(deeds, deeds.place + 1))).toBe(2);
	deeds = did(deeds, deed(3, 9000));
	expect(says(deeds)).toEqual(['The beginning', '1', '3']);
	expect(stateOf(gone(deeds, 99))).toBe(3);
	expect(stateOf(gone(deeds, -5))).toBe(0);
});

test('a drag is one deed, a later one of the same kind is another', () => {
	let deeds = begun(0);
	for (const [state, when] of [
		[1, 0],
		[2, 600],
		[3, 1500],
		[4, 4000]
	] as const)
		deeds = did(deeds, deed(state, when, 'traffic'));
	expect(deeds.list.map(({ state }) => state)).toEqual([0, 3, 4]);
});

test('the list stays short, and its place on it', () => {
	let deeds = begun(0);
	for (let state = 1; state <= 300; state++) deeds = did(deeds, deed(state, state * 5000));
	expect(deeds.list).toHaveLength(200);
	expect(stateOf(deeds)).toBe(300);
});

test('whatever is done and undone, its place is on the list', () => {
	const moves = fc.array(fc.oneof(fc.constant('do'), fc.integer({ min: -3, max: 3 })), { maxLength: 60 });
	fc.assert(
		fc.property(moves, (some) => {
			let deeds = begun(0);
			some.forEach((move, when) => {
				deeds =
					typeof move === 'number' ? gone(deeds, deeds.place + move) : did(deeds, deed(when, when * 5000));
				expect(stateOf(deeds)).toBeDefined();
			});
		}),
		{ seed: 1 }
	);
});
