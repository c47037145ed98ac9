import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A hash of the names and contents of files and folders (those that are missing count as empty): what is built
 * from them is fresh as long as it stays the same. Contents rather than times, because git sets times anew.
 * @param {string} root
 * @param {readonly string[]} inputs paths in root
 * @returns {string}
 */
export function fingerprint(root, inputs) {
	const hash = createHash('sha256');
	for (const file of inputs.flatMap((input) => filesIn(root, input))) {
		const content = readFileSync(join(root, file));
		hash.update(`${file}\0${String(content.length)}\0`).update(content);
	}
	return hash.digest('hex');
}

/**
 * Build unless the stamp file tells that the same inputs were built before. The stamp is gone while building, so a
 * build that fails or is interrupted is tried again.
 * @param {string} stamp a file beside what is built
 * @param {string} wanted the inputs' fingerprint
 * @param {{ always?: boolean }} options `always` builds whatever the stamp says
 * @param {() => Promise<void>} build
 * @returns {Promise<boolean>} whether it was built now
 */
export async function unlessStamped(stamp, wanted, { always = false }, build) {
	if (!always && readStamp(stamp) === wanted) return false;
	rmSync(stamp, { force: true });
	await build();
	writeFileSync(stamp, wanted);
	return true;
}

/** @param {string} stamp */
function readStamp(stamp) {
	try {
		return readFileSync(stamp, 'utf8');
	} catch {
		return undefined;
	}
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
function filesIn(root, path) {
	const entry = statSync(join(root, path), { throwIfNoEntry: false });
	if (entry === undefined) return [];
	if (!entry.isDirectory()) return [path];
	return readdirSync(join(root, path))
		.sort()
		.flatMap((name) => filesIn(root, `${path}/${name}`));
}
