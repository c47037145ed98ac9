import type { LiveMessage } from '#record/live.ts';

/** Where the API of a running proxy is: beside the page, so that no browser has to be asked for leave. */
const api = '/api/v1';

/** `absent`: nobody there speaks for a proxy; `lost`: it was there, and is looked for. */
export type LiveStatus = 'connecting' | 'live' | 'lost' | 'absent';

/** A command that was not followed; the message is a sentence for people. */
export class LiveError extends Error {
	override readonly name = 'LiveError';
}

/**
 * Hear what the proxy behind this page does until what is returned is called. A connection that breaks is made again, and
 * goes on where it was if that is not long ago; else a snapshot comes.
 */
export function follow(
	hear: (message: LiveMessage) => void,
	status: (status: LiveStatus) => void
): () => void {
	let source: EventSource | undefined;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let was = false;
	const connect = (): void => {
		source = new EventSource(`${api}/events`);
		source.onopen = () => {
			was = true;
			status('live');
		};
		source.onmessage = ({ data }: MessageEvent<string>) => {
			hear(JSON.parse(data) as LiveMessage);
		};
		source.onerror = () => {
			status(was ? 'lost' : 'absent');
			// A browser tries again by itself, but not after an answer that was no stream.
			if (source?.readyState !== EventSource.CLOSED) return;
			timer = setTimeout(connect, 2000);
		};
	};
	status('connecting');
	connect();
	return () => {
		clearTimeout(timer);
		source?.close();
	};
}

/** What a proxy says of itself once. */
export interface LiveAbout {
	readonly port: number;
	readonly version: string;
	readonly recording: { readonly recording: boolean; readonly requests: number; readonly ended: string };
	readonly canReload: boolean;
}

/** @throws LiveError when it does not answer. */
export async function about(): Promise<LiveAbout> {
	return (await ask('GET', '/state')) as LiveAbout;
}

/** Change something; the token is in the link that the terminal shows. @throws LiveError with the proxy's own sentence. */
export async function command(
	method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
	path: string,
	body: unknown,
	token: string
): Promise<unknown> {
	return ask(method, path, body, token);
}

/** The text of the recording that was made last. @throws LiveError when there is none. */
export async function recordingText(): Promise<string> {
	const response = await fetch(`${api}/recording`, { cache: 'no-store' });
	if (!response.ok) throw new LiveError('There is no recording yet: record first.');
	return response.text();
}

async function ask(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
	let response: Response;
	try {
		response = await fetch(`${api}${path}`, {
			method,
			cache: 'no-store',
			...(method !== 'GET' && {
				headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` },
				body: JSON.stringify(body ?? {})
			})
		});
	} catch {
		throw new LiveError('The proxy does not answer: look into its terminal.');
	}
	const isJson = /json/.test(response.headers.get('content-type') ?? '');
	const said: unknown = isJson ? await response.json() : undefined;
	if (response.ok) return said;
	const { message = `The proxy answered ${String(response.status)}.` } = (said ?? {}) as { message?: string };
	throw new LiveError(message);
}
