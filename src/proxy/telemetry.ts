import {
	ROOT_CONTEXT,
	SpanKind,
	SpanStatusCode,
	trace,
	type Attributes,
	type Span,
	type TextMapGetter,
	type TextMapSetter
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
	BatchSpanProcessor,
	ParentBasedSampler,
	TraceIdRatioBasedSampler,
	TracerProvider,
	type SpanExporter
} from '@opentelemetry/sdk-trace';
import {
	ATTR_CLIENT_ADDRESS,
	ATTR_ERROR_TYPE,
	ATTR_HTTP_REQUEST_METHOD,
	ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
	ATTR_HTTP_REQUEST_RESEND_COUNT,
	ATTR_HTTP_RESPONSE_STATUS_CODE,
	ATTR_NETWORK_PROTOCOL_VERSION,
	ATTR_SERVER_ADDRESS,
	ATTR_SERVER_PORT,
	ATTR_SERVICE_NAME,
	ATTR_SERVICE_VERSION,
	ATTR_URL_FULL,
	ATTR_URL_PATH,
	ATTR_URL_SCHEME
} from '@opentelemetry/semantic-conventions';
import { addressOf } from './backends.ts';
import { methods } from './counters.ts';
import type { TracedRequest, Tracing } from './tracing.ts';

export interface Telemetry {
	readonly tracing: Tracing;
	/** What is not sent yet is sent, or given up after 3 s. */
	close(): Promise<void>;
}

export interface TelemetryOptions {
	/** Of an OTLP collector that speaks HTTP, such as http://localhost:4318; `/v1/traces` is added to it. */
	readonly endpoint: string;
	/** Of the traces that begin here, how many are recorded: 0 to 1. A trace that goes on here keeps to what it was. */
	readonly share: number;
	readonly version: string;
	/** Told once when spans do not arrive. */
	readonly failed: (message: string) => void;
}

/** A batch is given up after so long, and what is left at the end. */
const sendMs = 2000;
const closeMs = 3000;
const propagator = new W3CTraceContextPropagator();
const inNames: TextMapGetter<Record<string, string>> = {
	get: (headers, name) => headers[name],
	keys: Object.keys
};
const asPairs: TextMapSetter<string[]> = { set: (headers, name, value) => headers.push(name, value) };

/**
 * Spans of OpenTelemetry, by its stable conventions for HTTP: one for each request, and one under it for each attempt at
 * a backend. They are sent in batches beside the traffic; where nobody takes them, those over 2,048 are dropped. Nothing
 * of a query, a cookie or a credential is in them. `OTEL_SERVICE_NAME` and the like hold as everywhere.
 */
export function openTelemetry({ endpoint, share, version, failed }: TelemetryOptions): Telemetry {
	const url = new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
	const provider = new TracerProvider({
		resource: resourceFromAttributes({
			[ATTR_SERVICE_NAME]: 'golangia',
			[ATTR_SERVICE_VERSION]: version
		}).merge(detectResources({ detectors: [envDetector] })),
		sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
		spanProcessors: [new BatchSpanProcessor({ exporter: outspoken(url, failed) })]
	});
	const tracer = provider.getTracer('golangia', version);

	const begin: Tracing['begin'] = (request, headers) => {
		const { method, target, httpVersion, client, scheme, host } = request;
		const parent = propagator.extract(ROOT_CONTEXT, takeTrace(headers), inNames);
		const span = tracer.startSpan(
			nameOf(method),
			{
				kind: SpanKind.SERVER,
				attributes: {
					...methodOf(method),
					[ATTR_URL_PATH]: pathOf(target),
					[ATTR_URL_SCHEME]: scheme,
					[ATTR_NETWORK_PROTOCOL_VERSION]: httpVersion,
					[ATTR_CLIENT_ADDRESS]: client,
					...placeOf(host)
				}
			},
			parent
		);
		const within = trace.setSpan(parent, span);
		return {
			attempt(backend, attempt) {
				const child = tracer.startSpan(
					nameOf(method),
					{ kind: SpanKind.CLIENT, attributes: attemptOf(request, backend, attempt) },
					within
				);
				const said: string[] = [];
				propagator.inject(trace.setSpan(within, child), said, asPairs);
				return {
					headers: said,
					end(status, result, reason) {
						if (status > 0) child.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
						const type = status >= 400 ? String(status) : (reason ?? (result === 'ok' ? undefined : result));
						// Who was called off has not failed.
						fail(child, type, result !== 'cancelled');
						child.end();
					}
				};
			},
			end({ status, reason }) {
				// A client that left has seen no status, and is nobody's mistake.
				if (status !== 499) span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
				fail(span, reason ?? (status >= 500 ? String(status) : undefined), status >= 500);
				span.end();
			}
		};
	};
	return {
		tracing: { begin },
		async close() {
			const late = new Promise<void>((resolve) => {
				setTimeout(resolve, closeMs).unref();
			});
			await Promise.race([provider.shutdown().catch(() => undefined), late]);
		}
	};
}

/** Tells once that spans do not arrive. */
function outspoken(url: string, failed: (message: string) => void): SpanExporter {
	const exporter = new OTLPTraceExporter({ url, timeoutMillis: sendMs });
	let said = false;
	return {
		export(spans, done) {
			exporter.export(spans, (result) => {
				if (result.error !== undefined && !said) {
					said = true;
					failed(`No traces arrive at ${url} (${result.error.message}); the proxy goes on without.`);
				}
				done(result);
			});
		},
		forceFlush: () => exporter.forceFlush(),
		shutdown: () => exporter.shutdown()
	};
}

/** By name in lower case; of several `traceparent` none is to be believed, several `tracestate` are one. */
function takeTrace(headers: string[]): Record<string, string> {
	const found: Record<string, string[]> = {};
	for (let i = headers.length - 2; i >= 0; i -= 2) {
		const name = headers[i]?.toLowerCase() ?? '';
		if (name !== 'traceparent' && name !== 'tracestate') continue;
		(found[name] ??= []).unshift(headers[i + 1] ?? '');
		headers.splice(i, 2);
	}
	return Object.fromEntries(Object.entries(found).map(([name, lines]) => [name, lines.join()]));
}

function attemptOf(
	{ method, target }: TracedRequest,
	backend: { readonly id: string; readonly url: string },
	attempt: number
): Attributes {
	const { origin, socketPath } = addressOf(backend.url);
	return {
		...methodOf(method),
		[ATTR_URL_FULL]: `${origin.origin}${pathOf(target)}`,
		[ATTR_NETWORK_PROTOCOL_VERSION]: '1.1',
		...(socketPath === undefined
			? {
					[ATTR_SERVER_ADDRESS]: origin.hostname.replace(/^\[|\]$/g, ''),
					[ATTR_SERVER_PORT]: Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80)
				}
			: { [ATTR_SERVER_ADDRESS]: socketPath }),
		...(attempt > 0 && { [ATTR_HTTP_REQUEST_RESEND_COUNT]: attempt }),
		'golangia.backend': backend.id
	};
}

/** Without the query, which may hold what is nobody's business. */
function pathOf(target: string): string {
	const path = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '');
	return path === '' ? '/' : path;
}

function placeOf(host: string | undefined): Attributes {
	const [, address, port] = /^(?:\[(?=.*\]))?([^\]]*?)\]?(?::(\d+))?$/.exec(host ?? '') ?? [];
	if (address === undefined || address === '') return {};
	return { [ATTR_SERVER_ADDRESS]: address, ...(port !== undefined && { [ATTR_SERVER_PORT]: Number(port) }) };
}

/** Clients cannot make up names of spans. */
function nameOf(method: string): string {
	return methods.includes(method) ? method : 'HTTP';
}

function methodOf(method: string): Attributes {
	if (methods.includes(method)) return { [ATTR_HTTP_REQUEST_METHOD]: method };
	return { [ATTR_HTTP_REQUEST_METHOD]: '_OTHER', [ATTR_HTTP_REQUEST_METHOD_ORIGINAL]: method };
}

function fail(span: Span, type: string | undefined, isError: boolean): void {
	if (type === undefined) return;
	span.setAttribute(ATTR_ERROR_TYPE, type);
	if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
}
