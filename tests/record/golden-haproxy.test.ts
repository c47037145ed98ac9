import { expect, test } from 'vitest';
import { noParameter } from '#balancer/key.ts';
import { readHaproxy, type HaproxyReading } from '#record/golden-haproxy.ts';

const read = (strategy: string, options: Readonly<Record<string, unknown>> = {}): HaproxyReading => {
	const reading = readHaproxy({ strategy, options });
	if ('unsupported' in reading) throw new Error(reading.unsupported);
	return reading;
};

test.each([
	['roundrobin', 'haproxy-round-robin'],
	['static-rr', 'haproxy-static-round-robin'],
	['leastconn', 'haproxy-least-connections'],
	['first', 'haproxy-first']
])('readHaproxy knows %s', (theirs, ours) => {
	expect(read(theirs)).toMatchObject({ strategy: ours, knobs: {} });
	expect(read(theirs).keyOf(null)).toBe('');
});

test('readHaproxy lets random begin where a fresh HAProxy does', () => {
	const { strategy, knobs, random } = read('random', { draws: 3 });
	expect([strategy, knobs, (random?.() ?? 0) * 2 ** 32]).toEqual([
		'haproxy-random',
		{ draws: 3 },
		2463534242
	]);
	expect(read('random').knobs).toEqual({ draws: 2 });
});

test.each([
	['uri', {}, 'haproxy-hash', { function: 0, avalanche: 0 }],
	[
		'uri',
		{ hashType: 'map-based', hashFunction: 'djb2', avalanche: true },
		'haproxy-hash',
		{ function: 1, avalanche: 1 }
	],
	['uri', { hashType: 'consistent' }, 'haproxy-hash-consistent', { function: 0, avalanche: 1, balance: 0 }],
	[
		'hdr',
		{ hashType: 'consistent', hashFunction: 'wt6' },
		'haproxy-hash-consistent',
		{ function: 3, avalanche: 0, balance: 0 }
	],
	[
		'uri',
		{ hashType: 'consistent', hashBalanceFactor: 150 },
		'haproxy-hash-consistent',
		{ function: 0, avalanche: 1, balance: 150 }
	],
	['source', {}, 'haproxy-source', { avalanche: 0 }],
	['source', { hashType: 'consistent' }, 'haproxy-source-consistent', { avalanche: 1, balance: 0 }]
])('readHaproxy knows %s with %o', (theirs, options, ours, knobs) => {
	expect(read(theirs, options)).toMatchObject({ strategy: ours, knobs });
});

test('readHaproxy takes the key from where the recording put it', () => {
	expect(read('source').keyOf('10.0.0.1')).toBe('10.0.0.1');
	expect(read('uri', { depth: 1 }).keyOf('/a/b?c')).toBe('/a');
	expect(read('uri', { whole: true, len: 5 }).keyOf('/a/b?c')).toBe('/a/b?');
	expect(read('hdr', { header: 'X-Key' }).keyOf('user0')).toBe('user0');
	expect(read('hdr', { header: 'X-Key' }).keyOf(null)).toBe('');
	expect(read('url_param', { param: 'k' }).keyOf('user0')).toBe('user0');
	expect(read('url_param', { param: 'other' }).keyOf('user0')).toBe(noParameter);
});

test('readHaproxy says what it has no strategy for', () => {
	expect(readHaproxy({ strategy: 'rdp-cookie', options: {} })).toEqual({
		unsupported: 'No strategy here claims to pick as HAProxy’s rdp-cookie does.'
	});
	expect(readHaproxy({ strategy: 'uri', options: { hashFunction: 'md5' } })).toEqual({
		unsupported: 'HAProxy’s hash function md5 is not among ours.'
	});
});
