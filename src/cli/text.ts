import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from '#record/input.ts';

/** More than a scenario or a set of recorded picks ever has. */
export const mostOfScenario = 20_000_000;

/** A file's text, without the mark of its encoding that some editors begin with. @throws InputError when it has more bytes. */
export async function textOf(file: string, mostBytes = mostOfScenario): Promise<string> {
	const { size } = await reading(file, stat(file));
	if (size > mostBytes) throw tooLarge(file, mostBytes, ` ${megabytes(size)}`);
	const { text, bytes } = await read(file, mostBytes + 1);
	// Whoever is no file has no size beforehand.
	if (bytes > mostBytes) throw tooLarge(file, mostBytes, ' more');
	return text;
}

/** The same of the first bytes only, for those who can say themselves where it becomes too much. @throws InputError */
export async function beginningOf(file: string, bytes: number): Promise<string> {
	return (await read(file, bytes)).text;
}

async function read(file: string, most: number): Promise<{ readonly text: string; readonly bytes: number }> {
	const chunks: Buffer[] = [];
	// Its `end` is the last byte that is read.
	const stream: AsyncIterable<Buffer> = createReadStream(file, { end: most - 1 });
	const all = async (): Promise<Buffer> => {
		for await (const chunk of stream) chunks.push(chunk);
		return Buffer.concat(chunks);
	};
	const whole = await reading(file, all());
	return { text: whole.toString('utf8').replace(/^\ufeff/, ''), bytes: whole.length };
}

async function reading<T>(file: string, answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (error) {
		const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
		throw new InputError(`${file}: cannot be read (${code}): check the name.`);
	}
}

function tooLarge(file: string, most: number, has: string): InputError {
	return new InputError(
		`${file}: has${has}, and at most ${megabytes(most)} are read: check that it is the right file, or cut it.`
	);
}

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
