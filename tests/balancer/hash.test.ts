import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressWord, crc32Start, crc32Step, hashClient, hashText } from '#balancer/hash.ts';

/** The bytes that reach the hash, in order. */
function bytesOf(hash: typeof hashClient, key: string): number[] {
	const bytes: number[] = [];
	hash(key, 0, (_, byte) => bytes.push(byte));
	return bytes;
}

const client = (key: string): number[] => bytesOf(hashClient, key);
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

test('hashClient takes three octets of an IPv4 address', () => {
	expect(client('192.168.7.201')).toEqual([192, 168, 7]);
	expect(client('0.0.0.0')).toEqual([0, 0, 0]);
	expect(client('255.255.255.255')).toEqual([255, 255, 255]);
});

test.each([
	['2001:db8:f3cb:3fec:ced3:8a0:6832:fcd5', '20010db8f3cb3fecced308a06832fcd5'],
	['2001:DB8::1', '20010db8000000000000000000000001'],
	['::', '00000000000000000000000000000000'],
	['::1', '00000000000000000000000000000001'],
	['1::', '00010000000000000000000000000000'],
	['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
	['::ffff:10.1.2.3', '00000000000000000000ffff0a010203'],
	['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
	['1:2:3:4:5:6:1.2.3.4', '00010002000300040005000601020304'],
	['fe80::1%eth0', 'fe800000000000000000000000000001']
])('hashClient takes all sixteen octets of %s', (address, hex) => {
	expect(
		client(address)
			.map((octet) => octet.toString(16).padStart(2, '0'))
			.join('')
	).toBe(hex);
});

test('hashClient reads every IPv6 address as the browser’s own address parser does', () => {
	const group = fc.oneof(
		fc.constant('0'),
		fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16))
	);
	fc.assert(
		fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
			const full = groups.join(':');
			const short = new URL(`http://[${full}]`).hostname.slice(1, -1);
			const octets = groups.map((digits) => parseInt(digits, 16)).flatMap((n) => [n >> 8, n & 255]);
			expect(client(full)).toEqual(octets);
			expect(client(short)).toEqual(octets);
		})
	);
});

test.each([
	...[
		'',
		'brother-anselm',
		'1.2.3',
		'1.2.3.4.5',
		'1.2.3.256',
		'1.2.3.',
		'.1.2.3',
		'1..2.3',
		'1.2.3.4 ',
		'0001.2.3.4'
	],
	...[
		':',
		':::',
		'1:',
		':1',
		'1::2::3',
		'1:2:3:4:5:6:7',
		'1:2:3:4:5:6:7:8:9',
		'1:2:3:4:5:6:7:8::',
		'::1:2:3:4:5:6:7:8'
	],
	...[
		'12345::',
		'g::',
		'::1.2.3',
		'::1.2.3.4:5',
		'1:2:3:4:5:6:7:1.2.3.4',
		'[::1]',
		'żółw',
		'僧侶 🏯',
		'\ud800x',
		'x\udc00'
	]
])('hashClient takes %j, which is no address, by its UTF-8 bytes', (key) => {
	expect(client(key)).toEqual(utf8(key));
});

test('hashClient keeps nothing of the address before', () => {
	client('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
	expect(client('::')).toEqual(Array(16).fill(0));
});

test('hashText takes any text by its UTF-8 bytes', () => {
	const text = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
	fc.assert(
		fc.property(fc.oneof(fc.string({ unit: 'binary' }), text), (any) => {
			expect(bytesOf(hashText, any)).toEqual(utf8(any));
		})
	);
});

test.each([
	['10.1.2.3', 0x0a010203],
	['255.255.255.255', 0xffffffff],
	['0.0.0.0', 0],
	['::1', 1],
	['1111:2222:3333:4444:5555:6666:7777:8888', (0x11112222 ^ 0x33334444 ^ 0x55556666 ^ 0x77778888) >>> 0],
	['ffff::', 0xffff0000]
])('addressWord takes %s for %d', (address, word) => {
	expect(addressWord(address)).toBe(word);
});

test('addressWord has no number for what is no address', () => {
	for (const key of ['', 'brother-anselm', '1.2.3', '1.2.3.4.5']) expect(addressWord(key)).toBeUndefined();
});

test('crc32Step makes the checksum of every zip file', () => {
	expect(~hashText('123456789', crc32Start, crc32Step) >>> 0).toBe(0xcbf43926);
});
