import type { IncomingMessage } from 'node:http';
import type { Caller } from './caller.ts';
import type { RequestHead } from './headers.ts';

/** A request that may go to a backend. */
export interface Admitted {
	readonly head: RequestHead;
	/** Path and query, byte for byte as they came. */
	readonly path: string;
	/** The host the client meant: the target's own in absolute form, else the Host header's. */
	readonly host: string | undefined;
}

/** Why a request goes no further, as the answer says it. */
export interface Refusal {
	readonly status: number;
	/** A word for machines. */
	readonly reason: string;
	/** A sentence for people. */
	readonly message: string;
	readonly headers?: readonly string[];
}

/** A name or an address, and perhaps a port (RFC 9110 7.2). */
const validHost = /^(?:\[[\w.~%:-]+\]|[\w.~%!$&'()*+,;=-]+)(?::\d*)?$/;
/** With OPTIONS the same as an asterisk (RFC 9112 3.2.4). */
const bareAddress = /^https?:\/\/[^/?#]*$/i;
const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i;

/**
 * What Node's parser lets through and a proxy must not pass on. The parser has already refused bad framing
 * (Content-Length beside Transfer-Encoding, bad chunks, folded lines) with a 400. `name` is this proxy's in Via; `upgrade`
 * is for a request that asks for another protocol, behind whose head the parser reads no body.
 */
export function admit(
	req: IncomingMessage,
	caller: Caller,
	name: string,
	upgrade: boolean
): Admitted | Refusal {
	const { method = 'GET', url = '/', rawHeaders, httpVersion } = req;
	if (httpVersion !== '1.1' && httpVersion !== '1.0') {
		return {
			status: 505,
			reason: 'http-version',
			message: `HTTP/${httpVersion} is not spoken here: use HTTP/1.1.`
		};
	}
	// Node 20 drops what exceeds this without a word (newer ones answer 431 themselves), and half a head is worse than none.
	if (rawHeaders.length >= 2000) {
		return {
			status: 431,
			reason: 'too-many-headers',
			message: 'The request has 1000 headers or more: send fewer.'
		};
	}
	if (method === 'TRACE' || method === 'CONNECT') {
		return {
			status: 405,
			reason: 'method',
			message: `${method} is not passed on by this proxy: use another method.`,
			headers: ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']
		};
	}
	const head = caller.headOf(rawHeaders);
	const [first] = head.hosts;
	if (head.hosts.length > 1 || (first === undefined && httpVersion === '1.1')) {
		return {
			status: 400,
			reason: 'host',
			message: `The request has ${String(head.hosts.length)} Host headers: send exactly one.`
		};
	}
	if (head.miscoded) {
		return {
			status: 400,
			reason: 'transfer-coding',
			message:
				'Of the transfer codings only chunked is spoken here: send the body in that, or with its length.'
		};
	}
	if (method === 'OPTIONS' && (url === '*' || bareAddress.test(url))) {
		return {
			status: 200,
			reason: 'options',
			message: 'This is a proxy; ask a path what the servers behind it can do.',
			headers: ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS']
		};
	}
	const absolute = url.startsWith('/') ? null : absoluteForm.exec(url);
	if (absolute === null && !url.startsWith('/')) {
		return {
			status: 400,
			reason: 'target',
			message: 'The request target is neither a path nor an http address: begin it with a slash.'
		};
	}
	// It belongs to no target, and who reads on after it may see another path than who stops (CVE-2023-45539).
	if (url.includes('#')) {
		return {
			status: 400,
			reason: 'target',
			message: 'The request target has a fragment, which is for browsers alone: leave out what begins with #.'
		};
	}
	const host = absolute?.[1] ?? first;
	if (host !== undefined && !validHost.test(host)) {
		return {
			status: 400,
			reason: 'host',
			message: 'The host is neither a name nor an address with perhaps a port: correct it.'
		};
	}
	if (head.via.some((line) => line.includes(name))) {
		return {
			status: 508,
			reason: 'loop',
			message:
				'This request came through this proxy before: a backend sends it back. Point the backends at servers, not at the proxy.'
		};
	}
	if (upgrade && head.hasBody) {
		return {
			status: 400,
			reason: 'upgrade-body',
			message: 'A request for a WebSocket has no body: send it without one.'
		};
	}
	const rest = absolute?.[2] ?? '';
	const path = absolute === null ? url : rest.startsWith('/') ? rest : `/${rest}`;
	return { head, path, host };
}
