import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { InputError } from '#record/input.ts';

export interface LineFileOptions {
	/** What it is, for sentences: "recording". */
	readonly what: string;
	readonly file: string;
	/** Go on behind what is there, rather than replace it. */
	readonly append: boolean;
	/** Hears once that the disk takes no more. */
	readonly failed: (message: string) => void;
}

/** Lines go to the file in pieces of so many bytes, or after half a second. */
const piece = 65_536;
const flushMs = 500;
/** Characters that become bytes together: text that grew for longer would outlive its youth in memory, and cost twice. */
const some = 2048;
/** UTF-8 takes no more for one that is in it. */
const mostBytes = 3;

/**
 * A file for thousands of lines a second. It keeps all in memory until `open`, so that a program that never started leaves an
 * older file as it was. A disk that fills up ends it, told once; the program goes on.
 */
export class LineFile {
	#options: LineFileOptions;
	#text = '';
	#bytes = Buffer.alloc(0);
	#length = 0;
	#stream: WriteStream | undefined;
	#timer: NodeJS.Timeout | undefined;

	constructor(options: LineFileOptions) {
		this.#options = options;
	}

	/** Bytes that the disk has yet to take. */
	get behind(): number {
		return this.#stream?.writableLength ?? 0;
	}

	/** @throws InputError when it cannot be written. */
	async open(): Promise<void> {
		const { what, file, append, failed } = this.#options;
		const stream = createWriteStream(file, { flags: append ? 'a' : 'w' });
		try {
			await once(stream, 'open');
		} catch (error) {
			throw new InputError(
				`The ${what} "${file}" cannot be written (${codeOf(error)}): choose another file.`
			);
		}
		stream.on('error', (error) => {
			failed(`The ${what} "${file}" ends here (${codeOf(error)}); the proxy goes on.`);
		});
		this.#stream = stream;
		this.#timer = setInterval(() => {
			this.#flush();
		}, flushMs).unref();
	}

	/** With its line end. */
	add(line: string): void {
		this.#text += line;
		if (this.#text.length >= some && this.#stream !== undefined) this.#encode();
	}

	/** Everything added is in the file when this resolves. */
	async close(): Promise<void> {
		clearInterval(this.#timer);
		const stream = this.#stream;
		if (stream === undefined || stream.destroyed) return;
		this.#flush();
		stream.end();
		await once(stream, 'close');
	}

	#encode(): void {
		const most = this.#text.length * mostBytes;
		if (this.#length + most > this.#bytes.length) this.#send();
		if (this.#bytes.length === 0) this.#bytes = Buffer.allocUnsafeSlow(Math.max(piece, most));
		this.#length += this.#bytes.write(this.#text, this.#length);
		this.#text = '';
	}

	#send(): void {
		const stream = this.#stream;
		if (this.#length > 0 && stream?.destroyed === false) stream.write(this.#bytes.subarray(0, this.#length));
		this.#bytes = Buffer.alloc(0);
		this.#length = 0;
	}

	#flush(): void {
		if (this.#text !== '') this.#encode();
		this.#send();
	}
}

function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException).code ?? String(error);
}
