import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstFile, mended, withCastles } from './castles.ts';
import { ask } from './picks.ts';
import { goEnv, goPath, said } from './programs.ts';

/** What the Go program that many begin with does wrong, one thing after the other, and what the linter's fixes change. */
export async function goFailures(program: string, folder: string): Promise<readonly string[]> {
	const first = firstFile('go');
	const compiling = mended('go', first, ({ id }) => id.startsWith('unused'));
	const fixed = mended('go', compiling, ({ id }) => id === 'rotated-slice');
	const races = await racing(compiling, program, folder);
	const none = await racing(fixed, program, folder);
	const dead = await withOneDead(fixed, program, folder);
	const lines = compiling.split('\n');
	const lineWith = (what: string): number => lines.findIndex((line) => line.includes(what)) + 1;
	const where = [lineWith('castles[0]'), lineWith('append(castles')];
	const mendedAll = mended('go', first);
	const alive = await withOneDead(mendedAll, program, folder);
	const wrong = [
		...compileErrors(first, program, folder),
		...(races.reports > 0 ? [] : ['the race detector saw nothing in the first gate']),
		...where
			.filter((line) => !races.text.includes(`main.go:${String(line)}`))
			.map((line) => `no race was reported in line ${String(line)} of the first gate`),
		...(none.reports === 0 ? [] : [`with the fix there are still ${String(none.reports)} races`]),
		...(none.shares.join() === '480,480' ? [] : [`with the fix the turns are ${none.shares.join('/')}`]),
		...(dead.every((status, index) => status === (index % 2 === dead.indexOf(502) % 2 ? 502 : 200))
			? []
			: [`with one castle dead the answers are ${dead.join(' ')}, and not 200 and 502 in turns`]),
		...(alive.every((status) => status === 200)
			? []
			: [`with every fix made the answers are ${alive.join(' ')}`])
	];
	console.log(
		`  the first gate in Go: does not compile; ${String(races.reports)} races, ${String(none.reports)} with the fix; ${String(dead.filter((status) => status === 502).length)} of ${String(dead.length)} requests fail while a castle is dead, ${String(alive.filter((status) => status !== 200).length)} with every fix`
	);
	return wrong.map((what) => `the first gate in Go: ${what}`);
}

/** The unused import, which need not be on this machine: an empty package stands in. */
function compileErrors(text: string, program: string, folder: string): readonly string[] {
	const own = join(folder, 'unused');
	const cookies = join(own, 'src/github.com/gorilla/securecookie');
	mkdirSync(cookies, { recursive: true });
	writeFileSync(join(cookies, 'securecookie.go'), 'package securecookie\n');
	writeFileSync(join(own, 'main.go'), text);
	const env = { ...goEnv(), GOPATH: `${goPath}:${own}` };
	const built = said(program, ['build', '.'], own, env);
	const expected = 'imported and not used: "github.com/gorilla/securecookie"';
	const wrong =
		!built.well && built.text.includes(expected)
			? []
			: [`the compiler does not say ${expected}: ${built.text}`];
	writeFileSync(
		join(own, 'main.go'),
		mended('go', text, ({ id }) => id.startsWith('unused'))
	);
	const vetted = said(program, ['vet', '.'], own, env);
	// That is why it takes a race detector.
	return vetted.well ? wrong : [...wrong, `go vet finds ${vetted.text}`];
}

interface Races {
	readonly reports: number;
	readonly text: string;
	/** How often each castle was asked. */
	readonly shares: readonly number[];
}

/** 960 requests, 16 at a time, with the race detector looking on. */
function racing(text: string, program: string, folder: string): Promise<Races> {
	return withCastles('go', text, program, folder, async ({ port, all }) => {
		const shares = new Map<string, number>();
		const visitor = async (): Promise<void> => {
			for (let i = 0; i < 60; i++) {
				const { server } = await ask(port, '127.0.0.1');
				shares.set(server, (shares.get(server) ?? 0) + 1);
			}
		};
		await Promise.all(Array.from({ length: 16 }, visitor));
		const heard = all();
		return {
			reports: heard.split('WARNING: DATA RACE').length - 1,
			text: heard,
			shares: [...shares.values()]
		};
	});
}

/** What twenty requests get, one after the other, while the second castle is dead. */
function withOneDead(text: string, program: string, folder: string): Promise<readonly number[]> {
	return withCastles('go', text, program, folder, async ({ farm, port }) => {
		farm.refuse('castle2');
		const statuses: number[] = [];
		for (let i = 0; i < 20; i++) statuses.push((await ask(port, '127.0.0.1')).status);
		return statuses;
	});
}
