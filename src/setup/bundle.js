import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { root } from './program.js';
import { fingerprint, unlessStamped } from './stamp.js';

/**
 * Turn a TypeScript program for Node into JavaScript when one of its sources has changed, because Node 20 does not run
 * TypeScript. Packages stay imports; the project's own `#…` paths are taken in. What the program loads only when it is
 * needed goes into a folder beside it, so that it still is.
 * @param {string} entry the program, such as "src/cli/main.ts"
 * @param {string} file where it goes, such as "dist/golangia.js"
 * @param {{ always?: boolean }} [options] `always` bundles even when nothing has changed
 * @returns {Promise<string>} the file's full path
 */
export async function bundle(entry, file, options = {}) {
	const path = join(root, file);
	mkdirSync(dirname(path), { recursive: true });
	const stamp = join(dirname(path), `.${basename(path)}.stamp`);
	const inputs = ['src', dirname(entry), 'lessons', 'package.json', 'package-lock.json'];
	await unlessStamped(stamp, fingerprint(root, inputs), options, () => write(entry, path));
	return path;
}

/**
 * @param {string} entry
 * @param {string} path
 */
async function write(entry, path) {
	// Loaded only when needed: it takes longer than everything else here.
	const { rolldown } = await import('rolldown');
	const build = await rolldown({
		input: join(root, entry),
		cwd: root,
		platform: 'node',
		external: (id) => /^[@a-z]/i.test(id) && !isAbsolute(id)
	});
	const name = basename(path, '.js');
	const { output } = await build.generate({
		format: 'esm',
		entryFileNames: `${name}.js`,
		chunkFileNames: `${name}/[name].js`
	});
	await build.close();
	// The program itself comes last.
	for (const piece of output.toReversed()) {
		place(join(dirname(path), piece.fileName), piece.type === 'chunk' ? piece.code : piece.source);
	}
}

/**
 * Renamed into place, so that a second command started meanwhile never reads half a file.
 * @param {string} path
 * @param {string | Uint8Array} content
 */
function place(path, content) {
	mkdirSync(dirname(path), { recursive: true });
	const half = `${path}.${String(process.pid)}`;
	writeFileSync(half, content);
	chmodSync(half, 0o755);
	renameSync(half, path);
}
