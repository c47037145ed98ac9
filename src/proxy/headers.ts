import { randomBytes } from 'node:crypto';

/**
 * Which headers pass through a proxy, in which form. Everything works on the flat `[name, value, name, value]`
 * arrays of the wire, so order, spelling and repetition survive.
 */

/** How a header is treated on its way through. */
type Treatment =
	| 'pass'
	| 'drop'
	| 'connection'
	| 'te'
	| 'trailer'
	| 'content-length'
	| 'transfer-encoding'
	| 'host'
	| 'via'
	| keyof Claims;

/** Meant for one connection only (RFC 9110 7.6.1), whether or not `Connection` names them. */
const hopByHop = {
	connection: 'connection',
	'keep-alive': 'drop',
	'proxy-connection': 'drop',
	'proxy-authenticate': 'drop',
	'proxy-authorization': 'drop',
	'http2-settings': 'drop',
	te: 'te',
	trailer: 'trailer',
	'transfer-encoding': 'transfer-encoding',
	upgrade: 'drop',
	'content-length': 'content-length'
} as const;

/** Taken out of requests because this proxy says them itself, with what was said before only where that is trusted. */
const saidByUs = {
	expect: 'drop',
	forwarded: 'forwarded',
	'x-forwarded-for': 'for',
	'x-forwarded-host': 'forHost',
	'x-forwarded-proto': 'forProto'
} as const;

/** What a request says about where it comes from, line by line. */
export interface Claims {
	readonly forwarded: string[];
	readonly for: string[];
	readonly forHost: string[];
	readonly forProto: string[];
}

const inRequests = treatments({ ...hopByHop, ...saidByUs, host: 'host', via: 'via' });
const inResponses = treatments({ ...hopByHop, 'x-served-by': 'drop' });

/** `Connection` may not name these away: a backend relies on them (CVE-2022-31813 and its family). */
const protectedNames = new Set([
	'host',
	'content-length',
	'transfer-encoding',
	'cookie',
	'authorization',
	'via',
	'set-cookie',
	'date'
]);

export interface RequestHead {
	/** What passes, without Host; the forwarding headers are added by `addForwarding`. */
	readonly headers: readonly string[];
	/** Every Host line that came; a valid HTTP/1.1 request has exactly one. */
	readonly hosts: readonly string[];
	/** Every Via line that came. */
	readonly via: readonly string[];
	/** Absent where nothing was claimed. */
	readonly claims: Claims | undefined;
	readonly hasBody: boolean;
	/** The body's length is not known beforehand. */
	readonly chunked: boolean;
	/** A body in another coding than `chunked`, or in none that has a name. */
	readonly miscoded: boolean;
}

/** One pass over the headers of a request. */
export function requestHead(raw: readonly string[]): RequestHead {
	const headers: string[] = [];
	const hosts: string[] = [];
	const via: string[] = [];
	const announced: string[] = [];
	let hasBody = false;
	let chunked = false;
	let miscoded = false;
	let trailers = false;
	let claims: Claims | undefined;
	let named: Set<string> | undefined;
	for (let i = 0; i + 1 < raw.length; i += 2) {
		const name = raw[i] ?? '';
		const value = raw[i + 1] ?? '';
		const treatment = inRequests(name);
		switch (treatment) {
			case 'via':
				via.push(value);
				headers.push(name, value);
				break;
			case 'content-length':
				hasBody ||= value !== '0';
				headers.push(name, value);
				break;
			case 'transfer-encoding':
				hasBody = chunked = true;
				if (value !== 'chunked') miscoded ||= value.toLowerCase() !== 'chunked';
				break;
			case 'host':
				hosts.push(value);
				break;
			case 'connection':
				named = addNamed(named, value);
				break;
			case 'pass':
				headers.push(name, value);
				break;
			case 'te':
				trailers ||= /(?:^|,)\s*trailers\s*(?:,|$)/i.test(value);
				break;
			case 'trailer':
				announced.push(name, value);
				break;
			case 'drop':
				break;
			default:
				claims ??= { forwarded: [], for: [], forHost: [], forProto: [] };
				claims[treatment].push(value);
		}
	}
	// Only behind chunks can there be what it announces.
	if (chunked) headers.push(...announced);
	const kept = named === undefined ? headers : withoutNamed(headers, named);
	// The one wish of the client's connection that a backend can fulfil through ours (RFC 9110 10.1.4).
	if (trailers) kept.push('TE', 'trailers');
	return { headers: kept, hosts, via, claims, hasBody, chunked, miscoded };
}

/** Where a request comes from, as this proxy knows it. */
export interface Origin {
	readonly peer: string;
	readonly scheme: 'http' | 'https';
	/** The host the client meant. */
	readonly host: string | undefined;
	/** What it said itself, or the proxy in front said, where that is to be believed. */
	readonly claims: Claims | undefined;
}

export interface ForwardingRules {
	/** This proxy's pseudonym in Via. */
	readonly name: string;
	/** Say it in the standard's own header, too (RFC 7239). */
	readonly forwarded: boolean;
	/** The Host that backends see: the client's, or each its own. */
	readonly hostHeader: 'client' | 'backend';
	/** Start a trace where a request brings none (W3C Trace Context). */
	readonly trace: boolean;
}

/** Who asked whom, for the backend: appended after the client's own words were removed. */
export function addForwarding(
	headers: string[],
	from: Origin,
	version: string,
	rules: ForwardingRules
): void {
	const { peer, scheme, host, claims } = from;
	if (host !== undefined) headers.push('X-Forwarded-Host', claims?.forHost[0] ?? host);
	headers.push(
		'X-Forwarded-For',
		claims === undefined || claims.for.length === 0 ? peer : `${claims.for.join(', ')}, ${peer}`,
		'X-Forwarded-Proto',
		claims?.forProto[0] ?? scheme
	);
	if (rules.forwarded) headers.push('Forwarded', [...(claims?.forwarded ?? []), forwarded(from)].join(', '));
	headers.push('Via', `${version} ${rules.name}`);
	if (rules.trace && !isTraced(headers)) headers.push('traceparent', newTrace());
}

/** Whether it carries a trace that a backend can go on with; what only looks like one is left, and starts none. */
function isTraced(headers: readonly string[]): boolean {
	return headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'traceparent');
}

function newTrace(): string {
	return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** One element of RFC 7239: addresses of IPv6 in brackets and quotes, and whatever is no token in quotes. */
export function forwarded({ peer, scheme, host }: Origin): string {
	const node = peer.includes(':') ? `"[${peer}]"` : peer;
	const said = host === undefined ? '' : `;host=${/^[\w.!#$%&'*+^`|~-]+$/.test(host) ? host : `"${host}"`}`;
	return `for=${node};proto=${scheme}${said}`;
}

/** One pass over the headers of a response; `servedBy` is the backend's id. A 204 has no length (RFC 9110 8.6). */
export function responseHead(raw: readonly string[], servedBy: string, status: number): string[] {
	const headers: string[] = [];
	let named: Set<string> | undefined;
	for (let i = 0; i + 1 < raw.length; i += 2) {
		const name = raw[i] ?? '';
		const value = raw[i + 1] ?? '';
		const treatment = inResponses(name);
		if (treatment === 'pass' || (treatment === 'content-length' && status !== 204)) headers.push(name, value);
		else if (treatment === 'connection') named = addNamed(named, value);
	}
	const kept = named === undefined ? headers : withoutNamed(headers, named);
	kept.push('X-Served-By', servedBy);
	return kept;
}

/**
 * Those trailers of a chunked request that pass, given the headers before them: none that would frame or route a message or
 * say who sends it, which may not come so late (RFC 9110 6.5.1), and none that `Connection` names (7.6.1).
 */
export function requestTrailers(raw: readonly string[], headers: readonly string[]): string[] {
	return trailers(raw, headers, inRequests);
}

/** The same for a response, in the pairs that Node takes. */
export function responseTrailers(raw: readonly string[], headers: readonly string[]): [string, string][] {
	const kept = trailers(raw, headers, inResponses);
	return kept.flatMap((name, i) => (i % 2 === 0 ? [[name, kept[i + 1] ?? '']] : []));
}

function trailers(
	raw: readonly string[],
	headers: readonly string[],
	treatmentOf: (name: string) => Treatment
): string[] {
	let named: Set<string> | undefined;
	for (let i = 0; i + 1 < headers.length; i += 2)
		if (treatmentOf(headers[i] ?? '') === 'connection') named = addNamed(named, headers[i + 1] ?? '');
	return raw.filter((_, i) => {
		const name = raw[i - (i % 2)] ?? '';
		const lower = name.toLowerCase();
		return treatmentOf(name) === 'pass' && !protectedNames.has(lower) && named?.has(lower) !== true;
	});
}

/** All values of a header, named in lower case, as one list; undefined without one. */
export function valueOf(raw: readonly string[], name: string): string | undefined {
	const values = raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === name);
	return values.length === 0 ? undefined : values.join(', ');
}

/** The lines of headers or trailers. */
export function linesOf(headers: readonly string[]): string {
	let lines = '';
	for (let i = 0; i < headers.length; i += 2) lines += `${headers[i] ?? ''}: ${headers[i + 1] ?? ''}\r\n`;
	return lines;
}

/** The same text in one piece: one that was put together is walked through each time it is written. */
export function flat(text: string): string {
	text.charCodeAt(0);
	return text;
}

/** True when `Upgrade` asks for a WebSocket; whatever else it asks for is none of a proxy's business. */
export function wantsWebSocket(method: string | undefined, raw: readonly string[]): boolean {
	return method === 'GET' && namesWebSocket(raw);
}

/** True when these headers have an `Upgrade`, and it is to a WebSocket alone. */
export function namesWebSocket(raw: readonly string[]): boolean {
	const index = raw.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'upgrade');
	return index >= 0 && raw[index + 1]?.trim().toLowerCase() === 'websocket';
}

/** The options that matter are those that name a header; `close` and `keep-alive` are about the connection itself. */
function addNamed(named: Set<string> | undefined, value: string): Set<string> | undefined {
	if (value === 'keep-alive' || value === 'close') return named;
	const names = named ?? new Set<string>();
	for (const option of value.split(',')) names.add(option.trim().toLowerCase());
	return names;
}

function withoutNamed(headers: readonly string[], named: ReadonlySet<string>): string[] {
	const dropped = (name = ''): boolean =>
		named.has(name.toLowerCase()) && !protectedNames.has(name.toLowerCase());
	return headers.filter((_, i) => !dropped(headers[i - (i % 2)]));
}

/** A look-up that remembers each spelling it met, up to a limit, so that most names cost one hash and no lower-casing. */
function treatments(table: Readonly<Record<string, Treatment>>): (name: string) => Treatment {
	const known = new Map(Object.entries(table));
	const met = new Map<string, Treatment>();
	return (name) => {
		const remembered = met.get(name);
		if (remembered !== undefined) return remembered;
		const treatment = known.get(name.toLowerCase()) ?? 'pass';
		if (met.size < 1000) met.set(name, treatment);
		return treatment;
	};
}
