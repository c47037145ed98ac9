import { type Memory, none } from './memory.ts';

/**
 * Rows one behind another. Each knows its neighbours, so that any can leave from the middle; where a list begins and
 * ends its owner knows. A row is in one list at a time.
 */
export class Links {
	#memory: Memory;
	#ahead: number;
	#behind: number;

	/** The two fields that a row knows its neighbours by. */
	constructor(memory: Memory, ahead: number, behind: number) {
		this.#memory = memory;
		this.#ahead = ahead;
		this.#behind = behind;
	}

	/** Put a row behind the last, which may be none. */
	append(row: number, last: number): void {
		const { words } = this.#memory;
		words[row + this.#ahead] = last;
		words[row + this.#behind] = none;
		if (last !== none) words[last + this.#behind] = row;
	}

	/** It leaves, and the others close up. */
	leave(row: number): void {
		const { words } = this.#memory;
		const ahead = words[row + this.#ahead] ?? none;
		const behind = words[row + this.#behind] ?? none;
		if (ahead !== none) words[ahead + this.#behind] = behind;
		if (behind !== none) words[behind + this.#ahead] = ahead;
	}

	/** It leaves, and the last takes its place. Returns who is the last then. */
	leaveToLast(row: number, last: number): number {
		const { words } = this.#memory;
		const before = words[last + this.#ahead] ?? none;
		if (before !== none) words[before + this.#behind] = none;
		return row === last ? before : this.#replace(row, last, before);
	}

	#replace(row: number, by: number, before: number): number {
		const { words } = this.#memory;
		this.append(by, words[row + this.#ahead] ?? none);
		if (before === row) return by;
		const behind = words[row + this.#behind] ?? none;
		words[by + this.#behind] = behind;
		if (behind !== none) words[behind + this.#ahead] = by;
		return before;
	}

	/** Everybody up to the last, in order. */
	upTo(last: number): number[] {
		const { words } = this.#memory;
		const rows: number[] = [];
		for (let row = last; row !== none; row = words[row + this.#ahead] ?? none) rows.push(row);
		return rows.reverse();
	}
}
