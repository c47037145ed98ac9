import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClusterPlan } from '#dialects/cluster.ts';
import { textOf } from '#dialects/dialect.ts';
import { readNginx } from '#dialects/nginx/read.ts';
import { writeNginx } from '#dialects/nginx/write.ts';
import { key, planWith, serversOf, span, strategyOf } from './arbitrary.ts';

/** All that both sides can say. */
const plan: fc.Arbitrary<ClusterPlan> = fc
	.record({
		servers: serversOf(fc.integer({ min: 1, max: 1000 }), true),
		strategy: strategyOf([
			...(['smooth-weighted-round-robin', 'weighted-least-connections', 'ip-hash', 'nginx-hash'] as const),
			...(['nginx-hash-consistent', 'nginx-random'] as const)
		]),
		key: key.filter((rule) => rule.by !== 'uri' || rule.length === undefined),
		frontend: fc.constantFrom('*:80', '127.0.0.1:8080', '[::1]:443'),
		connectMs: span,
		clientMs: span,
		retryOn: fc.constantFrom('connection' as const, 'any' as const),
		processMax: fc.integer({ min: 1, max: 100_000 }),
		retries: fc.integer({ min: 0, max: 10 }),
		timeoutMs: span,
		most: fc.option(fc.integer({ min: 1, max: 10_000 })),
		health: fc.option(
			fc.record({
				fall: fc.integer({ min: 1, max: 9 }),
				ejectMs: fc.integer({ min: 1, max: 60 }).map((seconds) => seconds * 1000),
				rule: fc.constant('max-fails' as const)
			})
		)
	})
	.map(({ strategy, key, frontend, connectMs, clientMs, retryOn, processMax, servers: some, ...rest }) => {
		const { retries } = rest;
		// NGINX gives servers no names, and headers no capitals; a hash takes no backups.
		const alone = /hash|random/.test(strategy.name);
		const servers = some.map((one) => ({
			...one,
			id: one.address.replace(/[[\]]/g, ''),
			backup: one.backup && !alone
		}));
		const base = planWith({ servers });
		const hashes = strategy.name.startsWith('nginx-hash');
		return planWith({
			servers,
			strategy,
			key: !hashes ? { by: 'address' } : key.by === 'header' ? { by: 'header', name: 'x-user' } : key,
			frontend,
			connectMs,
			clientMs,
			retryOn: retries === 0 ? 'connection' : retryOn,
			processMax,
			balancer: { ...base.balancer, ...rest, again: false }
		});
	});

test('what is written is read again as it was', () => {
	fc.assert(
		fc.property(plan, (one) => {
			const { plan: again, remarks } = readNginx(writeNginx(one).files.map(textOf).join(''));
			expect(again).toEqual(one);
			expect(remarks).toEqual([]);
		}),
		{ numRuns: 300 }
	);
});

describe('a file of somebody else', () => {
	const text = [
		'worker_processes 3;',
		'include /etc/nginx/modules-enabled/*.conf;',
		'http {',
		'  map $a $b { default 1; }',
		'  upstream other { server 10.0.9.9; }',
		'  upstream "web" { # the site',
		'    least_time header;',
		'    server 10.0.0.1 weight=3 route=a;',
		'    server unix:/run/x.sock;',
		'    server 10.0.0.2:8080 down max_fails=0;',
		'  }',
		'  server {',
		'    listen 443 ssl;',
		'    location / {',
		'      proxy_pass http://web/app;',
		'      proxy_read_timeout 1m 30s;',
		'    }',
		'  }'
	].join('\n');
	const { plan: found, remarks } = readNginx(text);

	test('gives the upstream that is passed to', () => {
		expect(found.servers).toEqual([
			{ id: '10.0.0.1:80', address: '10.0.0.1:80', weight: 3, limit: null, backup: false },
			{ id: '10.0.0.2:8080', address: '10.0.0.2:8080', weight: 0, limit: null, backup: false }
		]);
		expect(found.frontend).toBe('*:443');
		expect(found.balancer.gates).toBe(3);
	});

	test('has every line that was not taken over remarked upon', () => {
		const lines = new Set(remarks.map(({ line }) => line));
		expect([...lines]).toEqual([1, 2, 4, 5, 7, 8, 9, 10, 18]);
		expect(remarks.find(({ line }) => line === 2)?.says).toBe(
			'Files are not opened from here: paste what is in it.'
		);
	});
});

test.each([
	['another encoding', 'http {\n\0', 'nginx.conf:2: is not UTF-8 text'],
	['empty', '', 'nginx.conf:1: no server was found'],
	['cut off', 'http { upstream a { server 10.0.0', 'line 1 did: The file ends before its semicolon'],
	['full of braces', '{'.repeat(50_000), 'nginx.conf:1: no server was found']
])('a file that is %s is refused in a sentence with its place', (_what, text, says) => {
	expect(() => readNginx(text)).toThrow(says);
});

test('a server’s name or the title never becomes a directive', () => {
	const one = planWith({
		title: '}\nreturn 301 http://evil;',
		servers: [{ id: 'A', address: '10.0.0.1:80', weight: 1, limit: null, backup: false }]
	});
	expect(writeNginx(one).files.map(textOf).join('')).not.toMatch(/^\s*return/m);
	const [server] = one.servers;
	if (server === undefined) throw new Error('There is a server.');
	expect(() => writeNginx({ ...one, servers: [{ ...server, id: 'A;\nreturn' }] })).toThrow('called');
});
