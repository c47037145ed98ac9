import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { engineRunWord } from './engine-run.ts';
import type { Command } from './lane.ts';

/** A program that takes servers, requests and seed, simulates, and prints a `Report` as JSON; or why there is none. */
export interface Peer {
	readonly name: string;
	readonly command: Command | undefined;
	/** One sentence, with the remedy. */
	readonly missing?: string;
}

// From the project's folder, where npm runs its scripts: this module was bundled to another place.
const here = resolve('tests/bench');

/** A run in a process of this same program; what to run follows. */
export const enginesOwn: Command = [process.execPath, '--expose-gc', process.argv[1] ?? '', engineRunWord];

/** baseline.c as gcc makes it, in `folder`. */
export function baseline(folder: string): Peer {
	const name = `C, ${firstLine('gcc', '--version')?.replace(/ \(.*\)/, '') ?? 'gcc'} -O2`;
	const program = join(folder, 'baseline');
	try {
		quietly('gcc', '-O2', '-o', program, join(here, 'baseline.c'), '-lm');
	} catch (error) {
		const why = isAbsent(error) ? 'there is no gcc here: install it' : 'gcc refused tests/bench/baseline.c';
		return { name, command: undefined, missing: `C is left out: ${why}.` };
	}
	return { name, command: [program] };
}

/** Debian's SimPy belongs to Debian's Python, and another Python may come first on the PATH. */
export function simpy(): Peer {
	for (const python of ['/usr/bin/python3', 'python3']) {
		const version = firstLine(python, '-c', 'import SimPy; print(SimPy.__version__)');
		if (version !== undefined) return { name: `SimPy ${version}`, command: [python, join(here, 'peer.py')] };
	}
	return {
		name: 'SimPy',
		command: undefined,
		missing:
			'SimPy is left out: there is none for /usr/bin/python3; `apt-get install python3-simpy` brings it.'
	};
}

/** No dependency of this project: fetched into `folder`, and only when that was asked for. */
export function simjs(folder: string, wanted: boolean): Peer {
	const version = '2.0.3';
	const name = `simjs ${version}`;
	const leftOut = (why: string): Peer => ({
		name,
		command: undefined,
		missing: `simjs is left out: ${why}.`
	});
	if (!wanted) return leftOut('with --simjs it is fetched from npm into a temporary folder');
	try {
		quietly('npm', 'pack', `simjs@${version}`, '--silent', '--pack-destination', folder);
		quietly('tar', '-xzf', join(folder, `simjs-${version}.tgz`), '-C', folder);
	} catch {
		return leftOut('npm could not fetch it');
	}
	const file = join(folder, 'package', 'sim.js');
	if (!existsSync(file)) return leftOut('its package is not what it was');
	return { name, command: [...enginesOwn, 'simjs', file] };
}

function quietly(program: string, ...words: string[]): string {
	return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Undefined where the program is not there or fails. */
function firstLine(program: string, ...words: string[]): string | undefined {
	try {
		return quietly(program, ...words).split('\n')[0];
	} catch {
		return undefined;
	}
}

function isAbsent(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
