import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError } from '#record/input.ts';
import { isGolden, playGolden } from '#record/golden.ts';

const folder = new URL('./fixtures/golden/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as unknown;

/** What the recordings ask for that is not here yet. A file that becomes possible must leave this list. */
const unsupported: Readonly<Record<string, RegExp>> = {
	'caddy-round_robin-3.json': /^No strategy here claims to pick as round_robin of Caddy 2\.6\.2 does/,
	'haproxy-roundrobin-backup.json': /backup servers/,
	'haproxy-roundrobin-down-up.json': /a place of its own in the round/,
	'haproxy-roundrobin-late-round-up.json': /a place of its own in the round/,
	'haproxy-roundrobin-maxconn.json': /caps the connections/,
	'haproxy-roundrobin-w3-2-1.json': /unequal weights/,
	'nginx-ip_hash-one-down.json': /hashes over servers that are out, too/,
	'nginx-least_conn-max-conns.json': /caps the connections/,
	'nginx-random.json': /^No strategy here claims to pick as random of nginx 1\.22\.1 does/,
	'nginx-rr-backup.json': /backup servers/,
	'nginx-rr-failing-weighted.json': /lowers the weight/,
	'nginx-rr-max-conns.json': /caps the connections/,
	'nginx-rr-recover.json': /has to grow again/
};

test.each(files.filter((file) => !(file in unsupported)))('%s is reproduced pick for pick', (file) => {
	const { picks } = read(file) as { picks: unknown[] };
	expect(playGolden(read(file), file)).toEqual({ same: picks.length, total: picks.length });
});

test.each(Object.entries(unsupported))('%s is not claimed, and says why', (file, reason) => {
	expect(playGolden(read(file), file)).toEqual({ unsupported: expect.stringMatching(reason) as string });
});

test('A recording whose picks were changed is told by the first difference', () => {
	const golden = read('nginx-rr-w5-1-1.json') as { picks: string[] };
	golden.picks[2] = 's3';
	golden.picks[9] = 's3';
	expect(playGolden(golden, 'changed')).toEqual({
		same: 26,
		total: 28,
		difference: 'At pick 3 of 28 nginx 1.22.1 chose s3, and we s2.'
	});
});

test('A recording whose tries were changed is told as well', () => {
	const golden = read('nginx-rr-failing-server.json') as { attempts: unknown[] };
	expect(golden.attempts).toEqual([[7, 200, ['s2', 's3']]]);
	golden.attempts = [[7, 200, ['s1', 's3']]];
	expect(playGolden(golden, 'changed')).toEqual({
		same: 20,
		total: 21,
		difference: 'At pick 8 of 21 nginx 1.22.1 chose s1, s3, and we s2, s3.'
	});
});

test('A recording with fewer picks than requests does not pass for the same', () => {
	const golden = read('nginx-rr-w1-1.json') as { picks: string[] };
	golden.picks.pop();
	expect(playGolden(golden, 'cut')).toEqual({
		same: 7,
		total: 8,
		difference: 'At pick 8 of 8 nginx 1.22.1 chose nobody, and we s2.'
	});
});

test('isGolden knows a golden recording from other things', () => {
	for (const file of files) expect(isGolden(read(file))).toBe(true);
	for (const other of [null, 1, 'text', [], {}, { kind: 'session', format: 1 }])
		expect(isGolden(other)).toBe(false);
});

test.each([
	['another format', { format: 2 }, 'x.json: format is 2: expected 1.'],
	['no servers', { servers: [] }, 'x.json: servers is []'],
	[
		'a server that is none',
		{ steps: [{ op: 'refuse', server: 's9' }] },
		'x.json: steps[0].server is "s9": is no server of this recording: use one of s1, s2.'
	],
	[
		'an end without a beginning',
		{ steps: [{ op: 'finish', id: 'a' }] },
		'x.json: steps[0].id is "a": is not open here: finish what a step before has started, once.'
	],
	['a step nobody knows', { steps: [{ op: 'dance' }] }, 'x.json: steps[0].op is "dance"']
])('playGolden refuses %s in one sentence', (_, change, sentence) => {
	const golden = { ...(read('nginx-rr-w1-1.json') as object), ...change };
	expect(() => playGolden(golden, 'x.json')).toThrow(InputError);
	expect(() => playGolden(golden, 'x.json')).toThrow(sentence);
});
