import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyedQueue, type Queued } from '#balancer/structures/keyed-queue.ts';

interface Named extends Queued {
	readonly name: number;
}

const item = (name: number): Named => ({ name, key: 0, turn: 0, place: -1 });

function drain(queue: KeyedQueue<Named>): number[] {
	const names: number[] = [];
	for (let first = queue.first(); first !== undefined; first = queue.first()) {
		names.push(first.name);
		queue.remove(first);
	}
	return names;
}

test('KeyedQueue gives out the smallest key first, and equals as they came', () => {
	const queue = new KeyedQueue<Named>();
	[5, 3, 5, 1, 3, 3].forEach((key, name) => {
		queue.add(item(name), key);
	});
	expect(drain(queue)).toEqual([3, 1, 4, 5, 0, 2]);
});

test('KeyedQueue puts back one that left before its equals', () => {
	const queue = new KeyedQueue<Named>();
	const items = [0, 1, 2].map(item);
	for (const each of items) queue.add(each, 7);
	const [first] = items;
	if (first !== undefined) {
		queue.remove(first);
		queue.restore(first);
	}
	expect(drain(queue)).toEqual([0, 1, 2]);
});

test('KeyedQueue does as a sorted list does, whoever comes and goes', () => {
	const step = fc.record({ name: fc.nat(9), key: fc.nat(4) });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
			const queue = new KeyedQueue<Named>();
			const items = Array.from({ length: 10 }, (_, name) => item(name));
			/** Insertion order is the order of the list; a stable sort is the rest. */
			let model: { name: number; key: number }[] = [];
			for (const { name, key } of steps) {
				const each = items[name] ?? item(name);
				const isIn = model.some((other) => other.name === name);
				model = model.filter((other) => other.name !== name);
				queue.remove(each);
				if (!isIn) {
					queue.add(each, key);
					model.push({ name, key });
				}
				expect(queue.size).toBe(model.length);
				const first = [...model].sort((a, b) => a.key - b.key)[0];
				expect(queue.first()?.name).toBe(first?.name);
			}
			expect(drain(queue)).toEqual([...model].sort((a, b) => a.key - b.key).map(({ name }) => name));
		})
	);
});

test('KeyedQueue lets go of all at once', () => {
	const queue = new KeyedQueue<Named>();
	const one = item(1);
	queue.add(one, 1);
	queue.clear();
	expect([queue.size, queue.first(), one.place]).toEqual([0, undefined, -1]);
	queue.remove(one);
	expect(queue.size).toBe(0);
});
