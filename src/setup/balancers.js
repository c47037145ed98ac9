import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { existsSync } from 'node:fs';

/**
 * A load balancer that this project is compared with: Debian 12's, because picks change between versions. Or the
 * compiler of one. `packages`: what apt-get installs, where it is not called like the program.
 * @typedef {{ title: string, flag: string, version: RegExp, fits: (major: number, minor: number) => boolean, wanted: string, packages?: readonly string[] }} Known
 * @typedef {'haproxy' | 'nginx' | 'caddy' | 'go'} Product
 */

/** @type {Record<Product, Known>} */
const known = {
	haproxy: {
		title: 'HAProxy',
		flag: '-v',
		version: /HAProxy version ((\d+)\.(\d+)\.\d+)/,
		fits: (major, minor) => major === 2 && minor === 6,
		wanted: '2.6'
	},
	nginx: {
		title: 'nginx',
		flag: '-v',
		version: /nginx version: nginx\/((\d+)\.(\d+)\.\d+)/,
		fits: (major, minor) => major === 1 && minor === 22,
		wanted: '1.22'
	},
	caddy: {
		title: 'Caddy',
		flag: 'version',
		version: /^v?((\d+)\.(\d+)\.\d+)/,
		fits: (major, minor) => major === 2 && minor === 6,
		wanted: '2.6'
	},
	go: {
		title: 'Go',
		flag: 'version',
		version: /go version go((\d+)\.(\d+)(?:\.\d+)?)/,
		fits: (major, minor) => major === 1 && minor >= 19,
		wanted: '1.19',
		packages: ['golang-go', 'golang-github-gorilla-mux-dev', 'gcc', 'libc6-dev']
	}
};

/**
 * A load balancer on this machine, installed by Debian's apt-get where it is missing and that may be done.
 * `source` is what a recording calls it, such as "HAProxy 2.6.12"; `why` says in one sentence why there is none.
 * @param {Product} product
 * @returns {{ file: string, source: string } | { why: string }}
 */
export function provideBalancer(product) {
	const found = find(product);
	if (found !== undefined) return found;
	const { title, wanted, packages = [product] } = known[product];
	const lacks = `${title} ${wanted} is not on this machine`;
	const remedy = `install Debian 12's package: sudo apt-get install ${packages.join(' ')}`;
	if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) {
		return { why: `${lacks}; ${remedy}.` };
	}
	console.log(`Installing ${title} by apt-get (a few seconds, once) …`);
	const said = installPackages(packages);
	const installed = find(product);
	if (installed !== undefined) return installed;
	return { why: `${lacks}, and apt-get could not install it (${said}); ${remedy}.` };
}

/**
 * @param {Product} product
 * @returns {{ file: string, source: string } | { why: string } | undefined}
 */
function find(product) {
	const { title, flag, version, fits, wanted } = known[product];
	// Debian keeps them where an ordinary user's PATH does not look.
	const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
	const file = folders.map((folder) => join(folder, product)).find((path) => existsSync(path));
	if (file === undefined) return undefined;
	const { stdout, stderr } = spawnSync(file, [flag], { encoding: 'utf8', timeout: 10_000 });
	const [, full, major, minor] = version.exec(`${stdout}${stderr}`) ?? [];
	if (full !== undefined && fits(Number(major), Number(minor))) return { file, source: `${title} ${full}` };
	return {
		why: `${file} is ${title} ${full ?? 'of an unknown version'}, and the picks to compare are those of ${wanted}.`
	};
}

/**
 * Install packages and stop the service that the first starts by itself.
 * @param {readonly string[]} names
 * @returns {string} the last line that apt-get said
 */
export function installPackages(names) {
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
	const options = /** @type {const} */ ({ env, encoding: 'utf8', timeout: 300_000 });
	// Another apt-get may be at work, as it often is on a machine that has just started.
	const patient = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
	spawnSync('apt-get', [...patient, 'update'], options);
	const { status, stdout, stderr } = spawnSync(
		'apt-get',
		[...patient, 'install', '-y', '--no-install-recommends', ...names],
		options
	);
	if (status === 0) spawnSync('service', [names[0] ?? '', 'stop'], options);
	return `${stdout}${stderr}`.trim().split('\n').at(-1) ?? '';
}
