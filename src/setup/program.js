import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, ending in a separator. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * How a program ended. `code` is 1 when it was killed; `output` is what it said on both streams, in order.
 * @typedef {{ code: number, output: string }} Ending
 */

/**
 * Run a package's command in the project's folder and keep what it says. Node runs its file directly, because a
 * child started through npx outlives npx when that is stopped.
 * @param {string} name the package, such as "vite"
 * @param {readonly string[]} args
 * @param {{ command?: string, env?: Record<string, string>, limitMs?: number }} [options] `command` when it is not
 * called like its package; `limitMs` (none by default) ends a program that hangs
 * @returns {Promise<Ending>}
 */
export function runPackage(name, args, { command = name, env = {}, limitMs } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [commandFile(name, command), ...args], {
			cwd: root,
			env: { ...process.env, ...env },
			stdio: ['ignore', 'pipe', 'pipe'],
			timeout: limitMs
		});
		let output = '';
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
		}
		child.on('error', reject);
		child.on('close', (code, signal) => {
			if (signal !== null) output += `\n${name} was stopped by ${signal}.\n`;
			resolve({ code: code ?? 1, output });
		});
	});
}

/**
 * @param {string} name
 * @param {string} command
 */
function commandFile(name, command) {
	const folder = join(root, 'node_modules', name);
	/** @type {{ bin: string | Record<string, string> }} */
	const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const file = typeof bin === 'string' ? bin : bin[command];
	if (file === undefined) throw new Error(`The package ${name} has no command "${command}".`);
	return join(folder, file);
}
