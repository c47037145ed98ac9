import { Pool, type Client, type Dispatcher } from 'undici';
import { InputError } from '#record/input.ts';
import { Lane } from './lane.ts';

/** A backend as a person names it. */
export interface BackendSpec {
	/** Shown in X-Served-By, events and recordings. */
	readonly id: string;
	/** `http://localhost:8000`; https is verified against the machine's certificates. */
	readonly url: string;
	/** Its share with strategies that look at weights; default 1. */
	readonly weight?: number;
	/** Requests it is given at once; default any number. */
	readonly limit?: number;
	/** It is asked only when no other is left. */
	readonly backup?: boolean;
}

/** How to reach one backend. */
export interface Upstream {
	readonly id: string;
	readonly origin: URL;
	/** Send on an idle connection if there is one, else on a new one. */
	dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
	/** Send on a connection nobody used before: a second stale one would fail as the first did (RFC 9112 9.3.1). */
	dispatchFresh(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
	/** Ends idle connections at once and the others as they are. */
	readonly destroy: () => Promise<void>;
}

export interface Timeouts {
	/** Milliseconds until the first byte of an answer, and between two pieces of its body. */
	readonly timeoutMs: number;
	readonly connectTimeoutMs: number;
}

export function upstream(spec: BackendSpec, { timeoutMs, connectTimeoutMs }: Timeouts): Upstream {
	const origin = backendOrigin(spec.url);
	const options = {
		connect: { timeout: connectTimeoutMs },
		headersTimeout: timeoutMs,
		bodyTimeout: timeoutMs,
		// Browsers' cookies grow beyond the usual 16 KiB; above this it is a 502.
		maxHeaderSize: 65_536
	};
	const pool = new Pool(origin.origin, {
		...options,
		factory: (at: URL, set: object) => new Lane(at, set as Client.Options)
	});
	return {
		id: spec.id,
		origin,
		dispatch: (request, handler) => {
			pool.dispatch(request, handler);
		},
		dispatchFresh: (request, handler) => {
			const client = new Lane(origin.origin, options);
			client.dispatch(request, handler);
			void client.close();
		},
		destroy: () => pool.destroy()
	};
}

/** @throws InputError when it is no address of a backend. */
export function backendOrigin(url: string): URL {
	const refuse = (why: string, remedy: string): InputError =>
		new InputError(`The backend "${url}" ${why}: ${remedy}.`);
	if (!URL.canParse(url)) throw refuse('is not an address', 'write it like http://localhost:8000');
	const origin = new URL(url);
	if (origin.protocol !== 'http:' && origin.protocol !== 'https:') {
		throw refuse(`has the scheme "${origin.protocol.slice(0, -1)}"`, 'use http:// or https://');
	}
	if (origin.username !== '' || origin.password !== '') {
		throw refuse('carries a user name or password', 'leave them out, clients send their own credentials');
	}
	if (origin.pathname !== '/' || origin.search !== '' || origin.hash !== '') {
		throw refuse('has a path', 'give host and port only, since paths pass through unchanged');
	}
	if (/^169\.254\.|^\[fe[89ab]/i.test(origin.hostname)) {
		throw refuse(
			'is a link-local address, where clouds keep their secrets',
			'use another address of that machine'
		);
	}
	return origin;
}
