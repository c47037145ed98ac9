/**
 * Reads the answers that come over one connection to a backend: HTTP/1.1 as RFC 9112 has it, and not a byte more lenient,
 * since whatever two parsers could read in two ways is a way to smuggle something. Whom it tells may keep no piece of a body:
 * the bytes are overwritten by the next that come.
 */
export interface AnswerEar {
	/** 102 or 103; a `100 Continue` goes no further. */
	interim(status: number, headers: readonly string[]): void;
	/**
	 * `whole` is the body where all of it came along with the head: nothing follows then, neither `data` nor `end`. A head like
	 * the last has the same array of headers.
	 */
	head(status: number, text: string, headers: readonly string[], whole: Whole | undefined): void;
	data(piece: Buffer): void;
	end(trailers: readonly string[]): void;
	/** 101, after which nothing is HTTP; `rest` came along. */
	switched(headers: readonly string[], rest: Buffer): void;
}

/** All bytes of a body; a short one is text already, each letter a byte (latin1). */
export type Whole = string | Buffer;

/** What a backend said is not to be had as HTTP. */
export class AnswerError extends Error {}

type State = 'idle' | 'head' | 'length' | 'size' | 'chunk' | 'chunk end' | 'trailers' | 'close' | 'over';

/** Browsers' cookies grow beyond the usual 16 KiB. */
const mostHead = 65_536;
/** So much is made text at once, in the hope that it is all: each step from bytes to text costs more than this length does. */
const firstLook = 1024;
const mostSizeLine = 4096;
/** A backend that has more to say before its answer has none. */
const mostInterims = 100;

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/;
const sizeLine = /^([0-9a-f]{1,13})(?:[ \t]*;.*)?$/i;
/** What no line of a head may contain, a line end that is not a whole one included. */
// eslint-disable-next-line no-control-regex -- they are what it is about
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

export class AnswerParser {
	/** True after an answer that leaves the connection fit for another. */
	reusable = false;
	/** For so many milliseconds, if the backend said so. */
	keepMs: number | undefined;
	#ear: AnswerEar;
	#state: State = 'idle';
	/** What came of something that is not yet whole. */
	#begun: Buffer | undefined;
	/** Bytes of the body, or of the chunk, that are still to come. */
	#left = 0;
	#bodiless = false;
	#mayReuse = false;
	#maySwitch = false;
	#interims = 0;
	/** The head as it was read last: most answers of a backend begin as the one before. */
	#last: Head | undefined;

	constructor(ear: AnswerEar) {
		this.#ear = ear;
	}

	/** The next bytes are the answer to a request by this method; only an upgrade may be answered with 101. */
	expect(method: string, upgrade: boolean): void {
		this.#state = 'head';
		this.#bodiless = method === 'HEAD';
		this.#maySwitch = upgrade;
		this.#interims = 0;
		this.#mayReuse = true;
		this.reusable = false;
	}

	/** Whatever comes from now on is nobody's answer. */
	stop(): void {
		this.#state = 'over';
	}

	/** @throws AnswerError when these bytes cannot be part of an answer. */
	read(chunk: Buffer): void {
		let bytes = chunk;
		if (this.#begun !== undefined) {
			bytes = Buffer.concat([this.#begun, chunk]);
			this.#begun = undefined;
		}
		let at = 0;
		while (at >= 0 && at < bytes.length) at = this.#step(bytes, at);
	}

	/** The connection has ended, and with it an answer that has no other end. */
	close(): void {
		if (this.#state === 'close') this.#end(none, true);
	}

	/** Where to go on; −1 when more must come first. */
	#step(bytes: Buffer, at: number): number {
		switch (this.#state) {
			case 'head':
				return this.#head(bytes, at);
			case 'length':
			case 'chunk':
				return this.#piece(bytes, at);
			case 'close':
				this.#ear.data(at === 0 ? bytes : bytes.subarray(at));
				return -1;
			case 'size':
				return this.#size(bytes, at);
			case 'chunk end':
				if (bytes.length < at + 2) return this.#wait(bytes, at, 2);
				if (bytes[at] !== 13 || bytes[at + 1] !== 10)
					throw new AnswerError('A chunk is longer than it said.');
				this.#state = 'size';
				return at + 2;
			case 'trailers':
				return this.#trailers(bytes, at);
			case 'idle':
				throw new AnswerError('Nothing was asked.');
			case 'over':
				return -1;
		}
	}

	#wait(bytes: Buffer, at: number, most: number): -1 {
		if (bytes.length - at > most) throw new AnswerError('It is too long.');
		this.#begun = Buffer.from(bytes.subarray(at));
		return -1;
	}

	#head(bytes: Buffer, at: number): number {
		const look = bytes.toString('latin1', at, Math.min(bytes.length, at + firstLook));
		let length = look.indexOf('\r\n\r\n');
		if (length < 0) length = bytes.indexOf('\r\n\r\n', at, 'latin1') - at;
		if (length < 0) return this.#wait(bytes, at, mostHead);
		if (length > mostHead) throw new AnswerError('Its head is too long.');
		const text = length <= look.length ? look.slice(0, length) : bytes.toString('latin1', at, at + length);
		const last = this.#last;
		const head = last?.text === text ? last : headOf(text);
		if (length < firstLook) this.#last = head;
		this.keepMs = head.keepMs;
		if (!head.persistent) this.#mayReuse = false;
		return this.#body(head, bytes, at + length + 4, look.slice(length + 4));
	}

	/** `look` is what of the bytes from there on is text already. */
	#body({ status, reason, headers, framed, chunked }: Head, bytes: Buffer, at: number, look: string): number {
		if (status === 101) {
			if (!this.#maySwitch) throw new AnswerError('It changes the protocol, which nobody asked for.');
			this.#state = 'over';
			this.#ear.switched(headers, bytes.subarray(at));
			return -1;
		}
		if (status < 200) {
			if (++this.#interims > mostInterims) throw new AnswerError('It has nothing but interim answers.');
			if (status !== 100) this.#ear.interim(status, headers);
			return at;
		}
		if (chunked && framed >= 0) throw new AnswerError('It is framed in two ways.');
		const length = this.#bodiless || status === 204 || status === 304 ? 0 : framed;
		const end = at + length;
		if (length >= 0 && end <= bytes.length) {
			this.#over(end < bytes.length);
			this.#ear.head(
				status,
				reason,
				headers,
				length <= look.length ? look.slice(0, length) : bytes.subarray(at, end)
			);
			return -1;
		}
		this.#left = length;
		this.#state = length >= 0 ? 'length' : chunked ? 'size' : 'close';
		this.#ear.head(status, reason, headers, undefined);
		return at;
	}

	/** The next piece of a body, or of a chunk of it. */
	#piece(bytes: Buffer, at: number): number {
		const end = Math.min(bytes.length, at + this.#left);
		this.#left -= end - at;
		this.#ear.data(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
		if (this.#left > 0) return -1;
		if (this.#state === 'chunk') this.#state = 'chunk end';
		else if (this.#state === 'length') return this.#end(none, end < bytes.length);
		return end;
	}

	#size(bytes: Buffer, at: number): number {
		const end = bytes.indexOf('\r\n', at, 'latin1');
		if (end < 0) return this.#wait(bytes, at, mostSizeLine);
		const line = bytes.toString('latin1', at, end);
		const [, size] = sizeLine.exec(line) ?? [];
		if (size === undefined || line.length > mostSizeLine || control.test(line))
			throw new AnswerError('A chunk has no size.');
		this.#left = parseInt(size, 16);
		this.#state = this.#left === 0 ? 'trailers' : 'chunk';
		return end + 2;
	}

	#trailers(bytes: Buffer, at: number): number {
		if (bytes.length < at + 2) return this.#wait(bytes, at, 2);
		if (bytes[at] === 13 && bytes[at + 1] === 10) return this.#end(none, at + 2 < bytes.length);
		const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
		if (end < 0) return this.#wait(bytes, at, mostHead);
		const text = bytes.toString('latin1', at, end);
		if (control.test(text)) throw new AnswerError('There are control characters in its trailers.');
		const trailers = fields(text, 0);
		for (let i = 0; i < trailers.length; i += 2) meaning(trailers[i] ?? '');
		return this.#end(trailers, end + 4 < bytes.length);
	}

	#end(trailers: readonly string[], excess: boolean): -1 {
		this.#over(excess);
		this.#ear.end(trailers);
		return -1;
	}

	/** Bytes behind an answer are nobody's: they must not become the next one's (response splitting). */
	#over(excess: boolean): void {
		this.#state = excess ? 'over' : 'idle';
		this.reusable = this.#mayReuse && !excess;
	}
}

/** What the lines of a head say. */
interface Head {
	readonly text: string;
	readonly status: number;
	readonly reason: string;
	readonly headers: readonly string[];
	/** Bytes of the body; −1: it does not say. */
	readonly framed: number;
	readonly chunked: boolean;
	readonly persistent: boolean;
	readonly keepMs: number | undefined;
}

/** @throws AnswerError when it is none. */
function headOf(text: string): Head {
	if (control.test(text)) throw new AnswerError('There are control characters in its head.');
	const line = text.indexOf('\r\n');
	const [, minor, code, reason = ''] = statusLine.exec(line < 0 ? text : text.slice(0, line)) ?? [];
	if (code === undefined) throw new AnswerError('It does not begin like HTTP.');
	let framed = -1;
	let chunked = false;
	let persistent = minor === '1';
	let closes = false;
	let keepMs: number | undefined;
	const headers = line < 0 ? [] : fields(text, line + 2);
	for (let i = 0; i < headers.length; i += 2) {
		const value = headers[i + 1] ?? '';
		switch (meaning(headers[i] ?? '')) {
			case 'length':
				if (framed >= 0 || !/^\d{1,15}$/.test(value)) throw new AnswerError('Its length is not a number.');
				framed = Number(value);
				break;
			case 'coding':
				if (chunked || minor === '0' || value.toLowerCase() !== 'chunked')
					throw new AnswerError('It has a coding that is not spoken here.');
				chunked = true;
				break;
			case 'connection':
				if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)) closes = true;
				else if (/(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i.test(value)) persistent = true;
				break;
			case 'keep-alive':
				keepMs = keepOf(value);
		}
	}
	return {
		text,
		status: Number(code),
		reason,
		headers,
		framed,
		chunked,
		persistent: persistent && !closes,
		keepMs
	};
}

const none: readonly string[] = [];

/** Names and values in turn, of lines that are known to have no control characters. */
function fields(text: string, from: number): string[] {
	const found: string[] = [];
	for (let at = from; at < text.length;) {
		const line = text.indexOf('\r\n', at);
		const end = line < 0 ? text.length : line;
		const colon = text.indexOf(':', at);
		if (colon < 0 || colon >= end) throw new AnswerError('A header has no colon.');
		let first = colon + 1;
		let last = end;
		while (first < last && isBlank(text.charCodeAt(first))) first++;
		while (last > first && isBlank(text.charCodeAt(last - 1))) last--;
		found.push(text.slice(at, colon), text.slice(first, last));
		at = end + 2;
	}
	return found;
}

function isBlank(code: number): boolean {
	return code === 32 || code === 9;
}

type Meaning = 'length' | 'coding' | 'connection' | 'keep-alive' | 'another';

const meanings = new Map<string, Meaning>([
	['content-length', 'length'],
	['transfer-encoding', 'coding'],
	['connection', 'connection'],
	['keep-alive', 'keep-alive']
]);
const met = new Map<string, Meaning>();

/** What a header means for the framing; each spelling is looked at once. @throws AnswerError for what is no name. */
function meaning(name: string): Meaning {
	const known = met.get(name);
	if (known !== undefined) return known;
	if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) throw new AnswerError('A header has no name.');
	const found = meanings.get(name.toLowerCase()) ?? 'another';
	if (met.size < 1000) met.set(name, found);
	return found;
}

/** One second less than it says, so that no request meets a connection that is just being closed. */
function keepOf(value: string): number | undefined {
	const [, seconds] = /(?:^|,)[ \t]*timeout=(\d{1,6})[ \t]*(?:,|$)/i.exec(value) ?? [];
	return seconds === undefined ? undefined : Math.max(0, Number(seconds) - 1) * 1000;
}
