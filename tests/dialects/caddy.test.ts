import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lintCaddy } from '#dialects/caddy/lint.ts';
import { readCaddy } from '#dialects/caddy/read.ts';
import { writeCaddy } from '#dialects/caddy/write.ts';
import type { ClusterPlan } from '#dialects/cluster.ts';
import { textOf } from '#dialects/dialect.ts';
import { planWith, serversOf, span, strategyOf } from './arbitrary.ts';

/** All that both sides can say. */
const plan: fc.Arbitrary<ClusterPlan> = fc
	.record({
		servers: serversOf(fc.constant(1), false),
		limit: fc.option(fc.integer({ min: 1, max: 500 })),
		strategy: strategyOf([
			'random',
			'haproxy-first',
			'least-connections',
			'caddy-hash',
			'round-robin',
			'two-choices'
		]),
		key: fc.constantFrom<ClusterPlan['key']>(
			{ by: 'address' },
			{ by: 'header', name: 'X-User' },
			{ by: 'uri', whole: true }
		),
		frontend: fc.constantFrom('*:80', '127.0.0.1:8080', 'localhost:8080'),
		connectMs: span,
		clientMs: span,
		checkPath: fc.constantFrom('/', '/healthz'),
		retries: fc.integer({ min: 0, max: 10 }),
		timeoutMs: span,
		health: fc.option(
			fc.record({
				fall: fc.integer({ min: 1, max: 9 }),
				ejectMs: span,
				rule: fc.constant('max-fails' as const)
			})
		),
		checks: fc.option(
			fc.record({
				everyMs: span,
				timeoutMs: span,
				fall: fc.constant(1),
				rise: fc.constant(1),
				probe: fc.constant('http' as const)
			})
		)
	})
	.map(({ servers: some, limit, strategy, key, frontend, connectMs, clientMs, checkPath, ...rest }) => {
		const servers = some.map(({ address }) => {
			return { id: address.replace(/[[\]]/g, ''), address, weight: 1, limit, backup: false };
		});
		return planWith({
			servers,
			strategy,
			key: strategy.name === 'caddy-hash' ? key : { by: 'address' },
			frontend,
			connectMs,
			clientMs,
			checkPath: rest.checks === null ? '/healthz' : checkPath,
			retryOn: 'connection',
			balancer: { ...planWith({ servers }).balancer, ...rest }
		});
	});

test('what is written is read again as it was', () => {
	fc.assert(
		fc.property(plan, (one) => {
			const { plan: again, remarks } = readCaddy(writeCaddy(one).files.map(textOf).join(''));
			expect(again).toEqual(one);
			expect(remarks).toEqual([]);
		}),
		{ numRuns: 300 }
	);
});

test('a file of somebody else gives its servers, and every other line is remarked upon', () => {
	const text = [
		'(common) {',
		'	encode gzip',
		'}',
		'import sites/*',
		'shop.example, www.shop.example {',
		'	import common',
		'	reverse_proxy /api/* 10.0.0.1 h2c://10.0.0.2:9000 unix//run/x.sock {',
		'		lb_policy query id',
		'		lb_try_duration 5s # wait',
		'		health_uri "/up"',
		'		dynamic a {$NAME} 80',
		'	}'
	].join('\n');
	const { plan: found, remarks } = readCaddy(text);
	expect(found.servers.map(({ address }) => address)).toEqual(['10.0.0.1:80', '10.0.0.2:9000']);
	expect(found).toMatchObject({ frontend: '*:443', checkPath: '/up', strategy: { name: 'random' } });
	expect(found.balancer).toMatchObject({ retries: 10, backoff: { baseMs: 250 }, timeoutMs: null });
	expect([...new Set(remarks.map(({ line }) => line))]).toEqual([1, 4, 6, 7, 8, 11, 12]);
});

test.each([
	['another encoding', ':80 {\n\ufffd', 'Caddyfile:2: is not UTF-8 text'],
	['empty', '', 'Caddyfile:1: no server was found'],
	['cut off', ':80 {\n  reverse_proxy "', 'line 2 did: A quote is opened and not closed'],
	['full of braces', 'a {\n'.repeat(50_000), 'Caddyfile:50000: no server was found']
])('a file that is %s is refused in a sentence with its place', (_what, text, says) => {
	expect(() => readCaddy(text)).toThrow(says);
});

test('lint finds nothing in what we write for a plan that has checks and retries', () => {
	const server = { weight: 1, limit: null, backup: false };
	const base = planWith({
		servers: [
			{ ...server, id: 'A', address: '10.0.0.1:80' },
			{ ...server, id: 'B', address: '10.0.0.2:80' }
		]
	});
	const checks = { everyMs: 1000, timeoutMs: 1000, fall: 1, rise: 1, probe: 'http' as const };
	const { files } = writeCaddy({ ...base, balancer: { ...base.balancer, retries: 2, checks } });
	expect(lintCaddy(files.map(textOf).join(''))).toEqual([]);
});

test('lint finds a limit that lets nobody in, and no limit of ours is one', () => {
	const ids = (text: string): readonly string[] => lintCaddy(text).map(({ id }) => id);
	const alone = ':80 {\n\treverse_proxy 10.0.0.1 10.0.0.2 {\n\t\tunhealthy_request_count 5\n\t}\n}\n';
	expect(ids(alone)).toContain('nobody-in');
	expect(ids(alone.replace('5', '5\n\t\tmax_fails 1'))).not.toContain('nobody-in');
	const server = { weight: 1, limit: 5, backup: false };
	const limited = planWith({ servers: [{ ...server, id: 'A', address: '10.0.0.1:80' }] });
	expect(ids(writeCaddy(limited).files.map(textOf).join(''))).not.toContain('nobody-in');
});

test('a title never becomes a directive', () => {
	const one = planWith({
		title: '\n}\n:81 {\n\trespond evil',
		servers: [{ id: 'A', address: '10.0.0.1:80', weight: 1, limit: null, backup: false }]
	});
	expect(writeCaddy(one).files.map(textOf).join('')).not.toMatch(/^\s*respond/m);
});
