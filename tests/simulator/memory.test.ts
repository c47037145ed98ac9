import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Links } from '#simulator/links.ts';
import { Memory, none, Rows } from '#simulator/memory.ts';

test('rows are used again before there are more of them, and keep what is in them when the memory grows', () => {
	const memory = new Memory();
	const small = new Rows(memory, 2);
	const large = new Rows(memory, 6);
	const taken = Array.from({ length: 3000 }, (_, i) => {
		const row = (i % 2 === 0 ? small : large).take();
		memory.fractions[row >> 1] = i + 0.5;
		return row;
	});
	expect(new Set(taken).size).toBe(3000);
	taken.forEach((row, i) => {
		expect(memory.fractions[row >> 1]).toBe(i + 0.5);
	});
	// What is not used yet is a small part of what is.
	expect(memory.words.length).toBeLessThan(1.1 * (1500 * 2 + 1500 * 6));
	const [first = none, second = none] = taken;
	small.giveBack(first);
	large.giveBack(second);
	expect([small.take(), large.take()]).toEqual([first, second]);
	expect(taken).not.toContain(small.take());
});

test('rows in a list keep the order that an array keeps, whoever leaves from the middle', () => {
	const step = fc.record({
		do: fc.constantFrom('come', 'come', 'leave', 'leave to the last'),
		who: fc.nat()
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
			const memory = new Memory();
			const rows = new Rows(memory, 2);
			const links = new Links(memory, 0, 1);
			const list: number[] = [];
			let last: number = none;
			for (const { do: what, who } of steps) {
				const place = who % Math.max(1, list.length);
				const row = list[place];
				if (what === 'come') {
					const comer = rows.take();
					links.append(comer, last);
					list.push((last = comer));
				} else if (row === undefined) continue;
				else if (what === 'leave') {
					if (row === last) last = memory.words[row] ?? none;
					links.leave(row);
					list.splice(place, 1);
				} else {
					last = links.leaveToLast(row, last);
					const moved = list.pop();
					if (moved !== undefined && moved !== row) list[place] = moved;
				}
				if (row !== undefined && what !== 'come') rows.giveBack(row);
				expect(links.upTo(last)).toEqual(list);
			}
		}),
		{ numRuns: 300, seed: 9 }
	);
});
