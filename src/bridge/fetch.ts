import { http, HttpResponse } from 'msw';
import { setupWorker } from 'msw/browser';
import type { Reason } from '#record/event.ts';
import type { Reply, World } from '#record/world.ts';

/** Requests to this origin never leave the page: the simulated cluster answers them. `.example` can belong to nobody (RFC 2606). */
export const origin = 'https://golangia.example';

/** Why a real `fetch` cannot be answered here, in a sentence for the page. */
export class BridgeError extends Error {
	override readonly name = 'BridgeError';
}

// One worker for the page's life: starting a second one would replace globals twice.
let started: Promise<unknown> | undefined;
let current: World | undefined;

/**
 * Let the page's own `fetch` reach a world. Until `disconnect` is called (what this resolves to), a request to
 * `origin` walks through `world`. @throws BridgeError when the browser has no service worker to do it with.
 */
export async function connect(world: World, workerUrl: string): Promise<() => void> {
	if (!('serviceWorker' in navigator)) {
		throw new BridgeError(
			'This browser offers no service worker here (a private window, perhaps), so fetch cannot reach the cluster.'
		);
	}
	started ??= setupWorker(http.all(`${origin}/*`, ({ request }) => answer(request))).start({
		quiet: true,
		onUnhandledRequest: 'bypass',
		serviceWorker: { url: workerUrl }
	});
	try {
		await started;
	} catch (error) {
		started = undefined;
		throw new BridgeError(
			`The service worker could not be started (${(error as Error).message}), so fetch cannot reach the cluster.`
		);
	}
	current = world;
	return () => {
		if (current === world) current = undefined;
	};
}

/** Whether the worker that catches requests is still there; browsers may end or remove one. */
export function alive(): boolean {
	return navigator.serviceWorker.controller !== null;
}

async function answer(request: Request): Promise<Response> {
	if (current === undefined)
		return page(503, { error: 'no cluster is running on this page: open the playground' }, {});
	const { pathname } = new URL(request.url);
	let reply: Reply;
	try {
		reply = await current.send({ key: request.headers.get('x-client') ?? 'you', path: pathname });
	} catch (error) {
		return page(503, { error: (error as Error).message }, {});
	}
	const latency = reply.latency.toFixed(1);
	return page(
		statusOf(reply),
		{
			path: pathname,
			servedBy: reply.backend ?? null,
			result: reply.result,
			...(reply.reason && { reason: reply.reason }),
			latencyMs: Number(latency)
		},
		{
			...(reply.backend !== undefined && { 'x-served-by': reply.backend }),
			'x-simulated-latency': `${latency} ms`,
			'server-timing': `cluster;dur=${latency}`,
			traceparent: traceOf(request.headers.get('traceparent'))
		}
	);
}

function page(status: number, body: object, headers: Record<string, string>): Response {
	return HttpResponse.json(body, { status, headers: { 'cache-control': 'no-store', ...headers } });
}

/** What a reverse proxy would answer for each outcome. */
function statusOf({ result, reason }: Reply): number {
	if (result === 'ok') return 200;
	if (result === 'timeout') return 504;
	return reason === undefined ? 502 : statuses[reason];
}

const statuses: Record<Reason, number> = {
	'queue-full': 503,
	'no-backend': 503,
	declined: 503,
	'queue-timeout': 503,
	shed: 503,
	failed: 500,
	refused: 502,
	reset: 502,
	timeout: 504,
	'client-left': 499
};

/** W3C Trace Context: the caller's trace goes on, or a new one begins; the span is ours. */
function traceOf(parent: string | null): string {
	const caller = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.exec(parent ?? '')?.[1];
	return `00-${caller ?? randomHex(16)}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
		byte.toString(16).padStart(2, '0')
	).join('');
}
