import { expect, test } from 'vitest';
import { randomStream, randomWords } from '#balancer/random.ts';

const take = (random: () => number, count: number): number[] => Array.from({ length: count }, random);

test('randomStream gives the same numbers for the same seed and names, on every machine', () => {
	// The expected ones come from whole numbers of unlimited size, without 32-bit tricks.
	expect(take(randomStream(7, 'arrivals', 12), 3)).toEqual(byTheBook('7/arrivals/12', 3));
	expect(take(randomStream(0), 100)).toEqual(byTheBook('0/', 100));
});

test('randomStream gives other numbers for another seed, name or entity', () => {
	const firsts = [
		randomStream(1, 'work', 1),
		randomStream(2, 'work', 1),
		randomStream(1, 'arrivals', 1),
		randomStream(1, 'work', 2),
		randomStream(1, 'work', 11),
		randomStream(11, 'work')
	].map((random) => random());
	expect(new Set(firsts).size).toBe(firsts.length);
});

test('randomStream stays within 0 and 1 and fills sixteen equal bins evenly', () => {
	const bins = Array<number>(16).fill(0);
	const random = randomStream(3, 'bins');
	for (let i = 0; i < 160_000; i++) {
		const bin = Math.floor(random() * 16);
		bins[bin] = (bins[bin] ?? 0) + 1;
	}
	// A number outside would have made a bin of its own.
	expect(Object.keys(bins)).toHaveLength(16);
	// Chi-square with 15 degrees of freedom exceeds 37.7 once in a thousand seeds; this one is fixed.
	const chiSquare = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
	expect(chiSquare).toBeLessThan(37.7);
});

test('randomStream keeps neighbouring streams apart', () => {
	const a = take(randomStream(1, 'client', 1), 20_000);
	const b = take(randomStream(1, 'client', 2), 20_000);
	const together = a.reduce((sum, number, i) => sum + (number - 0.5) * ((b[i] ?? 0) - 0.5), 0) / a.length;
	// The correlation of strangers has a standard deviation of 1/√20,000 = 0.0071; four of them.
	expect(Math.abs(together * 12)).toBeLessThan(0.0283);
});

test('randomWords are the same numbers in whole words, in fractions of 53 bits and in lots', () => {
	const fractions = take(randomStream(4, 'words'), 400);
	const words = randomWords(4, 'words');
	for (let i = 0; i < 400; i += 4) {
		const [first = 0, second = 0, third = 0, fourth = 0] = fractions.slice(i, i + 4);
		expect(words.next() >>> 0).toBe(first * 2 ** 32);
		expect(words.fineFraction()).toBe(second + Math.floor(third * 2 ** 21) / 2 ** 53);
		expect(words.lot(1000)).toBe(Math.floor(fourth * 1000));
	}
});

test('words that belong to a number are the same whatever was drawn before, and strangers to its neighbours', () => {
	const words = randomWords(4, 'numbered');
	const firstOf = (number: number): number => {
		words.startAt(number);
		return words.fraction();
	};
	const firsts = Array.from({ length: 20_000 }, (_, number) => firstOf(number));
	expect(firstOf(17)).toBe(firsts[17]);
	const after = firsts.map((_, number) => firsts[number + 1] ?? 0.5);
	const together = firsts.reduce((sum, x, i) => sum + (x - 0.5) * ((after[i] ?? 0) - 0.5), 0) / firsts.length;
	expect(Math.abs(together * 12)).toBeLessThan(0.0283);
	const mean = firsts.reduce((sum, x) => sum + x, 0) / firsts.length;
	// Four standard deviations of a mean of so many.
	expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * firsts.length));
});

/** The same generator written down again in whole numbers of unlimited size. */
function byTheBook(text: string, count: number): number[] {
	const mask = 0xffffffffn;
	const word = (offset: bigint): bigint => {
		let hash = (0x811c9dc5n ^ offset) & mask;
		for (const character of text) hash = ((hash ^ BigInt(character.charCodeAt(0))) * 0x01000193n) & mask;
		hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
		hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
		return hash ^ (hash >> 16n);
	};
	let [a, b, c, counter] = [word(0n), word(0x9e3779b9n), word(0x7f4a7c15n), word(0xf39cc060n)];
	const next = (): bigint => {
		const sum = (a + b + counter) & mask;
		counter = (counter + 1n) & mask;
		a = b ^ (b >> 9n);
		b = (c + (c << 3n)) & mask;
		c = ((((c << 21n) & mask) | (c >> 11n)) + sum) & mask;
		return sum;
	};
	for (let i = 0; i < 12; i++) next();
	return Array.from({ length: count }, () => Number(next()) / 2 ** 32);
}
