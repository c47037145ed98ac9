import { benchEngine } from './engine.ts';
import { benchPicks } from './picks.ts';
import { benchProxy } from './proxy.ts';

/** `npm run bench`, or one of them: `npm run bench -- engine`. */
const benches = { engine: benchEngine, picks: benchPicks, proxy: benchProxy };

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(benches)) {
	if (wanted.length > 0 && !wanted.includes(name)) continue;
	console.log(`\n${name}`);
	for (const line of await bench()) console.log(`  ${line}`);
}
const unknown = wanted.find((name) => !(name in benches));
if (unknown !== undefined) {
	console.error(`There is no bench "${unknown}": use one of ${Object.keys(benches).join(', ')}.`);
	process.exitCode = 2;
}
