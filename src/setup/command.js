import { pathToFileURL } from 'node:url';
import { bundle } from './bundle.js';

/**
 * Run the golangia command in this process, as `golangia …args` would from the shell; it sets the exit code.
 * @param {readonly string[]} args
 */
export async function golangia(args) {
	await runProgram('src/cli/main.ts', 'dist/golangia.js', args);
}

/**
 * @param {string} entry
 * @param {string} file
 * @param {readonly string[]} args
 */
export async function runProgram(entry, file, args) {
	const path = await bundle(entry, file);
	process.argv = [process.execPath, path, ...args];
	await import(pathToFileURL(path).href);
}
