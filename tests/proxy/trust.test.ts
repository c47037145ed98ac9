import { expect, test } from 'vitest';
import { addForwarding } from '#proxy/headers.ts';
import { trustOf } from '#proxy/trust.ts';
import { InputError } from '#record/input.ts';
import { gateway, get, httpBackend } from './world.ts';

const headersSeen = async (): Promise<{ url: string; seen: Record<string, unknown>[] }> => {
	const seen: Record<string, unknown>[] = [];
	const { url } = await httpBackend((req, res) => {
		seen.push(req.headers);
		res.end();
	});
	return { url, seen };
};

test.each([
	['10.0.0.1', [], '10.0.0.1'],
	['10.0.0.1', ['203.0.113.9'], '203.0.113.9'],
	['10.0.0.1', ['1.1.1.1, 203.0.113.9', '10.2.3.4'], '203.0.113.9'],
	['10.0.0.1', ['1.1.1.1, nonsense, 10.2.3.4'], '10.2.3.4'],
	['10.0.0.1', ['203.0.113.9:4711'], '203.0.113.9'],
	['10.0.0.1', ['[2001:db8::1]:4711'], '2001:db8::1'],
	['10.0.0.1', ['::ffff:203.0.113.9'], '203.0.113.9'],
	['10.0.0.1', ['10.9.9.9'], '10.9.9.9'],
	['203.0.113.1', ['1.1.1.1'], '203.0.113.1'],
	['fd00::7', ['1.1.1.1'], '1.1.1.1']
])('a request from %s that claims %j comes from %s', (peer, claims, client) => {
	expect(trustOf(['10.0.0.0/8', 'fd00::/8']).clientOf(peer, claims)).toBe(client);
});

test.each(['localhost', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0'])('%s is no network', (network) => {
	expect(() => trustOf([network])).toThrow(InputError);
});

test('whom a stranger claims to be decides nothing: address affinity cannot be spoofed', async () => {
	const { url } = await headersSeen();
	const { port, events } = await gateway([url, url]);
	for (let i = 0; i < 8; i++)
		await get(port, '/', [`X-Forwarded-For: 10.0.0.${String(i)}`, `Forwarded: for=${String(i)}`]);
	const keys = events.flatMap((event) => (event.kind === 'pick' ? [event.key] : []));
	expect(new Set(keys)).toEqual(new Set(['127.0.0.1']));
});

test('a trusted proxy is believed: its claims are kept, and its client is the key', async () => {
	const { url, seen } = await headersSeen();
	const { port, events } = await gateway([url], { trust: ['127.0.0.0/8'], forwarded: true });
	await get(port, '/', [
		'X-Forwarded-For: 6.6.6.6, 203.0.113.9',
		'X-Forwarded-Proto: https',
		'X-Forwarded-Host: shop.example',
		'Forwarded: for=203.0.113.9'
	]);
	expect(seen[0]).toMatchObject({
		'x-forwarded-for': '6.6.6.6, 203.0.113.9, 127.0.0.1',
		'x-forwarded-proto': 'https',
		'x-forwarded-host': 'shop.example',
		forwarded: 'for=203.0.113.9, for=127.0.0.1;proto=http;host=example.org'
	});
	expect(events).toContainEqual(expect.objectContaining({ kind: 'pick', key: '203.0.113.9' }));
});

test.each([
	[{ peer: '192.0.2.1', scheme: 'http', host: undefined }, 'for=192.0.2.1;proto=http'],
	[{ peer: '2001:db8::1', scheme: 'https', host: 'h' }, 'for="[2001:db8::1]";proto=https;host=h'],
	[{ peer: '192.0.2.1', scheme: 'http', host: 'h:80' }, 'for=192.0.2.1;proto=http;host="h:80"']
] as const)('Forwarded says %j as %s', (from, expected) => {
	const headers: string[] = [];
	const rules = { name: 'x', forwarded: true, hostHeader: 'client', trace: false } as const;
	addForwarding(headers, { ...from, claims: undefined }, '1.1', rules);
	expect(headers[headers.indexOf('Forwarded') + 1]).toBe(expected);
});

test('a backend can be shown its own Host', async () => {
	const { url, seen } = await headersSeen();
	const { port } = await gateway([url], { hostHeader: 'backend' });
	await get(port);
	expect(seen[0]).toMatchObject({ host: new URL(url).host, 'x-forwarded-host': 'example.org' });
});

test('a trace passes as it is, and one is started only where the proxy is told to', async () => {
	const { url, seen } = await headersSeen();
	const plain = await gateway([url]);
	const tracing = await gateway([url], { trace: true });
	const ours = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
	await get(plain.port, '/', [`traceparent: ${ours}`]);
	await get(plain.port);
	await get(tracing.port, '/', [`traceparent: ${ours}`]);
	await get(tracing.port);
	expect(seen.map(({ traceparent }) => traceparent)).toEqual([
		ours,
		undefined,
		ours,
		expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
	]);
});
