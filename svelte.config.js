import { readFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-static';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));

/** @type {import('@sveltejs/kit').Config} */
export default {
	kit: {
		adapter: adapter({ strict: true, fallback: '404.html' }),
		// A style sheet that is small is a part of the page: to fetch each would take a phone longer than to read it twice.
		inlineStyleThreshold: 6000,
		// The default is the build's time, which would make every build differ.
		version: { name: version }
	}
};
