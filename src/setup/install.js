// Makes node_modules what package-lock.json says. Every script of package.json that needs a package runs this
// first, so a fresh clone, a pulled change and a switched branch need no other step. The check takes about 50 ms.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { firstDifference, nodeFits } from './requirements.js';

const root = new URL('../../', import.meta.url);
/** Made by prepare.js, and ignored by git. */
const prepared = ['.svelte-kit/tsconfig.json', 'static/mockServiceWorker.js'];

const needed = read('package.json').engines?.node ?? '';
if (!nodeFits(needed, process.versions.node)) {
	stop(
		`Node ${process.versions.node} is too old: Golangia needs ${needed}. Install a current Node from nodejs.org and try again.`
	);
}
if (!installed()) {
	console.log('Installing the packages of package-lock.json (about half a minute, once) …');
	// NODE_ENV=production would leave out the tools that build the site.
	if (!npm('ci', '--include=dev', '--no-audit', '--no-fund')) {
		stop(
			'The packages could not be installed, as npm says above. They come from the network: see that it is up and try again.'
		);
	}
}
if (!prepared.every((file) => existsSync(new URL(file, root))) && !npm('run', '--silent', 'prepare')) {
	stop('npm run prepare failed as shown above: delete node_modules and try again.');
}

function installed() {
	try {
		const locked = read('package-lock.json').packages;
		const found = read('node_modules/.package-lock.json').packages;
		return firstDifference(locked ?? {}, found ?? {}) === undefined;
	} catch {
		return false;
	}
}

/** @param {string[]} args */
function npm(...args) {
	const options = /** @type {const} */ ({ cwd: root, stdio: 'inherit' });
	const own = process.env.npm_execpath;
	// npm names its own file to the scripts it runs; without it, a shell finds npm's .cmd file on Windows too.
	const child =
		own !== undefined && own.endsWith('npm-cli.js')
			? spawnSync(process.execPath, [own, ...args], options)
			: spawnSync(['npm', ...args].join(' '), { ...options, shell: true });
	return child.status === 0;
}

/**
 * @param {string} file
 * @returns {{ engines?: { node: string }, packages?: Record<string, import('./requirements.js').Entry> }}
 */
function read(file) {
	/** @type {ReturnType<typeof read>} */
	const json = JSON.parse(readFileSync(new URL(file, root), 'utf8'));
	return json;
}

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
	console.error(message);
	process.exit(1);
}
