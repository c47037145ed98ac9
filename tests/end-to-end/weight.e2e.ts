import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

/** Bytes of compressed script; the heads of the answers add some 200 to each file. */
const limit = 200_000;

test('the playground answers after less than 200 kB of script', () => {
	const page = join('build', 'play', 'index.html');
	// Whatever it needs to answer stands in its head, so that it is fetched at once.
	const asked = readFileSync(page, 'utf8').matchAll(/href="([^"]+\.js)" rel="modulepreload"/g);
	const scripts = Array.from(asked, ([, href = '']) => join('build', 'play', href));
	const bytes = scripts.map((script) => gzipSync(readFileSync(script)).length);
	expect(scripts.length).toBeGreaterThan(5);
	expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(limit);
});
