import { basename } from 'node:path';
import { clusterOf, type ClusterPlan } from '#dialects/cluster.ts';
import type { Dialect, Read } from '#dialects/dialect.ts';
import { dialectNamed, readable } from '#dialects/guess.ts';
import { dialects, type DialectName } from '#dialects/index.ts';
import { mostLetters } from '#dialects/source.ts';
import { understand } from '#dialects/understand.ts';
import { InputError } from '#record/input.ts';
import { scenarioOf } from './simulate.ts';
import { beginningOf } from './text.ts';

/** A configuration file with whoever speaks its language. */
export interface Foreign {
	readonly dialect: Dialect & Required<Pick<Dialect, 'read'>>;
	readonly text: string;
}

/** Whose a file is, by its name unless that is said. @throws InputError */
export async function foreignOf(file: string, from: DialectName | undefined): Promise<Foreign> {
	const name = from ?? dialectNamed(basename(file));
	if (name === undefined)
		throw new InputError(
			`${file}: is not called like a configuration that is known: add --from ${readable.join('|')}.`
		);
	const dialect = dialects[name];
	const { read } = dialect;
	if (read === undefined)
		throw new InputError(
			`--from is "${name}": its files are written and not read; use ${readable.join(', ')}.`
		);
	// A letter has four bytes at most: one more is too many for a configuration, and the reader says so.
	const text = await beginningOf(file, 4 * mostLetters + 1);
	const { lint } = dialect;
	return {
		dialect: {
			...dialect,
			read: inFile(file, dialect, (text) => understand(read, text)),
			...(lint && { lint: inFile(file, dialect, lint) })
		},
		text
	};
}

/** The same, whose errors say which file it is and not what such files are called. */
function inFile<T>(file: string, { file: usual }: Dialect, look: (text: string) => T): (text: string) => T {
	return (text) => {
		try {
			return look(text);
		} catch (error) {
			if (!(error instanceof InputError) || !error.message.startsWith(`${usual}:`)) throw error;
			throw new InputError(`${file}${error.message.slice(usual.length)}`);
		}
	};
}

/** A scenario or a link, or somebody's configuration. @throws InputError */
export async function planOf(file: string): Promise<ClusterPlan> {
	if (dialectNamed(basename(file)) === undefined) return clusterOf(await scenarioOf(file));
	const { dialect, text } = await foreignOf(file, undefined);
	const read = dialect.read(text);
	tellRemarks(file, read);
	return { ...read.plan, title: read.plan.title || basename(file) };
}

/** What was not taken over, where it does not get between what is printed. */
export function tellRemarks(file: string, { remarks }: Read): void {
	for (const { line, text, says } of remarks)
		console.error(`${file}:${String(line)}: ${text === '' ? '' : `${text}: `}${says}`);
}
