import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strategyNames } from '#balancer/strategies/index.ts';
import type { ClusterPlan } from '#dialects/cluster.ts';
import { textOf } from '#dialects/dialect.ts';
import { readHaproxy } from '#dialects/haproxy/read.ts';
import { writeHaproxy } from '#dialects/haproxy/write.ts';
import { endless } from '#dialects/haproxy/write.ts';
import { key, planWith, serversOf, span, strategyOf } from './arbitrary.ts';

const own = strategyNames.filter((name) => name.startsWith('haproxy-'));

/** All that both sides can say. */
const plan: fc.Arbitrary<ClusterPlan> = fc
	.record({
		servers: serversOf(fc.integer({ min: 0, max: 256 }), true),
		strategy: strategyOf(own),
		key,
		frontend: fc.constantFrom('*:80', '127.0.0.1:8080', '[::1]:443'),
		connectMs: span.filter((ms) => ms >= 1000),
		clientMs: span,
		retryOn: fc.constantFrom('connection' as const, 'any' as const),
		processMax: fc.integer({ min: 1, max: 100_000 }),
		checkPath: fc.constantFrom('/', '/healthz', '/a/b_c'),
		retries: fc.integer({ min: 0, max: 10 }),
		redispatch: fc.constantFrom('avoid' as const, 'never' as const),
		backups: fc.constantFrom('first' as const, 'group' as const),
		slowStartMs: fc.option(span),
		sticky: fc.boolean(),
		timeoutMs: span,
		most: fc.option(fc.integer({ min: 1, max: 10_000 })),
		queue: fc.option(fc.record({ limit: fc.constantFrom(1, 200, endless), timeoutMs: fc.option(span) })),
		checks: fc.option(
			fc.record({
				everyMs: span,
				timeoutMs: span,
				fall: fc.integer({ min: 1, max: 9 }),
				rise: fc.integer({ min: 1, max: 9 }),
				probe: fc.constantFrom('http' as const, 'tcp' as const)
			})
		),
		observed: fc.option(fc.integer({ min: 1, max: 9 }))
	})
	.map(
		({
			servers,
			strategy,
			key,
			frontend,
			connectMs,
			clientMs,
			retryOn,
			processMax,
			checkPath,
			observed,
			...rest
		}) => {
			const { checks, retries, redispatch } = rest;
			const base = planWith({ servers });
			return planWith({
				servers,
				strategy,
				key: /source/.test(strategy.name) || !/hash/.test(strategy.name) ? { by: 'address' } : key,
				frontend,
				connectMs,
				clientMs,
				retryOn: retries === 0 ? 'connection' : retryOn,
				processMax,
				checkPath: checks?.probe === 'http' ? checkPath : '/healthz',
				balancer: {
					...base.balancer,
					...rest,
					backoff:
						redispatch === 'never' ? { baseMs: 1000, mostMs: 1000, jitter: false } : base.balancer.backoff,
					health:
						checks === null || observed === null
							? null
							: { fall: observed, ejectMs: checks.everyMs * checks.rise, rule: 'in-a-row' }
				}
			});
		}
	);

const written = (one: ClusterPlan): string => writeHaproxy(one).files.map(textOf).join('');

test('what is written is read again as it was', () => {
	fc.assert(
		fc.property(plan, (one) => {
			const { plan: again, remarks } = readHaproxy(written(one));
			expect(again).toEqual(one);
			expect(remarks.filter(({ says }) => !says.includes('whole process'))).toEqual([]);
		}),
		{ numRuns: 300 }
	);
});

describe('a file of somebody else', () => {
	const text = [
		'# by hand',
		'global',
		'  nbproc 4',
		'defaults',
		'  mode http',
		'  timeout server "5s"',
		'frontend web',
		'  bind :8443 ssl crt /etc/x.pem',
		'  acl api path_beg /api',
		'  use_backend api if api',
		'  default_backend web',
		'backend api',
		'  server api1 10.0.0.9:80',
		'backend web',
		'  balance rdp-cookie',
		'  server web1 10.0.0.1:80 check weight 3 agent-check  # the big one',
		'  server "web two" 10.0.0.2 maxconn 0 disabled',
		'  server sock /run/x.sock',
		'  frobnicate yes'
	].join('\n');
	const { plan: found, remarks } = readHaproxy(text);

	test('gives the backend that clients are sent to by default', () => {
		expect(found.servers).toEqual([
			{ id: 'web1', address: '10.0.0.1:80', weight: 3, limit: null, backup: false },
			{ id: 'web-two', address: '10.0.0.2:80', weight: 0, limit: null, backup: false }
		]);
		expect(found.frontend).toBe('*:8443');
		expect(found.balancer.timeoutMs).toBe(5000);
	});

	test('has every line that was not taken over remarked upon', () => {
		const lines = new Set(remarks.map(({ line }) => line));
		expect([...lines]).toEqual([3, 9, 10, 12, 15, 16, 17, 18, 19]);
		expect(remarks.find(({ line }) => line === 19)).toEqual({
			line: 19,
			text: 'frobnicate yes',
			says: 'Not known here: left out.'
		});
	});
});

describe('bad input', () => {
	test.each([
		['another encoding', 'global\n  maxconn \ufffd1', 'haproxy.cfg:2: is not UTF-8 text'],
		['enormous', 'x'.repeat(1_000_001), 'haproxy.cfg:1: goes on beyond a million characters'],
		['empty', '', 'haproxy.cfg:1: no server was found'],
		['cut off', 'backend x\n  balance "round', 'line 2 did: A quote is opened and not closed']
	])('that is %s is refused in a sentence with its place', (_what, text, says) => {
		expect(() => readHaproxy(text)).toThrow(says);
	});

	test('with environment variables is read without looking them up', () => {
		const { plan: found, remarks } = readHaproxy(
			'backend x\n  server a "${HOME}:80"\n  server b 10.0.0.1:80'
		);
		expect(found.servers.map(({ id }) => id)).toEqual(['b']);
		expect(remarks.map(({ line }) => line)).toEqual([2, 2]);
	});

	test('never becomes a directive', () => {
		const one = planWith({
			servers: [{ id: 'A', address: '10.0.0.1:80', weight: 1, limit: null, backup: false }]
		});
		const [server] = one.servers;
		expect(server).toBeDefined();
		if (server === undefined) return;
		const evil = 'x\n  http-request redirect location http://evil';
		expect(written({ ...one, title: evil })).not.toMatch(/^\s*http-request redirect/m);
		expect(() => written({ ...one, servers: [{ ...server, id: evil }] })).toThrow('A server is called');
		expect(() => written({ ...one, servers: [{ ...server, address: evil }] })).toThrow('The address of "A"');
		expect(() => written({ ...one, frontend: evil })).toThrow('The frontend is');
		expect(() => written({ ...one, checkPath: evil })).toThrow('path is');
		expect(() => written({ ...one, key: { by: 'header', name: evil } })).toThrow('name is');
	});
});
