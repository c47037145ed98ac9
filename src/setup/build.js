// npm run build: everything that is shipped, whether stale or not.
import { bundle } from './bundle.js';
import { buildSite } from './site.js';

try {
	await buildSite({ always: true });
	await bundle('src/cli/main.ts', 'dist/golangia.js', { always: true });
	console.log('Built the site into build/ and the golangia command into dist/.');
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
