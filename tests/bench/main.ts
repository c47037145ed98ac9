import { benchEngine, engineWords } from './engine.ts';
import { engineRun, engineRunWord } from './engine-run.ts';
import { benchPage, pageWords } from './page.ts';
import { benchPicks, picksWords } from './picks.ts';
import { benchProxy, proxyWords } from './proxy.ts';
import { benchWaits } from './waits.ts';

/**
 * `npm run bench`, or one of them: `npm run bench -- engine`; of the picks also a part: `npm run bench -- picks maglev 10`;
 * of the engine more: `npm run bench -- engine --long --simjs`; of the page too: `npm run bench -- page --long`; of the proxy its memory: `npm run bench -- proxy --memory`.
 */
const benches = {
	engine: benchEngine,
	page: benchPage,
	picks: benchPicks,
	proxy: benchProxy,
	waits: benchWaits
};

const words = process.argv.slice(2);
const known = [...Object.keys(benches), ...picksWords, ...engineWords, ...pageWords, ...proxyWords];
const unknown = words.find((word) => !known.includes(word));
if (words[0] === engineRunWord) {
	await engineRun(words.slice(1));
} else if (unknown === undefined) {
	const named = Object.keys(benches).some((name) => words.includes(name));
	for (const [name, bench] of Object.entries(benches)) {
		if (named && !words.includes(name)) continue;
		// Tables as they stand in the README.
		console.log(`\n${name}\n`);
		for (const line of await bench(words)) console.log(line);
	}
} else {
	console.error(
		`There is no bench "${unknown}": use one of ${Object.keys(benches).join(', ')}, after picks the name of a strategy or a number of backends from its table, after engine ${engineWords.join(' or ')}, after page ${pageWords.join(' or ')}, and after proxy ${proxyWords.join(' or ')}.`
	);
	process.exitCode = 2;
}
