import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	avalanche,
	crc32,
	djb2,
	hashFunctionNames,
	hashFunctions,
	sdbm,
	wt6
} from '#balancer/structures/haproxy-hash.ts';

/** What HAProxy 2.6.12 said: the converters sdbm, djb2, crc32 and wt6, then sdbm(1) and wt6(1), which stir. */
test.each([
	['a', 97, 177670, 3904355907, 1900802597, 1830748055, 1986649387],
	['user0', 600140645, 277151540, 4216763843, 173399964, 712749847, 1618729196],
	['69kpo9qz', 1513611675, 1997425602, 1318163355, 247527117, 3032736011, 1234508519],
	['397v_xyrzahb8qc4lw', 631776909, 657162248, 2494108958, 2799846848, 1898774010, 3784441456]
])('The hash functions say of %s what HAProxy says', (key, ...said) => {
	const ours = [sdbm(key), djb2(key), crc32(key), wt6(key), avalanche(sdbm(key)), avalanche(wt6(key))];
	expect(ours).toEqual(said);
});

test('crc32 says of 123456789 what every CRC-32 says', () => {
	expect(crc32('123456789')).toBe(0xcbf43926);
});

test('A hash function takes the UTF-8 bytes of a text and gives an unsigned 32-bit number', () => {
	expect(sdbm('ż')).toBe((0xc5 * 65599 + 0xbc) >>> 0);
	fc.assert(
		fc.property(fc.constantFrom(...hashFunctions), fc.string({ unit: 'binary' }), (hash, text) => {
			const number = hash(text);
			expect(number).toBe(number >>> 0);
			expect(hash(text)).toBe(number);
			expect(avalanche(number)).toBe(avalanche(number) >>> 0);
		})
	);
});

test('Each hash function has a name', () => {
	expect(hashFunctionNames).toHaveLength(hashFunctions.length);
});
