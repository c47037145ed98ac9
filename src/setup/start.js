// npm start: the site, the companion proxy and its demo backends, all in this process.
import { golangia } from './command.js';
import { buildSite } from './site.js';

const start = performance.now();
try {
	if (await buildSite()) {
		console.log(`Built the site in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
	}
	await golangia(['start', ...process.argv.slice(2)]);
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
