import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { provideBalancer } from '../../src/setup/balancers.js';

let folder = '';

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'golangia-balancers-'));
	vi.stubEnv('PATH', folder);
});

afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true });
});

/** A program that only says its version. */
function put(name: string, says: string): string {
	const file = join(folder, name);
	writeFileSync(file, `#!/bin/sh\necho "${says}" >&2\n`);
	chmodSync(file, 0o755);
	return file;
}

test.skipIf(process.platform === 'win32')(
	'A balancer of the right version is told by file and version',
	() => {
		const haproxy = put('haproxy', 'HAProxy version 2.6.12-1+deb12u1 2023/12/16 - https://haproxy.org/');
		expect(provideBalancer('haproxy')).toEqual({ file: haproxy, source: 'HAProxy 2.6.12' });
		const nginx = put('nginx', 'nginx version: nginx/1.22.1');
		expect(provideBalancer('nginx')).toEqual({ file: nginx, source: 'nginx 1.22.1' });
	}
);

test.skipIf(process.platform === 'win32')(
	'Another version is not compared with, and the sentence says so',
	() => {
		const haproxy = put('haproxy', 'HAProxy version 3.2.4 2025/08/13 - https://haproxy.org/');
		expect(provideBalancer('haproxy')).toEqual({
			why: `${haproxy} is HAProxy 3.2.4, and the picks to compare are those of 2.6.`
		});
		const nginx = put('nginx', 'what?');
		expect(provideBalancer('nginx')).toEqual({
			why: `${nginx} is nginx of an unknown version, and the picks to compare are those of 1.22.`
		});
	}
);
