import { join } from 'node:path';
import { root, runPackage } from './program.js';
import { fingerprint, unlessStamped } from './stamp.js';

const inputs = [
	'src',
	'lessons',
	'static',
	'package.json',
	'package-lock.json',
	'svelte.config.js',
	'tsconfig.json',
	'vite.config.ts'
];
const stamp = join(root, 'build/.stamp');

/**
 * Build the site into build/ when something it is made of has changed.
 * @param {{ always?: boolean }} [options] `always` builds it even when nothing has
 * @returns {Promise<boolean>} whether it was built now
 * @throws {Error} with all that Vite said, when it cannot be built
 */
export function buildSite(options = {}) {
	const wanted = `${fingerprint(root, inputs)} ${process.env.VITE_LANGUAGE ?? ''}`.trim();
	return unlessStamped(stamp, wanted, options, async () => {
		const { code, output } = await runPackage('vite', ['build', '--logLevel', 'warn'], {
			env: { NODE_ENV: 'production' }
		});
		if (code !== 0) throw new Error(`The site could not be built:\n${output}`);
	});
}
