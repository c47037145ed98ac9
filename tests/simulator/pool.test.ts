import { expect, test } from 'vitest';
import { Pool } from '#simulator/pool.ts';

test('a pool makes no more things than were ever in use at once, and knows each by its number', () => {
	const pool = new Pool((number) => ({ number }));
	const first = pool.take();
	const second = pool.take();
	expect([first.number, second.number]).toEqual([0, 1]);
	pool.giveBack(first);
	expect(pool.take()).toBe(first);
	expect(pool.take().number).toBe(2);
	expect(pool.numbered(1)).toBe(second);
	expect(() => pool.numbered(3)).toThrow(RangeError);
});
