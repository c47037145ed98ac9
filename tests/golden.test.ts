import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InputError } from '#record/input.ts';
import { isGolden } from '#record/golden-file.ts';
import { playGolden } from '#record/golden.ts';

const folder = new URL('./fixtures/golden/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as unknown;

/** What is not reproduced, and why. A file that becomes possible must leave this list. */
const unsupported: Readonly<Record<string, RegExp>> = {
	'caddy-least_conn-ties.json': /^Lots of its own took part/
};

interface Told {
	readonly picks?: readonly unknown[];
	/** Instead of picks: weights over time, or how often each server was picked in each play. */
	readonly weights?: readonly unknown[];
	readonly counts?: readonly Readonly<Record<string, number>>[];
}

test.each(files.filter((file) => !(file in unsupported)))('%s is reproduced in full', (file) => {
	const { picks = [], weights = [], counts = [] } = read(file) as Told;
	const drawn = counts.flatMap((play) => Object.values(play)).reduce((sum, count) => sum + count, 0);
	const total = picks.length + weights.length + drawn;
	expect(total).toBeGreaterThan(0);
	expect(playGolden(read(file), file)).toEqual({ same: total, total });
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

test('A recording whose waiting request was let in elsewhere or later is told', () => {
	const golden = read('haproxy-leastconn-maxconn-queue.json') as { admitted: { server: string }[] };
	golden.admitted[1] = { ...golden.admitted[1], server: 's1' };
	expect(playGolden(golden, 'changed')).toEqual({
		same: 10,
		total: 11,
		difference:
			'At pick 6 of 11 HAProxy 2.6.12 chose nobody, then s1 after step 7, and we nobody, then s2 after step 7.'
	});
});

test('A curve of weights that was changed is told', () => {
	const golden = read('haproxy-slowstart-10s-w100.json') as { weights: [number, number][] };
	golden.weights[3] = [3, 33];
	expect(playGolden(golden, 'changed')).toEqual({
		same: 10,
		total: 11,
		difference: 'At change 4 of 11 the weight was 33 after 3 s, and ours 32 after 3 s.'
	});
});

test('Shares that are further apart than chance explains are told', () => {
	const golden = read('nginx-random.json') as Told;
	const swapped = golden.counts?.map(({ s1 = 0, s2 = 0, s3 = 0 }) => ({ s1: s2, s2: s1, s3 }));
	expect(playGolden({ ...golden, counts: swapped }, 'changed')).toMatchObject({
		difference: expect.stringMatching(/^s1 was chosen \d+ times of 6000, and \d+ times by us/) as string
	});
});

test('A recording of another program or of a strategy nobody has is not claimed', () => {
	const golden = read('nginx-rr-w1-1.json') as object;
	expect(playGolden({ ...golden, source: 'Pound 4.5' }, 'other')).toEqual({
		unsupported: 'No strategy here claims to pick as Pound 4.5 does.'
	});
	expect(playGolden({ ...golden, strategy: 'fair' }, 'other')).toEqual({
		unsupported: 'No strategy here claims to pick as NGINX’s fair does.'
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
