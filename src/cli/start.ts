import type { Command } from 'commander';
import type { MachineRoom } from '#proxy/admin.ts';
import { startProxy, type Proxy } from '#proxy/server.ts';
import { InputError } from '#record/input.ts';
import { lawOf } from '#simulator/law.ts';
import { demoBackend, plainMachine, type DemoBackend, type Machine } from './demo-backend.ts';
import { portOf } from './flags.ts';
import { onFreePort, untilInterrupted } from './run.ts';
import { siteFolder } from './site.ts';
import { watch, type Watch } from './watch.ts';

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
		const a = await onFreePort('backend A', backendPort, (port) => demoBackend('A', port, machine));
		closers.push(a.close);
		const b = await onFreePort('backend B', backendPort === 0 ? 0 : a.port + 1, (port) =>
			demoBackend('B', port, machine)
		);
		closers.push(b.close);
		const demos = [a, b];
		const backends = demos.map(({ name, port }) => ({ id: name, url: addressOf(port) }));
		const proxy = await onFreePort('proxy', proxyPort, (port) =>
			startProxy({
				backends,
				port,
				host: 'localhost',
				strategy: { name: 'round-robin', knobs: {} },
				// All run in one process, so a slow answer is no sign of a server that is out; a dead one refuses at once.
				checks: { everyMs: 1000, timeoutMs: 5000, fall: 2, rise: 1, path: '/healthz' }
			})
		);
		closers.push(() => proxy.close(2000));
		const site = await onFreePort('site', sitePort, (port) =>
			watch(proxy, { port, folder, machines: machineRoom(demos) })
		);
		closers.unshift(site.close);
		await answers(addressOf(site.port));
		// The proxy twice, so that a learner's first request meets A again; health checks leave the demo's counts alone.
		for (const { port } of [a, b, proxy, proxy]) await answers(`${addressOf(port)}/healthz`);
		console.log(welcome(site, proxy, demos));
	} catch (error) {
		await closeAll();
		throw error;
	}
	await untilInterrupted(closeAll);
}

const machine: Machine = { ...plainMachine, law: lawOf({ law: 'fixed' }) };

/** The demo servers, for the live page to kill and revive. */
function machineRoom(demos: readonly DemoBackend[]): MachineRoom {
	return {
		running: (id) => demos.find(({ name }) => name === id)?.running ?? null,
		async run(id, running) {
			const demo = demos.find(({ name }) => name === id);
			if (demo === undefined)
				throw new InputError(`"${id}" is no demo server: only its own machine can end it.`);
			await (running ? demo.revive() : demo.kill());
		}
	};
}

function welcome(site: Watch, proxy: Proxy, demos: readonly DemoBackend[]): string {
	return `
Golangia is running. Open ${addressOf(site.port)} in a browser.

  site      ${addressOf(site.port)}   lessons and playground
  live      ${site.link}
            the proxy as it works, to watch and to steer
  proxy     ${addressOf(proxy.port)}   takes turns between A and B
${demos.map(({ name, port }) => `  backend ${name} ${addressOf(port)}`).join('\n')}

Try this twice; A answers, then B:

  curl localhost:${String(proxy.port)}

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
