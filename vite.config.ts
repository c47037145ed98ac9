import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { pages } from './src/setup/pages.js';
import { words } from './src/setup/words.js';
import { lessons } from './src/teaching/compile/plugin.ts';
import { strategySources } from './src/teaching/compile/sources.ts';

export default defineConfig({
	plugins: [words(), pages(), lessons(), strategySources(), sveltekit()],
	worker: { format: 'es' },
	resolve: { alias: { tldts: fileURLToPath(new URL('./src/bridge/domain.ts', import.meta.url)) } },
	test: {
		include: ['tests/**/*.test.ts'],
		environment: 'node',
		setupFiles: ['tests/set-up.ts'],
		allowOnly: false,
		// One less than there are processors, unless told; with two that leaves one idle.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		testTimeout: 60_000,
		hookTimeout: 60_000
	}
});
