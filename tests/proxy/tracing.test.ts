import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openTelemetry } from '#proxy/telemetry.ts';
import { ask, deadUrl, gateway, get, httpBackend, statusOf, until, type Gateway } from './world.ts';

/** OpenTelemetry: what a collector is sent, what a backend is told, and what becomes of it when nobody listens. */

interface Value {
	readonly stringValue?: string;
	readonly intValue?: number;
}

interface Sent {
	readonly traceId: string;
	readonly spanId: string;
	readonly parentSpanId?: string;
	readonly name: string;
	/** 2: server, 3: client. */
	readonly kind: number;
	readonly startTimeUnixNano: string;
	readonly endTimeUnixNano: string;
	readonly attributes: readonly { readonly key: string; readonly value: Value }[];
	/** 2: error. */
	readonly status: { readonly code: number };
}

interface Batch {
	readonly resourceSpans: readonly {
		readonly resource: { readonly attributes: Sent['attributes'] };
		readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[];
	}[];
}

/** A collector as OTLP over HTTP has it, that keeps what it is sent. */
async function collector(): Promise<{ url: string; batches: Batch[] }> {
	const batches: Batch[] = [];
	const { url } = await httpBackend((req, res) => {
		let text = '';
		req.on('data', (chunk: Buffer) => (text += chunk.toString()));
		req.on('end', () => {
			if (req.url === '/v1/traces' && req.headers['content-type'] === 'application/json')
				batches.push(JSON.parse(text) as Batch);
			res.setHeader('content-type', 'application/json').end('{}');
		});
	});
	return { url, batches };
}

/** A proxy that traces; `spans` closes the telemetry, so that all are there. */
async function traced(
	urls: readonly string[],
	share = 1
): Promise<{ proxy: Gateway; spans: () => Promise<Sent[]>; batches: Batch[] }> {
	const { url, batches } = await collector();
	const failed = (message: string): never => {
		throw new Error(message);
	};
	const telemetry = openTelemetry({ endpoint: url, share, version: '0', failed });
	onTestFinished(() => telemetry.close());
	const proxy = await gateway(urls, { tracing: telemetry.tracing });
	const spans = async (): Promise<Sent[]> => {
		await telemetry.close();
		return batches
			.flatMap(({ resourceSpans }) => resourceSpans)
			.flatMap(({ scopeSpans }) => scopeSpans)
			.flatMap(({ spans }) => spans);
	};
	return { proxy, spans, batches };
}

function factsOf(attributes: Sent['attributes']): Record<string, string | number | undefined> {
	return Object.fromEntries(
		attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)])
	);
}

const theirs = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

test('a request is a server span under its client’s, and each attempt a client span that its backend goes on with', async () => {
	const told: Record<string, unknown>[] = [];
	const { url } = await httpBackend((req, res) => {
		told.push(req.headers);
		res.writeHead(201).end('well');
	});
	const dead = await deadUrl();
	const { proxy, spans, batches } = await traced([dead, url]);
	await get(proxy.port, '/basket?secret=1', [
		`Traceparent: 00-${theirs.trace}-${theirs.span}-01`,
		'tracestate: them=1',
		'tracestate: others=2',
		'Cookie: secret=1'
	]);
	await until(() => proxy.events.some(({ kind }) => kind === 'answer'), 'it was answered');
	const sent = await spans();
	expect(sent.map(({ name, kind }) => [name, kind])).toEqual([
		['GET', 3],
		['GET', 3],
		['GET', 2]
	]);
	const [first, second, server] = sent;
	expect(server).toMatchObject({ traceId: theirs.trace, parentSpanId: theirs.span, status: { code: 0 } });
	expect(factsOf(server?.attributes ?? [])).toEqual({
		'http.request.method': 'GET',
		'url.path': '/basket',
		'url.scheme': 'http',
		'network.protocol.version': '1.1',
		'client.address': '127.0.0.1',
		'server.address': 'example.org',
		'http.response.status_code': 201
	});
	expect(first).toMatchObject({
		traceId: theirs.trace,
		parentSpanId: server?.spanId,
		status: { code: 2 }
	});
	expect(factsOf(first?.attributes ?? [])).toMatchObject({
		'error.type': 'refused',
		'server.port': Number(new URL(dead).port),
		'url.full': `${dead}/basket`,
		'golangia.backend': 'A'
	});
	expect(second).toMatchObject({ parentSpanId: server?.spanId, status: { code: 0 } });
	expect(factsOf(second?.attributes ?? [])).toEqual({
		'http.request.method': 'GET',
		'url.full': `${url}/basket`,
		'network.protocol.version': '1.1',
		'server.address': '127.0.0.1',
		'server.port': Number(new URL(url).port),
		'http.request.resend_count': 1,
		'golangia.backend': 'B',
		'http.response.status_code': 201
	});
	expect(told).toEqual([
		expect.objectContaining({
			traceparent: `00-${theirs.trace}-${second?.spanId ?? ''}-01`,
			tracestate: 'them=1,others=2'
		})
	]);
	const times = [server, second].map((span) => [
		BigInt(span?.startTimeUnixNano ?? 0),
		BigInt(span?.endTimeUnixNano ?? 0)
	]);
	const [[began = 0n, ended = 0n] = [], [tried = 0n, answered = 0n] = []] = times;
	expect(began <= tried && tried < answered && answered <= ended).toBe(true);
	expect(factsOf(batches[0]?.resourceSpans[0]?.resource.attributes ?? [])).toMatchObject({
		'service.name': 'golangia',
		'service.version': '0'
	});
	expect(JSON.stringify(batches)).not.toContain('secret');
});

test.each([
	['none', []],
	['a broken one', [`traceparent: 00-${theirs.trace}-short-01`]],
	['all zeros', [`traceparent: 00-${'0'.repeat(32)}-${theirs.span}-01`]],
	['two of them', [1, 2].map((last) => `traceparent: 00-${theirs.trace}-b7ad6b716920333${String(last)}-01`)]
])('a request with %s of a trace begins one', async (_, headers) => {
	const told: unknown[] = [];
	const { url } = await httpBackend((req, res) => {
		told.push(req.headers.traceparent);
		res.end();
	});
	const { proxy, spans } = await traced([url]);
	await get(proxy.port, '/', headers);
	await until(() => proxy.events.some(({ kind }) => kind === 'answer'), 'it was answered');
	const [client, server] = await spans();
	expect(server?.parentSpanId ?? '').toBe('');
	expect(server?.traceId).not.toBe(theirs.trace);
	expect(told).toEqual([`00-${server?.traceId ?? ''}-${client?.spanId ?? ''}-01`]);
});

test('errors are said as the conventions want them: of the proxy, of a backend, of a client, of a strange method', async () => {
	const answers: Record<string, number> = { '/missing': 404, '/broken': 503 };
	const { url } = await httpBackend((req, res) => {
		if (req.url === '/slow') return;
		res.writeHead(answers[req.url ?? ''] ?? 200).end();
	});
	const { proxy, spans } = await traced([url]);
	await get(proxy.port, '/missing');
	await get(proxy.port, '/broken');
	await ask(proxy.port, 'PROPFIND / HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n');
	expect(
		statusOf(await ask(proxy.port, 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n'))
	).toBe(400);
	const leaving = new AbortController();
	const left = fetch(`http://127.0.0.1:${String(proxy.port)}/slow`, { signal: leaving.signal });
	await until(() => proxy.cluster.members.some(({ inflight }) => inflight > 0), 'it is on its way');
	leaving.abort();
	await expect(left).rejects.toThrow();
	await until(() => proxy.events.filter(({ kind }) => kind === 'answer').length === 4, 'all are over');
	const sent = (await spans()).map(({ name, kind, status, attributes }) => {
		const facts = factsOf(attributes);
		const type = facts['error.type'];
		const code = facts['http.response.status_code'];
		const side = kind === 2 ? 'server' : 'client';
		return `${side} ${name} ${String(code)}, ${String(type)}${status.code === 2 ? ', error' : ''}`;
	});
	expect(sent).toEqual([
		'client GET 404, 404, error',
		'server GET 404, undefined',
		'client GET 503, 503, error',
		'server GET 503, failed, error',
		'client HTTP 200, undefined',
		'server HTTP 200, undefined',
		'server GET 400, host',
		'client GET undefined, client-left',
		'server GET undefined, client-left'
	]);
});

test('where nothing is to be recorded nothing is sent, and a backend is told so', async () => {
	const told: unknown[] = [];
	const { url } = await httpBackend((req, res) => {
		told.push(req.headers.traceparent);
		res.end();
	});
	const { proxy, spans } = await traced([url], 0);
	await get(proxy.port);
	expect(told).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)]);
	expect(await spans()).toEqual([]);
});

test.each(['down', 'silent'])(
	'a collector that is %s harms no request, and that is said once',
	async (how) => {
		const silent = createServer(() => undefined);
		onTestFinished(() => {
			silent.close();
			silent.closeAllConnections();
		});
		await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
		const { port } = silent.address() as { port: number };
		const endpoint = how === 'down' ? await deadUrl() : `http://127.0.0.1:${String(port)}`;
		const said: string[] = [];
		const telemetry = openTelemetry({
			endpoint,
			share: 1,
			version: '0',
			failed: (message) => said.push(message)
		});
		const { url } = await httpBackend((_, res) => res.end('well'));
		const proxy = await gateway([url], { tracing: telemetry.tracing });
		for (let i = 0; i < 1200; i += 40)
			await Promise.all(
				Array.from({ length: 40 }, async () => {
					const response = await fetch(`http://127.0.0.1:${String(proxy.port)}/`);
					expect(await response.text()).toBe('well');
				})
			);
		await telemetry.close();
		expect(said).toEqual([expect.stringContaining(`No traces arrive at ${endpoint}/v1/traces (`)]);
	}
);
