import { describe, expect, test } from 'vitest';
import { readGolden } from '#record/golden-file.ts';
import { haproxy } from './real/haproxy.ts';
import { nginx } from './real/nginx.ts';
import { generate } from './real/generate.ts';
import { products, type Script, type Step } from './real/script.ts';
import { shrink } from './real/shrink.ts';

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
const scripts = new Map(products.map((product) => [product, seeds.map((seed) => generate(product, seed))]));
const of = (product: (typeof products)[number]): readonly Script[] => scripts.get(product) ?? [];
const ops = ({ steps }: Script): ReadonlySet<string> => new Set(steps.map(({ op }) => op));

test.each(products)('A seed gives the same script of %s again, and another seed another', (product) => {
	expect(generate(product, 7)).toEqual(generate(product, 7));
	expect(new Set(of(product).map((script) => JSON.stringify(script))).size).toBe(seeds.length);
});

test.each(products)('Every script of %s is in the golden format', (product) => {
	for (const script of of(product)) {
		const recording = { ...script, source: `${product} 0`, deterministic: true };
		expect(() => readGolden(recording, script.id)).not.toThrow();
	}
});

test.each(products)('Servers of %s have names, weights and addresses of their own', (product) => {
	for (const { servers } of of(product)) {
		expect(servers.length).toBeGreaterThanOrEqual(product === 'nginx' ? 1 : 2);
		expect(servers.length).toBeLessThanOrEqual(9);
		expect(new Set(servers.map(({ address }) => address)).size).toBe(servers.length);
		const ids = servers.flatMap(({ id }) => id ?? []);
		expect(new Set(ids).size).toBe(ids.length);
		for (const { address, weight } of servers) {
			expect(address).toMatch(/^127\.\d+\.\d+\.\d+:2\d{4}$/);
			expect(weight).toBeGreaterThanOrEqual(product === 'nginx' ? 1 : 0);
			expect(weight).toBeLessThanOrEqual(256);
		}
		// Somebody is always there to begin with.
		expect(servers[0]?.backup ?? servers[0]?.down).toBeUndefined();
		expect(servers[0]?.weight).toBeGreaterThanOrEqual(1);
	}
});

test('A few hundred seeds of each product bring every strategy and every kind of step', () => {
	const seen = (product: (typeof products)[number]) => ({
		strategies: [...new Set(of(product).map(({ strategy }) => strategy))].sort(),
		ops: [...new Set(of(product).flatMap((script) => [...ops(script)]))].sort()
	});
	expect(seen('haproxy')).toEqual({
		strategies: [
			'first',
			'hdr',
			'leastconn',
			'random',
			'roundrobin',
			'source',
			'static-rr',
			'uri',
			'url_param'
		],
		ops: ['accept', 'down', 'drain', 'finish', 'refuse', 'requests', 'sleep', 'start', 'up', 'weight']
	});
	expect(seen('nginx')).toEqual({
		strategies: ['hash', 'ip_hash', 'least_conn', 'swrr'],
		ops: ['accept', 'finish', 'refuse', 'requests', 'sleep', 'start']
	});
});

test('A few hundred seeds of HAProxy bring all that its host does', () => {
	const scripts = of('haproxy');
	const among = (what: (script: Script) => boolean): number => scripts.filter(what).length;
	expect(among(({ options }) => options.fullconn !== undefined)).toBeGreaterThan(10);
	expect(among(({ servers }) => servers.some(({ minconn }) => minconn !== undefined))).toBeGreaterThan(10);
	expect(among(({ options }) => options.allbackups === true)).toBeGreaterThan(10);
	expect(among(({ options }) => options.slowstart !== undefined)).toBeGreaterThan(10);
	expect(among(({ options }) => options.queueTimeout !== undefined)).toBeGreaterThan(2);
	expect(among(({ options }) => options.retries !== undefined)).toBeGreaterThan(30);
	expect(
		among(({ options, servers }) => options.redispatch === true && servers.some(({ maxconn }) => maxconn))
	).toBeGreaterThan(10);
	// All but the backups go at once.
	expect(
		among(({ servers, steps }) => {
			const primaries = servers.filter(({ backup }) => backup !== true);
			return (
				primaries.length < servers.length &&
				primaries.every(({ name }) => steps.some((step) => step.op === 'down' && step.server === name))
			);
		})
	).toBeGreaterThan(10);
});

test('What the real program would refuse to be told is in no script', () => {
	for (const script of of('haproxy')) {
		const table = script.strategy === 'static-rr' || script.options.hashType === 'map-based';
		if (table) expect(ops(script)).not.toContain('weight');
		if (script.options.avalanche) expect(script.options.hashFunction).toBeDefined();
		if (script.options.hashBalanceFactor !== undefined) expect(script.options.hashType).toBe('consistent');
	}
	for (const { strategy, servers } of of('nginx')) {
		if (strategy === 'hash' || strategy === 'ip_hash')
			expect(servers.some(({ backup }) => backup === true)).toBe(false);
	}
});

test('Sleeps are rare and short', () => {
	for (const product of products) {
		const seconds = of(product).flatMap(({ steps }) =>
			steps.flatMap((step) => (step.op === 'sleep' ? step.seconds : []))
		);
		expect(Math.max(0, ...seconds)).toBeLessThanOrEqual(3);
		expect(seconds.length).toBeLessThan(seeds.length / 10);
	}
});

describe('The configuration says what the script asks for', () => {
	const servers = [
		{ name: 's1', weight: 5, address: '127.0.0.1:23101', id: 7, maxconn: 2 },
		{ name: 's2', weight: 1, address: '127.0.0.1:23102', backup: true }
	];

	test('of HAProxy', () => {
		const options = {
			hashType: 'consistent',
			hashFunction: 'wt6',
			avalanche: true,
			depth: 2,
			retries: 2,
			redispatch: true,
			redispatchInterval: -1,
			allbackups: true,
			fullconn: 30,
			queueTimeout: 500,
			slowstart: 20
		} as const;
		const [first, second] = servers;
		const lines = [{ ...first, minconn: 1 }, second].flatMap((line) => line ?? []) as typeof servers;
		expect(haproxy.configure({ strategy: 'uri', options, servers: lines })).toBe(`backend be
  balance uri depth 2
  hash-type consistent wt6 avalanche
  retries 2
  timeout connect 40ms
  option redispatch
  option allbackups
  fullconn 30
  timeout queue 500ms
  server s1 127.0.0.1:23101 id 7 weight 5 maxconn 2 minconn 1 slowstart 20s
  server s2 127.0.0.1:23102 weight 1 slowstart 20s backup
`);
	});

	test('of NGINX', () => {
		const [first, second] = servers.map((line) => ({ ...line, maxFails: 2, failTimeout: 30 }));
		expect(
			nginx.configure({
				strategy: 'hash',
				options: { consistent: true },
				servers: [first, second].flatMap((line) => line ?? [])
			})
		).toBe(`upstream be {
  hash $arg_k consistent;
  server 127.0.0.1:23101 weight=5 max_conns=2 max_fails=2 fail_timeout=30s;
  server 127.0.0.1:23102 max_fails=2 fail_timeout=30s backup;
}
`);
	});
});

test('Shrinking keeps what fails, and little else', async () => {
	const steps: Step[] = [
		{ op: 'requests', count: 9 },
		{ op: 'down', server: 's1' },
		{ op: 'requests', inputs: ['a', 'b', 'c', 'd'] },
		{ op: 'up', server: 's1' },
		{ op: 'requests', count: 12 },
		{ op: 'requests', count: 1 }
	];
	const [script] = of('haproxy');
	if (script === undefined) throw new Error('There is no script.');
	const fails = ({ steps }: Script): Promise<boolean> =>
		Promise.resolve(
			steps.some(({ op }) => op === 'up') && steps.some((step) => 'count' in step && step.count >= 3)
		);
	const small = await shrink({ ...script, steps }, fails);
	expect(small.steps).toEqual([
		{ op: 'up', server: 's1' },
		{ op: 'requests', count: 3 }
	]);
});
