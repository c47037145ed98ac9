import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { keyOf, type KeyRule } from '#balancer/key.ts';
import { valueOf } from './headers.ts';

/** What of a request is its key; or a cookie of the proxy's own, which whoever comes without is given (as Envoy's hash policy does). */
export type ClientKey = KeyRule | { readonly by: 'cookie'; readonly name: string };

/** A request's key, and what its answer says where that is new to the client. */
export interface Keyed {
	readonly key: string;
	/** Of Set-Cookie. */
	readonly gives: string | undefined;
}

/** The text that affinity hangs on. */
export function keyIn(
	{ rawHeaders, url = '' }: IncomingMessage,
	address: string,
	rule: Exclude<ClientKey, { by: 'cookie' }>
): string {
	return keyOf({ address, target: url, header: (name) => valueOf(rawHeaders, name) }, rule);
}

/** The value of the cookie, or a new one. What looks like none of ours is none: a client may write what it likes. */
export function cookieKey(raw: readonly string[], name: string, isSecure: boolean): Keyed {
	const cookies = valueOf(raw, 'cookie')?.split(/[;,]/) ?? [];
	for (const cookie of cookies) {
		const [its, value = ''] = cookie.trim().split('=');
		if (its === name && /^[\w-]{16}$/.test(value)) return { key: value, gives: undefined };
	}
	const key = randomBytes(12).toString('base64url');
	return { key, gives: `${name}=${key}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}` };
}
