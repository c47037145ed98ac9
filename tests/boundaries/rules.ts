import { posix } from 'node:path';
import { importsOf, namesUsed, type Import } from './imports.ts';

/** Sources by path from the project's folder, such as "src/balancer/cluster.ts". */
export type Sources = ReadonlyMap<string, string>;

interface Room {
	/** Rooms whose code it may import. */
	readonly rooms: readonly string[];
	/** Rooms it may import types from. */
	readonly types?: readonly string[];
	/** Packages it may import; one that ends in "*" or ":" stands for all that begin so. */
	readonly packages: readonly string[];
}

const site = ['balancer', 'record', 'dialects', 'simulator', 'bridge', 'teaching', 'words', 'view'];

/** Who may import whom: the architecture. `proxy` and `simulator`, the two worlds, never meet. */
const house: Readonly<Record<string, Room>> = {
	balancer: { rooms: [], packages: [] },
	record: { rooms: ['balancer'], packages: ['zod'] },
	dialects: { rooms: ['balancer', 'record'], types: ['simulator'], packages: [] },
	simulator: { rooms: ['balancer', 'record'], packages: ['zod'] },
	proxy: { rooms: ['balancer', 'record'], packages: ['node:', 'sirv', 'zod', '@opentelemetry/*'] },
	bridge: { rooms: ['simulator', 'record', 'balancer'], packages: ['msw', 'msw/browser'] },
	teaching: { rooms: ['simulator', 'record', 'balancer'], packages: ['zod', 'yaml'] },
	// Turns lessons into data while the site is built; no page loads it.
	'teaching/compile': {
		rooms: ['teaching', 'simulator', 'record', 'balancer'],
		packages: [
			'node:',
			'vite',
			'zod',
			'yaml',
			'unified',
			'remark-*',
			'rehype-*',
			'shiki',
			'@shikijs/*',
			'mdast',
			'hast'
		]
	},
	words: { rooms: [], packages: [] },
	view: {
		rooms: ['record', 'words'],
		types: ['balancer', 'simulator'],
		packages: ['d3', 'svelte', 'svelte/*', '@fontsource-variable/*']
	},
	cli: {
		rooms: ['balancer', 'record', 'dialects', 'simulator', 'proxy', 'teaching', 'teaching/compile'],
		packages: ['node:', 'commander', 'sirv', 'zod', 'yaml']
	},
	routes: { rooms: site, packages: ['svelte', 'svelte/*', 'd3', '$app/*', '$env/*', '@sveltejs/kit'] },
	setup: { rooms: [], packages: ['node:', 'rolldown', 'vite', '@playwright/test'] },
	// SvelteKit's own places: app.d.ts and its hooks.
	'': { rooms: ['words'], packages: ['@sveltejs/kit'] }
};

/** Sentences that say which file breaks which rule, none when the house stands. */
export function violations(sources: Sources): string[] {
	return [...sources].flatMap(([file, source]) => [
		...importsOf(file, source).flatMap((found) => judge(file, found)),
		...ambient(file, source)
	]);
}

function judge(file: string, found: Import): string[] {
	const { specifier, typeOnly } = found;
	const from = roomOf(file);
	const room = house[from];
	const says = (rule: string) => [`${file} imports "${specifier}": ${rule}.`];
	if (room === undefined) return says(`no rule says what ${from} may import (tests/boundaries/rules.ts)`);
	if (found.computed) return from === 'setup' ? [] : says('write the path out, so that it can be judged');
	const target = targetOf(file, specifier);
	if (target === undefined) {
		return room.packages.some((name) => matches(name, specifier))
			? []
			: says(`of packages, ${name(from)} may import ${list(room.packages)}`);
	}
	if (!target.startsWith('src/'))
		return from === 'routes' || from === 'cli' ? [] : outside(from, target, says);
	const to = roomOf(target);
	if (to === from || room.rooms.includes(to)) return [];
	if (room.types?.includes(to) === true) {
		return typeOnly ? [] : says(`${name(from)} may import only types from ${to} (import type)`);
	}
	return says(`of rooms, ${name(from)} may import ${list(room.rooms)}`);
}

/** Lessons belong to teaching; the pages and the command stand at the door and may look out. */
function outside(from: string, target: string, says: (rule: string) => string[]): string[] {
	if (from.startsWith('teaching') && target.startsWith('lessons/')) return [];
	return from === 'setup' ? [] : says(`${name(from)} may import nothing outside src`);
}

const clocks = ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];
const places = [
	'requestAnimationFrame',
	'fetch',
	'crypto',
	'process',
	'console',
	'globalThis',
	'window',
	'self',
	'document'
];
/** What a room may not find lying about, because it must be told: then every run can be repeated. */
const forbidden: Readonly<Record<string, readonly string[]>> = {
	balancer: [...clocks, ...places, 'Math.random', 'import.meta'],
	record: ['Math.random'],
	simulator: ['Math.random']
};

function ambient(file: string, source: string): string[] {
	const from = roomOf(file);
	const used = namesUsed(file, source);
	return (forbidden[from] ?? [])
		.filter((name) => used.has(name))
		.map((name) => `${file} uses ${name}: ${from} is handed time, chance and everything else it needs.`);
}

/** The rooms, or files, that import one another in a circle: [a, b, a], or undefined. */
export function circle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
	const done = new Set<string>();
	const walk = (node: string, path: readonly string[]): string[] | undefined => {
		if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
		if (done.has(node)) return undefined;
		for (const next of edges.get(node) ?? []) {
			const found = walk(next, [...path, node]);
			if (found !== undefined) return found;
		}
		done.add(node);
		return undefined;
	};
	for (const node of edges.keys()) {
		const found = walk(node, []);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** Which room imports which, types included. */
export function roomEdges(sources: Sources): Map<string, Set<string>> {
	return edgesBetween(sources, () => true, roomOf);
}

/** Which file imports which when it runs. */
export function fileEdges(sources: Sources): Map<string, Set<string>> {
	return edgesBetween(
		sources,
		({ typeOnly }) => !typeOnly,
		(file) => file
	);
}

function edgesBetween(
	sources: Sources,
	counts: (found: Import) => boolean,
	nodeOf: (file: string) => string
) {
	const edges = new Map<string, Set<string>>();
	for (const [file, source] of sources) {
		const from = nodeOf(file);
		for (const found of importsOf(file, source).filter(counts)) {
			if (found.computed) continue;
			const target = targetOf(file, found.specifier);
			if (target?.startsWith('src/') !== true || nodeOf(target) === from) continue;
			const targets = edges.get(from) ?? new Set();
			edges.set(from, targets.add(nodeOf(target)));
		}
	}
	return edges;
}

/** All files that running one of these brings along. */
export function reachable(sources: Sources, starts: readonly string[]): Set<string> {
	const edges = fileEdges(sources);
	const seen = new Set(starts);
	for (const file of seen) for (const next of edges.get(file) ?? []) seen.add(next);
	return seen;
}

/** The top folder in src; lessons' compiler is a room of its own. */
export function roomOf(file: string): string {
	if (/^src\/teaching\/compile\b/.test(file)) return 'teaching/compile';
	return /^src\/([^/]+)\//.exec(file)?.[1] ?? '';
}

/** The project's file an import names, from the project's folder; undefined for a package. */
function targetOf(file: string, specifier: string): string | undefined {
	const path = specifier.replace(/\?.*$/, '');
	if (path.startsWith('#')) return `src/${path.slice(1)}`;
	if (path.startsWith('/')) return path.slice(1);
	if (path === './$types' || path.startsWith('./$types.')) return file;
	return path.startsWith('.') ? posix.join(posix.dirname(file), path) : undefined;
}

function matches(pattern: string, specifier: string): boolean {
	if (pattern.endsWith('*')) return specifier.startsWith(pattern.slice(0, -1));
	return pattern.endsWith(':') ? specifier.startsWith(pattern) : specifier === pattern;
}

function list(names: readonly string[]): string {
	return names.length === 0 ? 'none' : `only ${names.join(', ')}`;
}

function name(room: string): string {
	return room === '' ? 'src itself' : room;
}
