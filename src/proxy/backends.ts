import { Pool, type Client, type Dispatcher } from 'undici';
import { InputError } from '#record/input.ts';
import { Lane } from './lane.ts';

/** A backend as a person names it. */
export interface BackendSpec {
	/** Shown in X-Served-By, events and recordings. */
	readonly id: string;
	/** `http://localhost:8000`, `unix:/run/app.sock`, or https, whose certificate is verified. */
	readonly url: string;
	/** Its share with strategies that look at weights; default 1. */
	readonly weight?: number;
	/** Requests it is given at once; default any number. */
	readonly limit?: number;
	/** It is asked only when no other is left. */
	readonly backup?: boolean;
}

/** Where a backend is. */
export interface Address {
	/** `http://host:port`, without a path. */
	readonly origin: URL;
	/** The Unix socket to connect to instead of the origin's host and port. */
	readonly socketPath: string | undefined;
}

/** How to reach one backend. */
export interface Upstream {
	/** Host and port, as its own Host header says it. */
	readonly host: string;
	/** Send on an idle connection if there is one, else on a new one. */
	dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
	/** Send on a connection nobody used before: a second stale one would fail as the first did (RFC 9112 9.3.1). */
	dispatchFresh(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void;
	/** Connections that stand, and how many of them wait for a request. */
	connections(): { readonly open: number; readonly idle: number };
	/** No more requests come: idle connections end at once, the others when their request has. */
	readonly close: () => Promise<void>;
	/** Ends every connection at once. */
	readonly destroy: () => Promise<void>;
}

export interface ConnectionRules {
	/** Milliseconds until the first byte of an answer, and between two pieces of its body; 0: as long as it takes. */
	readonly timeoutMs: number;
	readonly connectTimeoutMs: number;
	/** Certificates (PEM) to verify https backends with, instead of the machine's. */
	readonly ca: string | undefined;
}

export function upstream(spec: BackendSpec, { timeoutMs, connectTimeoutMs, ca }: ConnectionRules): Upstream {
	const { origin, socketPath } = addressOf(spec.url);
	const options = {
		connect: {
			timeout: connectTimeoutMs,
			...(socketPath !== undefined && { socketPath }),
			...(ca !== undefined && { ca })
		},
		headersTimeout: timeoutMs,
		bodyTimeout: timeoutMs,
		// Browsers' cookies grow beyond the usual 16 KiB; above this it is a 502.
		maxHeaderSize: 65_536
	};
	const pool = new Pool(origin.origin, {
		...options,
		factory: (at: URL, set: object) => new Lane(at, set)
	});
	return {
		host: origin.host,
		dispatch: (request, handler) => {
			pool.dispatch(request, handler);
		},
		dispatchFresh: (request, handler) => {
			const client: Client = new Lane(origin.origin, options);
			client.dispatch(request, handler);
			void client.close();
		},
		connections: () => ({ open: pool.stats.connected, idle: pool.stats.free }),
		close: () => pool.close(),
		destroy: () => pool.destroy()
	};
}

/** @throws InputError when it is no address of a backend. */
export function addressOf(url: string): Address {
	const refuse = (why: string, remedy: string): InputError =>
		new InputError(`The backend "${url}" ${why}: ${remedy}.`);
	if (url.startsWith('unix:')) {
		const socketPath = url.slice(5);
		if (!socketPath.startsWith('/')) throw refuse('has no whole path', 'write it like unix:/run/app.sock');
		return { origin: new URL('http://localhost'), socketPath };
	}
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
	return { origin, socketPath: undefined };
}
