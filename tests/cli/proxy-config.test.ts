import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { golangia, running } from './golangia.ts';

/** `golangia proxy` with a file, its signals, its logs; and what looks at it. */

async function folder(): Promise<string> {
	const made = await mkdtemp(join(tmpdir(), 'golangia-'));
	onTestFinished(() => rm(made, { recursive: true }));
	return made;
}

async function fileOf(text: string, name = 'cluster.yaml'): Promise<string> {
	const file = join(await folder(), name);
	await writeFile(file, text);
	return file;
}

async function named(name: string, ms = 0): Promise<string> {
	const server = createServer((_, res) => setTimeout(() => res.end(name), ms));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function textAt(url: string): Promise<string> {
	return (await fetch(url)).text();
}

const servers = 'servers:\n  - { id: A, url: http://localhost:1 }\n';

test.each([
	['strategy: { name: chaos }\n', /:1: strategy\.name is "chaos": use one of /],
	[`${servers}balancer:\n  retries: many\n`, /:4: balancer\.retries is "many": use a number\./],
	[`${servers}proxy: { prot: 80 }\n`, /:3: proxy has the unknown field "prot"/],
	[
		`${servers}  - { id: A, url: http://localhost:2 }\n`,
		/:3: servers\[1\]\.id is "A": is taken by one before/
	],
	['servers: []\n', /:1: servers is \[\]: needs at least one server\./],
	['servers: [\n', /:\d: is not YAML/],
	['just words\n', /:1: .*"just words"/],
	['servers: &all [*all]\n', /: has aliases \(\*name\) that repeat without end: write out/],
	[
		`a: &a [x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`,
		/: has aliases/
	],
	[`${servers}proxy: { tls: { cert: /no/cert, key: /no/key } }\n`, /^\/no\/cert: cannot be read \(ENOENT\)/],
	[`${servers}proxy: { trust: [somebody] }\n`, /^The trusted proxy "somebody" is no address or network/],
	['servers: [{ id: A, url: "localhost:1" }]\n', /^The backend "localhost:1" has the scheme "localhost"/]
])('a file with %j is refused with place and reason', async (text, sentence) => {
	const file = await fileOf(text);
	const { code, stdout, stderr } = await golangia('proxy', '--config', file, '--port', '0', '--admin', 'off');
	expect(stderr.replaceAll(file, '')).toMatch(sentence);
	expect([code, stdout]).toEqual([2, '']);
});

test.each([
	[['--check-every', '2s'], /^There is nothing to check/],
	[['--trust-proxy', '10.0.0.0/40'], /^The trusted proxy "10\.0\.0\.0\/40"/],
	[['--admin', 'no'], /^--admin is "no"/],
	[['--otlp', 'collector:4318'], /^--otlp is "collector:4318": write a collector's address/],
	[['--otlp-share', '0.1'], /^--otlp-share says how many traces/],
	[['--config', '/no/such/file'], /^\/no\/such\/file: cannot be read \(ENOENT\)/]
])('the flags %j are refused', async (flags, sentence) => {
	const { code, stderr } = await golangia('proxy', '--backend', 'http://localhost:1', ...flags);
	expect(stderr).toMatch(sentence);
	expect(code).toBe(2);
});

test('of a file no more is read than a configuration or a certificate ever has', async () => {
	const endless = await golangia('proxy', '--config', '/dev/zero', '--check');
	expect(endless.stderr).toMatch(/^\/dev\/zero: has more, and at most 2 MB are read: /);
	const huge = await fileOf('#'.repeat(3_000_000), 'huge.pem');
	const tls = ['--tls-cert', huge, '--tls-key', huge];
	for (const flags of [tls, ['--backend-ca', huge]]) {
		const { code, stdout, stderr } = await golangia('proxy', '--backend', 'http://localhost:1', ...flags);
		expect(stderr.replaceAll(huge, '')).toMatch(/^: has 3 MB, and at most 2 MB are read: [^\n]+\n$/);
		expect([code, stdout]).toEqual([2, '']);
	}
	expect((await golangia('proxy', '--config', tmpdir(), '--check')).stderr).toMatch(
		/^\S+: cannot be read \(EISDIR\): check the name\.\n$/
	);
});

test('certificates and keys that are none, or do not belong together, are refused before anything starts', async () => {
	const made = await folder();
	const pair = (name: string, kind: readonly string[]): readonly [cert: string, key: string] => {
		const [cert, key] = [join(made, `${name}.crt`), join(made, `${name}.key`)];
		const request = ['req', '-x509', ...kind, '-nodes', '-days', '2', '-subj', '/CN=localhost'];
		execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' });
		return [cert, key];
	};
	const [cert, key] = pair('one', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
	const [, other] = pair('two', ['-newkey', 'ed25519']);
	const words = await fileOf('no certificate', 'words.pem');
	const wrong = [
		[['--tls-cert', words, '--tls-key', key], /words\.pem has no certificate \([^\n]+\): give a PEM file/],
		[['--tls-cert', cert, '--tls-key', words], /words\.pem has no private key \([^\n]+\): give a PEM file/],
		[['--tls-cert', cert, '--tls-key', other], /two\.key is not the key of the certificate in \S+one\.crt: /],
		[['--tls-cert', cert], /^--tls-cert and --tls-key go together: give both, a PEM file each\.\n$/],
		[['--backend-ca', words], /words\.pem has no certificate \([^\n]+\): give a PEM file/]
	] as const;
	for (const [flags, sentence] of wrong) {
		const { code, stdout, stderr } = await golangia('proxy', '--backend', 'http://localhost:1', ...flags);
		expect(stderr).toMatch(sentence);
		expect(stderr.trimEnd().split('\n')).toHaveLength(1);
		expect([code, stdout]).toEqual([2, '']);
	}
	const good = ['--tls-cert', cert, '--tls-key', key, '--backend-ca', cert, '--check'];
	expect((await golangia('proxy', '--backend', 'http://localhost:1', ...good)).code).toBe(0);
});

test('--check says that all is well and starts nothing; JSON is as good as YAML, and flags go before the file', async () => {
	const yaml = await fileOf(`${servers}strategy: { name: two-choices, knobs: { choices: 3 } }\n`);
	expect(await golangia('proxy', '--config', yaml, '--check')).toMatchObject({
		code: 0,
		stdout: 'All is well: two-choices over 1 servers.\n'
	});
	const json = await fileOf('{"servers":[{"id":"A","url":"http://localhost:1"}]}', 'cluster.json');
	const flags = ['--strategy', 'random', '--backend', 'http://a:1', '--backend', 'http://b:1'];
	expect((await golangia('proxy', '--config', json, '--check', ...flags)).stdout).toBe(
		'All is well: random over 2 servers.\n'
	);
});

test('--schema prints a JSON Schema with every field of the file', async () => {
	const { stdout } = await golangia('proxy', '--schema');
	const schema = JSON.parse(stdout) as { properties: Record<string, { properties?: object }> };
	expect(Object.keys(schema.properties)).toEqual(
		expect.arrayContaining(['servers', 'strategy', 'balancer', 'key', 'proxy'])
	);
	expect(Object.keys(schema.properties.proxy?.properties ?? {})).toContain('drainTimeoutMs');
});

test('SIGHUP reads the file again: a good one is gone by, a bad one changes nothing', async () => {
	const a = await named('a');
	const b = await named('b');
	const file = await fileOf(`servers: [{ id: A, url: "${a}" }]\n`);
	const proxy = await running(['proxy', '--config', file, '--port', '0', '--admin', 'off']);
	const [, url = ''] = await proxy.says(/^(http:\S+) balances over A by round-robin/m);
	expect(await textAt(url)).toBe('a');
	await writeFile(file, `servers: [{ id: B, url: "${b}" }]\nstrategy: { name: random }\n`);
	proxy.stop('SIGHUP');
	await proxy.says(/Read .* again: random over B\./);
	expect(await textAt(url)).toBe('b');
	await writeFile(file, 'servers: []\n');
	proxy.stop('SIGHUP');
	for (let i = 0; i < 100 && !proxy.stderr().includes('Nothing has changed'); i++) await sleep(20);
	expect(proxy.stderr()).toMatch(/servers is \[\]: needs at least one server\.\nNothing has changed\./);
	expect(await textAt(url)).toBe('b');
	await writeFile(file, `servers: [{ id: B, url: "${b}" }]\nproxy: { headerTimeoutMs: 99 }\n`);
	proxy.stop('SIGHUP');
	for (let i = 0; i < 100 && !proxy.stderr().includes('headerTimeoutMs'); i++) await sleep(20);
	expect(proxy.stderr()).toContain('proxy.headerTimeoutMs is settled when a proxy starts');
});

test('whoever opens a proxy to other machines is warned, and its admin page stays at home', async () => {
	const flags = ['--backend', 'http://localhost:1', '--host', '0.0.0.0', '--port', '0', '--admin', '0'];
	const proxy = await running(['proxy', ...flags]);
	await proxy.says(/^http:\/\/0\.0\.0\.0:\d+ balances/m);
	expect(proxy.stderr()).toBe('Careful: on 0.0.0.0 other machines can reach this proxy and its backends.\n');
	const [, admin = ''] = await proxy.says(/^Watch and steer it: http:\/\/localhost:(\d+)\/live/m);
	const outside = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
	const other =
		outside.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.2';
	await expect(textAt(`http://${other}:${admin}/api/v1/state`)).rejects.toThrow('fetch failed');
});

test('SIGTERM lets what is in flight end, for as long as --drain-timeout says', async () => {
	const patient = await running([
		'proxy',
		'--backend',
		await named('done', 400),
		'--port',
		'0',
		'--admin',
		'off'
	]);
	const [, url = ''] = await patient.says(/^(http:\S+) balances/m);
	const answer = textAt(url);
	await sleep(150);
	patient.stop('SIGTERM');
	expect(await answer).toBe('done');
	expect((await patient.ended).code).toBe(0);

	const slow = ['--backend', await named('never', 60_000), '--drain-timeout', '200ms'];
	const hasty = await running(['proxy', ...slow, '--port', '0', '--admin', 'off']);
	const [, other = ''] = await hasty.says(/^(http:\S+) balances/m);
	const cut = textAt(other).catch(() => 'cut');
	await sleep(150);
	hasty.stop('SIGTERM');
	expect(await cut).toBe('cut');
	expect((await hasty.ended).code).toBe(0);
});

test.each(['json', 'common'])('--access-log writes a line for each request: %s', async (form) => {
	const log = join(await folder(), 'access.log');
	const flags = ['--access-log', log, '--access-log-form', form, '--port', '0', '--admin', 'off'];
	const proxy = await running(['proxy', '--backend', `${await named('hello')},id=A`, ...flags]);
	const [, url = ''] = await proxy.says(/^(http:\S+) balances/m);
	await textAt(`${url}/path?secret=1&q`);
	proxy.stop('SIGTERM');
	await proxy.ended;
	const text = await readFile(log, 'utf8');
	expect(text).not.toContain('secret=1');
	if (form === 'json')
		expect(JSON.parse(text)).toMatchObject({
			method: 'GET',
			target: '/path?secret=…&q',
			status: 200,
			bytes: 5,
			backend: 'A',
			attempts: 1
		});
	else
		expect(text).toMatch(
			/^(127\.0\.0\.1|::1) - - \[\d{2}\/\w{3}\/\d{4}:[\d:]{8} \+0000\] "GET \/path\?secret=…&q HTTP\/1\.1" 200 5\n$/
		);
});

test.each(['flag', 'environment'])('spans go to a collector that is named by %s', async (by) => {
	const paths: string[] = [];
	const collector = createServer((req, res) => {
		paths.push(req.url ?? '');
		req.resume();
		res.end('{}');
	});
	await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		collector.close();
		collector.closeAllConnections();
	});
	const endpoint = `http://127.0.0.1:${String((collector.address() as AddressInfo).port)}/otel`;
	const flags = ['--backend', await named('a'), '--port', '0', '--admin', 'off'];
	if (by === 'environment') {
		process.env.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
		onTestFinished(() => {
			delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
		});
	} else flags.push('--otlp', endpoint, '--otlp-share', '1');
	const proxy = await running(['proxy', ...flags]);
	const [, url = ''] = await proxy.says(/^(http:\S+) balances/m);
	await textAt(url);
	proxy.stop('SIGTERM');
	expect(await proxy.ended).toMatchObject({ code: 0, stderr: '' });
	expect(paths).toEqual(['/otel/v1/traces']);
});

test('top shows what a proxy does, and load what its answers took', async () => {
	const backends = [`${await named('a', 5)},id=A`, `${await named('b', 5)},id=B`, 'http://h:1,backup,id=C'];
	const proxy = await running([
		'proxy',
		...backends.flatMap((url) => ['--backend', url]),
		...['--port', '0', '--admin', '0']
	]);
	const [, url = ''] = await proxy.says(/^(http:\S+) balances/m);
	const [, admin = ''] = await proxy.says(/localhost:(\d+)\/live\/#token=/);
	const open = await golangia('load', url, '--rate', '200', '--requests', '100', '--json');
	const report = JSON.parse(open.stdout) as Record<string, unknown>;
	expect(report).toMatchObject({
		sent: 100,
		answered: 100,
		failed: 0,
		statuses: { 200: 100 },
		servedBy: { A: 50, B: 50 }
	});
	const closed = await golangia('load', url, '--users', '4', '--requests', '40', '--clients', '4');
	expect(closed.stdout).toMatch(
		/40 requests in .*\n {2}answered {2}40, .*\n {2}latency .* p99 .*\n {2}statuses {2}200 40\n {2}served by A 20, B 20/
	);
	const top = await golangia('top', '--admin', admin, '--once');
	expect(top.stdout).toMatch(
		/^round-robin on port \d+: – answers a second, 0 waiting, 140 in all, 0 failed\n/
	);
	expect(top.stdout).toMatch(/^A +ready +1 +0 +– +– +70 +0 +[\d.]+ ms$/m);
	expect(top.stdout).toMatch(/^C +ready, backup +1 +0 /m);
	const metrics = await textAt(`http://localhost:${admin}/metrics`);
	expect(metrics).toContain('golangia_requests_total{backend="A",method="GET",code="200"} 70\n');
});

test('load counts from when a request was due, so a server that stalls cannot hide what it cost', async () => {
	let stalled = false;
	const server = createServer((_, res) => {
		if (stalled) setTimeout(() => res.end(), 10);
		else {
			stalled = true;
			// Everybody waits for the first one, as in a pause of the whole process.
			const end = Date.now() + 500;
			while (Date.now() < end);
			res.end();
		}
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
	const { stdout } = await golangia(
		'load',
		url,
		'--rate',
		'100',
		'--arrivals',
		'steady',
		'--duration',
		'1s',
		'--json'
	);
	const { latency, sent } = JSON.parse(stdout) as { sent: number; latency: { p50: number; p90: number } };
	expect(sent).toBeGreaterThan(85);
	// Half of them came in the half second of the stall: their waits are spread over it.
	expect(latency.p90).toBeGreaterThan(250);
});

test.each([
	[['load', 'localhost'], /^The address is "localhost": write it like http:/],
	[
		['load', 'http://h/', '--rate', '5', '--users', '2'],
		/^--rate and --users are two ways to send: choose one\./
	],
	[['top', '--admin', '1'], /^No proxy answers on admin port 1:/]
])('golangia %j is refused', async (args, sentence) => {
	const { code, stderr } = await golangia(...args);
	expect(stderr).toMatch(sentence);
	expect(code).toBe(2);
});

test('backends die and come back by a call, and have workers, queues and faults', async () => {
	const backends = await running([
		'backends',
		...[
			'--port',
			'0',
			'--count',
			'2',
			'--latency',
			'100ms',
			'--workers',
			'1',
			'--queue',
			'1',
			'--errors',
			'0,1'
		],
		...['--control', '0']
	]);
	const [, control = ''] = await backends.says(/localhost:(\d+)\/A\/kill/);
	const [a = '', b = ''] = [...backends.stdout().matchAll(/http:\/\/\S+/g)].map(([url]) => url);
	const statuses = await Promise.all([1, 2, 3].map(async () => (await fetch(a)).status));
	expect(statuses.toSorted()).toEqual([200, 200, 503]);
	expect((await fetch(b)).status).toBe(500);
	const call = (path: string, headers = {}): Promise<Response> =>
		fetch(`http://localhost:${control}${path}`, { method: 'POST', headers });
	expect((await call('/A/kill', { origin: 'http://evil.example' })).status).toBe(403);
	expect(await (await call('/A/kill')).text()).toBe('A is dead.\n');
	await expect(fetch(a)).rejects.toThrow();
	expect(await (await call('/A/revive')).text()).toBe('A runs again.\n');
	expect(await textAt(a)).toMatch(/^Hello from A/);
	const [, cookie = ''] =
		/^([^;]+)/.exec((await fetch(`${a}/session`)).headers.get('set-cookie') ?? '') ?? [];
	expect(await (await fetch(`${a}/session`, { headers: { cookie } })).text()).toBe(
		'A has seen you 2 times.\n'
	);
});
