/**
 * A guide to a row of ascending numbers (Chen and Asau, 1974): the range is cut into as many parts as there are numbers, and
 * for each part it is written down which number is the first of it. A search begins there, and where the numbers lie
 * about evenly, as hashes do, it is over in a step or two: O(1) where halving takes O(log n).
 */
export class Guide {
	readonly #row: Uint32Array | Float64Array;
	readonly #firsts: Uint32Array;
	readonly #partsPerUnit: number;

	/** The numbers, ascending, lie from 0 to `range`. */
	constructor(row: Uint32Array | Float64Array, range: number) {
		const parts = Math.max(1, row.length);
		this.#row = row;
		this.#partsPerUnit = parts / range;
		this.#firsts = new Uint32Array(parts + 1);
		let index = 0;
		for (let part = 0; part <= parts; part++) {
			while (index < row.length && Math.floor((row[index] ?? 0) * this.#partsPerUnit) < part) index++;
			this.#firsts[part] = index;
		}
	}

	/** The index of the first number greater than this one, which is not below 0; the length of the row if none is. */
	after(number: number): number {
		const row = this.#row;
		let index = this.#firsts[Math.floor(number * this.#partsPerUnit)] ?? row.length;
		while (index < row.length && (row[index] ?? 0) <= number) index++;
		return index;
	}

	/** On a circle of words: the index of the first at or after this one, signed or not; going round, so 0 if none is. */
	around(word: number): number {
		const row = this.#row;
		const position = word >>> 0;
		let index = this.#firsts[Math.floor(position * this.#partsPerUnit)] ?? row.length;
		while (index < row.length && (row[index] ?? 0) < position) index++;
		return index === row.length ? 0 : index;
	}
}
