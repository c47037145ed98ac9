import type { Command } from 'commander';
import { startProxy } from '#proxy/server.ts';
import { InputError } from '#record/input.ts';
import { demoBackend } from './demo-backend.ts';
import { portOf } from './flags.ts';
import { onFreePort, untilInterrupted } from './run.ts';
import { serveSite, siteFolder } from './site.ts';

interface Options {
	readonly sitePort: number;
	readonly proxyPort: number;
	readonly backendPort: number;
}

/** `golangia start`: the site, two backends and the proxy before them, in one process. */
export function registerStart(program: Command): void {
	program
		.command('start')
		.description('serve the site, with two demo backends and the proxy before them')
		.option('--site-port <port>', 'port of the site', portOf('--site-port'), 4173)
		.option('--proxy-port <port>', 'port of the proxy', portOf('--proxy-port'), 8080)
		.option(
			'--backend-port <port>',
			'port of the first backend; the second follows',
			portOf('--backend-port'),
			8000
		)
		.addHelpText(
			'after',
			'\nA port that is taken is left alone, and the next free one is used.\n\nExamples:\n  golangia start\n  golangia start --site-port 5000\n'
		)
		.action(run);
}

async function run({ sitePort, proxyPort, backendPort }: Options): Promise<void> {
	const closers: (() => Promise<void>)[] = [];
	const closeAll = async (): Promise<void> => {
		await Promise.all(closers.map((close) => close()));
	};
	try {
		const folder = siteFolder();
		const site = await onFreePort('site', sitePort, (port) => serveSite(folder, port));
		closers.push(site.close);
		const a = await onFreePort('backend A', backendPort, (port) => demoBackend('A', port, 0));
		closers.push(a.close);
		const b = await onFreePort('backend B', backendPort === 0 ? 0 : a.port + 1, (port) =>
			demoBackend('B', port, 0)
		);
		closers.push(b.close);
		const backends = [a, b].map(({ name, port }) => ({ id: name, url: addressOf(port) }));
		const proxy = await onFreePort('proxy', proxyPort, (port) =>
			startProxy({ backends, port, host: 'localhost', strategy: { name: 'round-robin', knobs: {} } })
		);
		closers.push(() => proxy.close(2000));
		await answers(addressOf(site.port));
		// The proxy twice, so that a learner's first request meets A again; health checks leave the demo's counts alone.
		for (const { port } of [a, b, proxy, proxy]) await answers(`${addressOf(port)}/healthz`);
		console.log(welcome(site.port, proxy.port, a.port, b.port));
	} catch (error) {
		await closeAll();
		throw error;
	}
	await untilInterrupted(closeAll);
}

function welcome(site: number, proxy: number, a: number, b: number): string {
	return `
Golangia is running. Open ${addressOf(site)} in a browser.

  site      ${addressOf(site)}   lessons and playground
  proxy     ${addressOf(proxy)}   takes turns between A and B
  backend A ${addressOf(a)}
  backend B ${addressOf(b)}

Try this twice; A answers, then B:

  curl localhost:${String(proxy)}

Ctrl-C ends it all.`;
}

function addressOf(port: number): string {
	return `http://localhost:${String(port)}`;
}

/** Nothing is promised that was not asked. @throws Error when it does not answer well within 5 s. */
async function answers(url: string): Promise<void> {
	const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch((error: unknown) => {
		// What fetch refuses, a browser does too (fetch standard, "bad port").
		const { cause } = error as { cause?: { message?: string } };
		if (cause?.message === 'bad port')
			throw new InputError(`Browsers refuse to open ${url}: choose another port.`);
		throw error;
	});
	await response.arrayBuffer();
	if (!response.ok) throw new Error(`${url} answers ${String(response.status)} instead of 200.`);
}
