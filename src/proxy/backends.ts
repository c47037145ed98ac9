import { isIP } from 'node:net';
import { InputError } from '#record/input.ts';
import { Connection, type ExchangeEar, type Home, type Outgoing } from './connection.ts';

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

/** The same, as a connection needs it. */
export interface Place {
	/** Host and port, as its own Host header says it. */
	readonly host: string;
	/** What to look up and connect to. */
	readonly name: string;
	readonly port: number;
	readonly socketPath: string | undefined;
	readonly tls: boolean;
	/** The host a certificate must be for, where that is no address. */
	readonly serverName: string | undefined;
}

export interface ConnectionRules {
	/** Milliseconds until the first byte of an answer, and between two pieces of its body; 0: as long as it takes. */
	readonly timeoutMs: number;
	readonly connectTimeoutMs: number;
	/** Certificates (PEM) to verify https backends with, instead of the machine's. */
	readonly ca: string | undefined;
}

/** The connections to one backend: the last that was used is the next to be, so that those that are not needed age and go. */
export class Upstream implements Home {
	readonly place: Place;
	readonly rules: ConnectionRules;
	/** As it was within the last half second: near enough to say how long a connection waits, and no look at the clock. */
	now = performance.now();
	#open = new Set<Connection>();
	#idle: Connection[] = [];
	#closing = false;
	#gone: (() => void) | undefined;
	#sweep: NodeJS.Timeout;

	/** @throws InputError when the spec has no address. */
	constructor(spec: BackendSpec, rules: ConnectionRules) {
		this.place = placeOf(addressOf(spec.url));
		this.rules = rules;
		this.#sweep = setInterval(() => {
			this.now = performance.now();
			for (const connection of [...this.#idle]) if (connection.idleUntil <= this.now) connection.destroy();
		}, 500).unref();
	}

	/** Send on an idle connection if there is one, else on a new one. */
	send(request: Outgoing, ear: ExchangeEar): Connection {
		if (!request.upgrade) {
			for (let last = this.#idle.pop(); last !== undefined; last = this.#idle.pop()) {
				if (last.idleUntil > this.now) {
					last.send(request, ear);
					return last;
				}
				last.destroy();
			}
		}
		return this.sendFresh(request, ear);
	}

	/** Send on a connection nobody used before: a second stale one would fail as the first did (RFC 9112 9.3.1). */
	sendFresh(request: Outgoing, ear: ExchangeEar): Connection {
		const connection = new Connection(this, request, ear);
		this.#open.add(connection);
		return connection;
	}

	/** Connections that stand, and how many of them wait for a request. */
	connections(): { readonly open: number; readonly idle: number } {
		const open = [...this.#open].filter(({ stands }) => stands).length;
		return { open, idle: this.#idle.length };
	}

	/** No more requests come: idle connections end at once, the others when their request has. */
	async close(): Promise<void> {
		this.#closing = true;
		clearInterval(this.#sweep);
		for (const connection of [...this.#idle]) connection.destroy();
		if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#gone = resolve));
	}

	/** Ends every connection at once. */
	async destroy(): Promise<void> {
		for (const connection of [...this.#open]) connection.destroy();
		await this.close();
	}

	idle(connection: Connection): void {
		if (this.#closing) connection.destroy();
		else this.#idle.push(connection);
	}

	gone(connection: Connection): void {
		this.#open.delete(connection);
		const place = this.#idle.indexOf(connection);
		if (place >= 0) this.#idle.splice(place, 1);
		if (this.#open.size === 0) this.#gone?.();
	}
}

function placeOf({ origin, socketPath }: Address): Place {
	const tls = origin.protocol === 'https:';
	const name = origin.hostname.replace(/^\[|\]$/g, '');
	return {
		host: origin.host,
		name,
		port: Number(origin.port || (tls ? 443 : 80)),
		socketPath,
		tls,
		serverName: tls && isIP(name) === 0 ? name : undefined
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
