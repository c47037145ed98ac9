// npm runs this after an install: SvelteKit's generated types, and MSW's service worker beside the static files.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, runPackage } from './program.js';

const worker = join(root, 'node_modules/msw/lib/mockServiceWorker.js');
// An install without the development packages has nothing to prepare.
if (existsSync(worker)) {
	// What `msw init static --no-save` does, without its page of advice.
	mkdirSync(join(root, 'static'), { recursive: true });
	copyFileSync(worker, join(root, 'static/mockServiceWorker.js'));
	const { code, output } = await runPackage('@sveltejs/kit', ['sync'], { command: 'svelte-kit' });
	if (code !== 0) console.error(output);
	process.exitCode = code;
}
