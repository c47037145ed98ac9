/**
 * Which part of a request decides where it goes. What HAProxy can hash, in HAProxy 2.6's own cuts; a host reads the key
 * here once, and a strategy sees only the text.
 */
export type KeyRule =
	/** The client's address (`balance source`). */
	| { readonly by: 'address' }
	/**
	 * The request target (`balance uri`) up to its `?`, or all of it with `whole`; of that no more than `length`
	 * characters; of that what stands before the slash after `depth` slashes, the leading one counted.
	 */
	| {
			readonly by: 'uri';
			readonly whole?: boolean | undefined;
			readonly length?: number | undefined;
			readonly depth?: number | undefined;
	  }
	/** One parameter after the `?`, as it was sent (`balance url_param`). */
	| { readonly by: 'parameter'; readonly name: string }
	/** One header (`balance hdr()`): the first of its values where commas make a list. */
	| { readonly by: 'header'; readonly name: string };

/** What may be asked of a request. */
export interface Keyed {
	readonly address: string;
	/** As in the request line: `/path?query`. */
	readonly target: string;
	/** The value of a header, undefined without one; names come in lower case. */
	header(name: string): string | undefined;
}

/**
 * The key of a parameter that is there but empty. HAProxy hashes it like any other value, where a missing one has no
 * hash; NUL stands for it, because no request line can carry one.
 */
export const emptyValue = '\0';

/**
 * The key of a parameter that is missing, where a missing header has the empty key. Both take turns; but with one
 * server left HAProxy no longer looks for the header, and the request is that server's even if it is full.
 */
export const noParameter = '\0\0';

/** The key of a request; empty (or `noParameter`) when it does not carry what the rule asks for. */
export function keyOf(request: Keyed, rule: KeyRule): string {
	switch (rule.by) {
		case 'address':
			return request.address;
		case 'uri':
			return cutTarget(request.target, rule.whole === true, rule.length ?? 0, rule.depth ?? 0);
		case 'parameter':
			return parameterOf(request.target, rule.name);
		case 'header':
			return firstOfList(request.header(rule.name.toLowerCase()) ?? '');
	}
}

/** `length` and `depth` of 0 cut nothing. */
function cutTarget(target: string, whole: boolean, length: number, depth: number): string {
	const end = length > 0 ? Math.min(length, target.length) : target.length;
	let slashes = 0;
	for (let i = 0; i < end; i++) {
		const letter = target[i];
		if (letter === '/') {
			if (depth > 0 && ++slashes > depth) return target.slice(0, i);
		} else if (letter === '?' && !whole) return target.slice(0, i);
	}
	return target.slice(0, end);
}

/** The first of that name wins, wherever it stands; nothing is decoded. */
function parameterOf(target: string, name: string): string {
	let start = target.indexOf('?') + 1;
	while (start > 0) {
		const next = target.indexOf('&', start);
		const end = next < 0 ? target.length : next;
		if (target.startsWith(`${name}=`, start)) return target.slice(start + name.length + 1, end) || emptyValue;
		start = next + 1;
	}
	return noParameter;
}

/** Up to the first comma that is not in quotes, without the blanks around. */
function firstOfList(value: string): string {
	let quoted = false;
	let end = 0;
	for (; end < value.length; end++) {
		const letter = value[end];
		if (letter === '"') quoted = !quoted;
		else if (letter === '\\' && quoted) end++;
		else if (letter === ',' && !quoted) break;
	}
	return value.slice(0, end).trim();
}
