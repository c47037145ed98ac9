/** Takes one byte into a hash. */
export type HashStep = (hash: number, byte: number) => number;

/**
 * Hash the bytes that tell clients apart, as NGINX takes them: the first three octets of an IPv4 address (so a
 * whole /24 is one client), all sixteen of an IPv6 address. Any other text counts by its UTF-8 bytes.
 */
export function hashClient(key: string, start: number, step: HashStep): number {
	const size = readIPv4(key, 0) ? 3 : readIPv6(key) ? 16 : 0;
	if (size === 0) return hashText(key, start, step);
	let hash = start;
	for (let i = 0; i < size; i++) hash = step(hash, octets[i] ?? 0);
	return hash;
}

/** Hash a text by its UTF-8 bytes; half a surrogate pair counts as U+FFFD, as encoders have it. */
export function hashText(text: string, start: number, step: HashStep): number {
	let hash = start;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		// Most keys are ASCII to the end.
		if (code >= 0x80) return hashWideText(text, i, hash, step);
		hash = step(hash, code);
	}
	return hash;
}

function hashWideText(text: string, from: number, start: number, step: HashStep): number {
	let hash = start;
	for (let i = from; i < text.length; i++) {
		let point = text.codePointAt(i) ?? 0;
		if (point > 0xffff) i++;
		else if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
		if (point < 0x80) {
			hash = step(hash, point);
			continue;
		}
		if (point < 0x800) hash = step(hash, 0xc0 | (point >> 6));
		else {
			if (point < 0x10000) hash = step(hash, 0xe0 | (point >> 12));
			else {
				hash = step(hash, 0xf0 | (point >> 18));
				hash = step(hash, 0x80 | ((point >> 12) & 0x3f));
			}
			hash = step(hash, 0x80 | ((point >> 6) & 0x3f));
		}
		hash = step(hash, 0x80 | (point & 0x3f));
	}
	return hash;
}

/**
 * An address as one number, as HAProxy takes it: its 32-bit words xored, so one word for IPv4, four for IPv6. Unsigned;
 * undefined for a text that is no address.
 */
export function addressWord(key: string): number | undefined {
	if (readIPv4(key, 0)) return word(0);
	return readIPv6(key) ? (word(0) ^ word(4) ^ word(8) ^ word(12)) >>> 0 : undefined;
}

/** The big-endian word of `octets` at a place. */
function word(at: number): number {
	return octetWords.getUint32(at);
}

/**
 * The CRC-32 of Ethernet and zip (IEEE 802.3, reflected): start from `crc32Start`, take the bytes in with this step,
 * and turn every bit of what comes out with `~`.
 */
export const crc32Step: HashStep = (crc, byte) => (crc32Table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
export const crc32Start = -1;

/** What eight shifts make of each byte. */
const crc32Table = Int32Array.from({ length: 256 }, (_, byte) => {
	let crc = byte;
	for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	return crc;
});

/** The address last read; reused, because a hash is taken for every pick. */
const octets = new Uint8Array(16);
const octetWords = new DataView(octets.buffer);

/** Read `1.2.3.4`, from `from` to the end, into four octets beginning at `into`. */
function readIPv4(text: string, from: number, into = 0): boolean {
	let octet = 0;
	let digits = 0;
	let dots = 0;
	for (let i = from; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code === dot) {
			if (digits === 0 || dots === 3) return false;
			octets[into + dots++] = octet;
			octet = digits = 0;
		} else {
			if (code < zero || code > zero + 9 || digits === 3) return false;
			octet = octet * 10 + code - zero;
			if (octet > 255) return false;
			digits++;
		}
	}
	if (dots !== 3 || digits === 0) return false;
	octets[into + 3] = octet;
	return true;
}

/** Read an IPv6 address in any of its spellings (RFC 4291, 2.2): `::` once, a dotted tail, a `%zone` that is ignored. */
function readIPv6(text: string): boolean {
	const zone = text.indexOf('%');
	const end = zone < 0 ? text.length : zone;
	let filled = 0;
	let gap = -1;
	let i = 0;
	if (text.startsWith('::')) {
		gap = 0;
		i = 2;
	}
	while (i < end) {
		const groupStart = i;
		let group = 0;
		let digit = hexDigit(text.charCodeAt(i));
		while (i < end && digit >= 0 && i - groupStart < 4) {
			group = group * 16 + digit;
			digit = hexDigit(text.charCodeAt(++i));
		}
		if (i < end && text.charCodeAt(i) === dot) {
			if (filled > 12 || zone >= 0 || !readIPv4(text, groupStart, filled)) return false;
			filled += 4;
			break;
		}
		if (i === groupStart || filled > 14) return false;
		octets[filled++] = group >> 8;
		octets[filled++] = group & 0xff;
		if (i === end) break;
		if (text.charCodeAt(i++) !== colon) return false;
		if (i < end && text.charCodeAt(i) === colon) {
			if (gap >= 0) return false;
			gap = filled;
			i++;
		} else if (i === end) return false;
	}
	if (gap < 0) return filled === 16;
	if (filled > 14) return false;
	octets.copyWithin(16 - (filled - gap), gap, filled);
	octets.fill(0, gap, 16 - (filled - gap));
	return true;
}

function hexDigit(code: number): number {
	if (code >= zero && code <= zero + 9) return code - zero;
	const letter = code | 0x20;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const zero = 0x30;
const dot = 0x2e;
const colon = 0x3a;
