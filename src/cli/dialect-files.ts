import { basename } from 'node:path';
import { clusterOf, type ClusterPlan } from '#dialects/cluster.ts';
import type { Dialect, Read } from '#dialects/dialect.ts';
import { dialectNames, dialects, type DialectName } from '#dialects/index.ts';
import { InputError } from '#record/input.ts';
import { scenarioOf, textOf } from './simulate.ts';

/** Dialects that can be read. */
export const readable = dialectNames.filter((name) => dialects[name].read !== undefined);

/** A configuration file with whoever speaks its language. */
export interface Foreign {
	readonly dialect: Dialect & Required<Pick<Dialect, 'read' | 'lint'>>;
	readonly text: string;
}

/** Whose a file is, by its name unless that is said. @throws InputError */
export async function foreignOf(file: string, from: DialectName | undefined): Promise<Foreign> {
	const name = from ?? guess(file);
	if (name === undefined)
		throw new InputError(
			`${file}: is not called like a configuration that is known: add --from ${readable.join('|')}.`
		);
	const dialect = dialects[name];
	const { read, lint } = dialect;
	if (read === undefined || lint === undefined)
		throw new InputError(
			`--from is "${name}": its files are written and not read; use ${readable.join(', ')}.`
		);
	// Some editors begin a file with a mark of its encoding.
	return { dialect: { ...dialect, read, lint }, text: (await textOf(file)).replace(/^\ufeff/, '') };
}

/** A scenario or a link, or somebody's configuration. @throws InputError */
export async function planOf(file: string): Promise<ClusterPlan> {
	if (guess(file) === undefined) return clusterOf(await scenarioOf(file));
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

function guess(file: string): DialectName | undefined {
	const name = basename(file).toLowerCase();
	if (name.endsWith('.cfg')) return 'haproxy';
	if (name.endsWith('.conf')) return 'nginx';
	if (name.includes('caddyfile')) return 'caddy';
	return name.endsWith('.go') ? 'go' : undefined;
}
