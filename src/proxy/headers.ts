/**
 * Which headers pass through a proxy, in which form. Everything works on the flat `[name, value, name, value]`
 * arrays of the wire, so order, spelling and repetition survive.
 */

/** How a header is treated on its way through. */
type Treatment = 'pass' | 'drop' | 'connection' | 'content-length' | 'transfer-encoding' | 'host' | 'via';

/** Meant for one connection only (RFC 9110 7.6.1), whether or not `Connection` names them. */
const hopByHop = {
	connection: 'connection',
	'keep-alive': 'drop',
	'proxy-connection': 'drop',
	'proxy-authenticate': 'drop',
	'proxy-authorization': 'drop',
	'http2-settings': 'drop',
	te: 'drop',
	trailer: 'drop',
	'transfer-encoding': 'transfer-encoding',
	upgrade: 'drop',
	'content-length': 'content-length'
} as const;

/** Dropped from requests because this proxy says them itself: nobody's word about the client is trusted but its own. */
const saidByUs = {
	expect: 'drop',
	forwarded: 'drop',
	'x-forwarded-for': 'drop',
	'x-forwarded-host': 'drop',
	'x-forwarded-proto': 'drop'
} as const;

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
	readonly headers: string[];
	/** Every Host line that came; a valid HTTP/1.1 request has exactly one. */
	readonly hosts: readonly string[];
	/** Every Via line that came. */
	readonly via: readonly string[];
	readonly hasBody: boolean;
}

/** One pass over the headers of a request. */
export function requestHead(raw: readonly string[]): RequestHead {
	const headers: string[] = [];
	const hosts: string[] = [];
	const via: string[] = [];
	let hasBody = false;
	let named: Set<string> | undefined;
	for (let i = 0; i + 1 < raw.length; i += 2) {
		const name = raw[i] ?? '';
		const value = raw[i + 1] ?? '';
		switch (inRequests(name)) {
			case 'via':
				via.push(value);
				headers.push(name, value);
				break;
			case 'content-length':
				hasBody ||= value !== '0';
				headers.push(name, value);
				break;
			case 'transfer-encoding':
				hasBody = true;
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
			case 'drop':
		}
	}
	return { headers: named === undefined ? headers : withoutNamed(headers, named), hosts, via, hasBody };
}

/** Who asked whom, for the backend: appended after the client's own words were removed. */
export function addForwarding(headers: string[], peer: string, host: string | undefined, via: string): void {
	if (host !== undefined) headers.push('Host', host, 'X-Forwarded-Host', host);
	headers.push('X-Forwarded-For', peer, 'X-Forwarded-Proto', 'http', 'Via', via);
}

/** One pass over the headers of a response; `servedBy` is the backend's id. */
export function responseHead(raw: readonly Buffer[], servedBy: string): string[] {
	const headers: string[] = [];
	let named: Set<string> | undefined;
	for (let i = 0; i + 1 < raw.length; i += 2) {
		const name = text(raw[i]);
		const treatment = inResponses(name);
		if (treatment === 'pass' || treatment === 'content-length') headers.push(name, text(raw[i + 1]));
		else if (treatment === 'connection') named = addNamed(named, text(raw[i + 1]));
	}
	const kept = named === undefined ? headers : withoutNamed(headers, named);
	kept.push('X-Served-By', servedBy);
	return kept;
}

/** Trailers of a chunked response; those that would frame or route a message may not come so late (RFC 9110 6.5.1). */
export function responseTrailers(raw: readonly (Buffer | string)[]): [string, string][] {
	const trailers: [string, string][] = [];
	for (let i = 0; i + 1 < raw.length; i += 2) {
		const name = text(raw[i]);
		if (inResponses(name) === 'pass' && !protectedNames.has(name.toLowerCase()))
			trailers.push([name, text(raw[i + 1])]);
	}
	return trailers;
}

/** True when `Upgrade` asks for a WebSocket; whatever else it asks for is none of a proxy's business. */
export function wantsWebSocket(method: string | undefined, raw: readonly string[]): boolean {
	const index = raw.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'upgrade');
	return method === 'GET' && index >= 0 && raw[index + 1]?.trim().toLowerCase() === 'websocket';
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

/** Header bytes above 0x7f are opaque: latin1 gives each back as it was. */
function text(bytes: Buffer | string | undefined): string {
	return typeof bytes === 'string' ? bytes : (bytes?.toString('latin1') ?? '');
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
