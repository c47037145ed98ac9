import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importsOf } from './boundaries/imports.ts';
import {
	circle,
	fileEdges,
	reachable,
	roomEdges,
	roomOf,
	violations,
	type Sources
} from './boundaries/rules.ts';

const root = new URL('../', import.meta.url);
const house: Sources = new Map(
	readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
		.map((path) => `src/${path.replaceAll('\\', '/')}`)
		.filter((path) => /\.(ts|js|svelte)$/.test(path))
		.sort()
		.map((path) => [path, readFileSync(new URL(path, root), 'utf8')])
);
const inRoom = (room: string) => [...house.keys()].filter((file) => roomOf(file) === room);

test('every import of src keeps to the table of who may import whom', () => {
	expect(house.size).toBeGreaterThan(10);
	expect(violations(house)).toEqual([]);
});

test('no rooms import one another in a circle', () => {
	expect(circle(roomEdges(house))).toBeUndefined();
});

test('no files import one another in a circle when they run', () => {
	expect(circle(fileEdges(house))).toBeUndefined();
});

test('the two worlds never meet: neither brings a file of the other along', () => {
	const worlds = ['proxy', 'simulator'] as const;
	for (const world of worlds) expect(inRoom(world).length, world).toBeGreaterThan(0);
	for (const [index, world] of worlds.entries()) {
		const other = worlds[1 - index];
		const brought = [...reachable(house, inRoom(world))];
		expect(brought.filter((file) => roomOf(file) === other)).toEqual([]);
	}
});

test('the pages bring nothing along that only Node has', () => {
	const node = [...reachable(house, inRoom('routes'))].filter((file) =>
		importsOf(file, house.get(file) ?? '').some(({ specifier }) => specifier.startsWith('node:'))
	);
	expect(node).toEqual([]);
});

const broken: [what: string, file: string, source: string, says: string][] = [
	[
		'a balancer that looks at the record',
		'src/balancer/spy.ts',
		`import type { TraceEvent } from '#record/event.ts';`,
		'src/balancer/spy.ts imports "#record/event.ts": of rooms, balancer may import none.'
	],
	[
		'a strategy that climbs out of its folder',
		'src/balancer/strategies/spy.ts',
		`export { simulate } from '../../simulator/simulate.ts';`,
		'src/balancer/strategies/spy.ts imports "../../simulator/simulate.ts": of rooms, balancer may import none.'
	],
	[
		'a proxy that loads the simulator only when it runs',
		'src/proxy/spy.ts',
		`const engine = await import('#simulator/engine.ts');`,
		'src/proxy/spy.ts imports "#simulator/engine.ts": of rooms, proxy may import only balancer, record.'
	],
	[
		'a simulator that names a type of the proxy inside a type',
		'src/simulator/spy.ts',
		`export type Spy = import('#proxy/proxy.ts').Proxy;`,
		'src/simulator/spy.ts imports "#proxy/proxy.ts": of rooms, simulator may import only balancer, record.'
	],
	[
		'a worker of another room',
		'src/record/spy.ts',
		`new Worker(new URL('../simulator/sweep.worker.ts', import.meta.url));`,
		'src/record/spy.ts imports "../simulator/sweep.worker.ts": of rooms, record may import only balancer.'
	],
	[
		'a component that runs the simulator',
		'src/view/Spy.svelte',
		`<script lang="ts">\n\timport { simulate, type Run } from '#simulator/simulate.ts';\n</script>\n<p>hello</p>`,
		'src/view/Spy.svelte imports "#simulator/simulate.ts": view may import only types from simulator (import type).'
	],
	[
		'a component whose markup loads a page',
		'src/view/Spy.svelte',
		`{#await import('../routes/+page.svelte') then page}<page.default />{/await}`,
		'src/view/Spy.svelte imports "../routes/+page.svelte": of rooms, view may import only record, words.'
	],
	[
		'a teacher that reads files',
		'src/teaching/spy.ts',
		`import { readFileSync } from 'node:fs';`,
		'src/teaching/spy.ts imports "node:fs": of packages, teaching may import only zod, yaml.'
	],
	[
		'a bridge that knows the app',
		'src/bridge/spy.ts',
		`import { base } from '$app/paths';`,
		'src/bridge/spy.ts imports "$app/paths": of packages, bridge may import only msw, msw/browser.'
	],
	[
		'a view that reads lessons',
		'src/view/spy.ts',
		`const lessons = import.meta.glob(['/lessons/*/lesson.md']);`,
		'src/view/spy.ts imports "/lessons/*/lesson.md": view may import nothing outside src.'
	],
	[
		'an import that is only known when it runs',
		'src/cli/spy.ts',
		`await import(name);`,
		'src/cli/spy.ts imports "name": write the path out, so that it can be judged.'
	],
	[
		'a room nobody has thought about',
		'src/attic/spy.ts',
		`import './other.ts';`,
		'src/attic/spy.ts imports "./other.ts": no rule says what attic may import (tests/boundaries/rules.ts).'
	],
	[
		'a balancer with a clock',
		'src/balancer/spy.ts',
		`export const at = () => Date.now();`,
		'src/balancer/spy.ts uses Date: balancer is handed time, chance and everything else it needs.'
	],
	[
		'a simulator that throws its own dice',
		'src/simulator/spy.ts',
		`export const roll = Math.random;`,
		'src/simulator/spy.ts uses Math.random: simulator is handed time, chance and everything else it needs.'
	]
];

describe('the guard catches', () => {
	test.each(broken)('%s', (_what, file, source, says) => {
		expect(violations(new Map([[file, source]]))).toEqual([says]);
	});

	test('a circle of three files, and not the same circle in types', () => {
		const files = (word: string): Sources =>
			new Map([
				['src/record/a.ts', `import ${word} { b } from './b.ts';`],
				['src/record/b.ts', `import ${word} { c } from './c.ts';`],
				['src/record/c.ts', `import ${word} { a } from './a.ts';`]
			]);
		const round = ['src/record/a.ts', 'src/record/b.ts', 'src/record/c.ts', 'src/record/a.ts'];
		expect(circle(fileEdges(files('')))).toEqual(round);
		expect(circle(fileEdges(files('type')))).toBeUndefined();
	});

	test('a room that comes along through another', () => {
		const sources: Sources = new Map([
			['src/proxy/a.ts', `import '#record/b.ts';`],
			['src/record/b.ts', `import '#simulator/c.ts';`],
			['src/simulator/c.ts', '']
		]);
		expect(reachable(sources, ['src/proxy/a.ts'])).toContain('src/simulator/c.ts');
	});
});

test('the guard lets be what the table allows', () => {
	const sources: Sources = new Map([
		[
			'src/view/Stage.svelte',
			`<script lang="ts">import type { Call } from '#balancer/strategy.ts';</script>`
		],
		[
			'src/balancer/strategies/x.ts',
			`import type { Call } from '../strategy.ts'; export const x = { Date: 1 }.Date;`
		],
		[
			'src/routes/play/+page.ts',
			`import type { PageLoad } from './$types'; import '#balancer/cluster.ts?raw';`
		],
		[
			'src/cli/main.ts',
			`import { Command } from 'commander'; import '#proxy/x.ts'; import '#simulator/y.ts';`
		]
	]);
	expect(violations(sources)).toEqual([]);
});
