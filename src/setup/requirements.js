// Read by a Node that may be too old for this project, before anything is installed: old syntax, no dependencies.

/**
 * Whether a Node version, such as "20.20.2", is in a range such as "^20.19 || >=22.12".
 * Ranges are alternatives of `^major.minor` and `>=major.minor`; a patch number is not looked at.
 * @param {string} range
 * @param {string} version
 * @returns {boolean}
 */
export function nodeFits(range, version) {
	const [major, minor] = numbers(version);
	return range.split('||').some((alternative) => {
		const [leastMajor, leastMinor] = numbers(alternative);
		if (major === leastMajor) return minor >= leastMinor;
		return alternative.trim().startsWith('>=') && major > leastMajor;
	});
}

/**
 * What package-lock.json says of one package.
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} Entry
 */

/**
 * The first package in which an installation differs from the lock, or undefined when they agree. Optional
 * packages may be missing: most are builds for other machines.
 * @param {Record<string, Entry>} locked `packages` of package-lock.json
 * @param {Record<string, Entry>} installed `packages` of node_modules/.package-lock.json
 * @returns {string | undefined}
 */
export function firstDifference(locked, installed) {
	const paths = Object.keys(Object.assign({}, locked, installed)).filter((path) => path !== '');
	return paths.find((path) => {
		const wanted = locked[path];
		const found = installed[path];
		if (wanted === undefined) return true;
		if (found === undefined) return wanted.optional !== true && wanted.devOptional !== true;
		return wanted.version !== found.version || wanted.integrity !== found.integrity;
	});
}

/**
 * @param {string} text
 * @returns {[number, number]}
 */
function numbers(text) {
	const found = /(\d+)(?:\.(\d+))?/.exec(text);
	return found === null ? [0, 0] : [Number(found[1]), Number(found[2] || 0)];
}
