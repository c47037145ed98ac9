import type { Command } from 'commander';
import type { ClusterChange } from '#balancer/cluster.ts';
import { accessLog, type AccessLog } from '#proxy/access-log.ts';
import { recorder as recorderOf } from '#proxy/recorder.ts';
import { startProxy, type Proxy } from '#proxy/server.ts';
import type { Telemetry } from '#proxy/telemetry.ts';
import { InputError } from '#record/input.ts';
import { proxySettingsJsonSchema, type ListenSettings, type ProxySettings } from '#record/proxy-settings.ts';
import { hostRulesOf } from '#record/rules.ts';
import manifest from '../../package.json' with { type: 'json' };
import { addProxyFlags, optionsOf, settingsOf, type ProxyFlags } from './proxy-flags.ts';
import { onFreePort, onPort, untilInterrupted } from './run.ts';
import { builtSite } from './site.ts';
import { watch, type Watch } from './watch.ts';

const examples = `
A backend that fails 3 times in a row is left out for 5 seconds, unless told otherwise. Every answer names its backend in
X-Served-By. SIGHUP reads --config again without dropping a request; SIGTERM and Ctrl-C let requests in flight end, and a
second one ends at once.

Examples:
  golangia proxy --backend http://localhost:8000 --backend http://localhost:8001
  golangia proxy --backend http://localhost:8000,weight=3,id=big --backend http://localhost:8001,id=small \\
    --strategy smooth-weighted-round-robin --check-path /healthz
  golangia proxy --backend http://localhost:8000 --backend http://localhost:8001 --strategy two-choices --record session.jsonl
  golangia proxy --config cluster.yaml --check && golangia proxy --config cluster.yaml
`;

/** `golangia proxy`: balance real HTTP with a strategy of the shelf. */
export function registerProxy(program: Command): void {
	addProxyFlags(program.command('proxy').description('balance real HTTP requests over backends'))
		.addHelpText('after', examples)
		.action(run);
}

async function run(flags: ProxyFlags): Promise<void> {
	if (flags.schema === true) {
		console.log(JSON.stringify(proxySettingsJsonSchema(), null, 2));
		return;
	}
	const settings = await settingsOf(flags);
	const options = await optionsOf(settings);
	const { strategy, seed, balancer, proxy: listening } = settings;
	if (flags.check === true) {
		console.log(`All is well: ${strategy.name} over ${String(settings.servers.length)} servers.`);
		return;
	}
	const rules = hostRulesOf(balancer);
	const recorder =
		listening.record === null
			? undefined
			: recorderOf(listening.record, { strategy, seed, rules }, console.error);
	const telemetry = await telemetryOf(listening.otlp);
	const start = (port: number): Promise<Proxy> =>
		startProxy({
			...options,
			tracing: telemetry?.tracing,
			port,
			onChange: say,
			...(recorder === undefined ? {} : { ear: recorder.ear })
		});
	const proxy = await onPort(listening.port, start, '--port', listening.host);
	let reloaded: Promise<unknown> = Promise.resolve();
	// One after the other, or what was read first might be what is gone by in the end.
	const again = (): Promise<string> => {
		const next = reloaded.then(() => reload(proxy, flags, settings));
		reloaded = next.catch(() => undefined);
		return next;
	};
	let log: AccessLog | undefined;
	let page: Watch | undefined;
	try {
		await recorder?.open();
		if (listening.accessLog !== null) {
			log = await accessLog(listening.accessLog.file, listening.accessLog.form, console.error);
			proxy.count(log.count);
		}
		page = await openPage(proxy, flags, listening.admin, again);
	} catch (error) {
		await proxy.close();
		throw error;
	}
	welcome(settings, proxy.port, page);
	process.on('SIGHUP', () => {
		again().then(console.log, (error: unknown) => {
			console.error(`${(error as Error).message}\nNothing has changed.`);
		});
	});
	await untilInterrupted(async () => {
		await page?.close();
		await proxy.close(listening.drainTimeoutMs);
		await recorder?.close();
		await log?.close();
		await telemetry?.close();
		if (listening.record !== null)
			console.log(`Recorded in ${listening.record}; try: golangia replay ${listening.record}`);
	});
}

/** Loaded only where it is wanted: it takes longer than the proxy itself. */
async function telemetryOf(otlp: ListenSettings['otlp']): Promise<Telemetry | undefined> {
	if (otlp === null) return undefined;
	const { openTelemetry } = await import('#proxy/telemetry.ts');
	return openTelemetry({ ...otlp, version: manifest.version, failed: console.error });
}

/** On the port that was named, or on the usual one or the next that is free. */
async function openPage(
	proxy: Proxy,
	flags: ProxyFlags,
	port: number | null,
	again: () => Promise<string>
): Promise<Watch | undefined> {
	if (port === null) return undefined;
	const open = (at: number): Promise<Watch> =>
		watch(proxy, { port: at, folder: builtSite(), ...(flags.config !== undefined && { reload: again }) });
	return port === 9900 ? onFreePort('live page', port, open) : onPort(port, open, '--admin');
}

function welcome(
	{ servers, strategy, proxy: { host, tls } }: ProxySettings,
	port: number,
	page: Watch | undefined
): void {
	if (!/^(localhost|127\.|::1$|unix:)/.test(host))
		console.error(`Careful: on ${host} other machines can reach this proxy and its backends.`);
	const names = servers.map(({ id }) => id).join(', ');
	const scheme = tls === null ? 'http' : 'https';
	const place = host.startsWith('unix:')
		? host
		: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
	console.log(`${place} balances over ${names} by ${strategy.name}. Ctrl-C ends it.`);
	if (page !== undefined) console.log(`Watch and steer it: ${page.link}`);
}

/** Read flags and file again, and go by them. @throws InputError, and nothing has changed. */
async function reload(proxy: Proxy, flags: ProxyFlags, began: ProxySettings): Promise<string> {
	if (flags.config === undefined)
		throw new InputError('There is nothing to read again: only a proxy with --config can reload.');
	const next = await settingsOf(flags);
	for (const field of [
		'port',
		'host',
		'tls',
		'headerTimeoutMs',
		'maxConnections',
		'admin',
		'accessLog',
		'record',
		'otlp'
	] as const)
		if (JSON.stringify(next.proxy[field]) !== JSON.stringify(began.proxy[field]))
			throw new InputError(`${flags.config}: proxy.${field} is settled when a proxy starts: start it anew.`);
	if (began.proxy.record !== null && !sameRules(next, began))
		throw new InputError(
			`${flags.config}: balancer has changed, which a recording cannot tell: start anew, or without --record.`
		);
	await proxy.apply(await optionsOf(next));
	return `Read ${flags.config} again: ${next.strategy.name} over ${next.servers.map(({ id }) => id).join(', ')}.`;
}

function sameRules(a: ProxySettings, b: ProxySettings): boolean {
	return JSON.stringify(hostRulesOf(a.balancer)) === JSON.stringify(hostRulesOf(b.balancer));
}

function say({ backend, change }: ClusterChange): void {
	if (change === 'ejected') console.log(`${backend.id} is left out for a while: it failed too often.`);
	if (change === 'restored') console.log(`${backend.id} is tried again.`);
	if (change === 'down') console.log(`${backend.id} is out.`);
	if (change === 'drain') console.log(`${backend.id} drains: it ends what it has.`);
	if (change === 'ready') console.log(`${backend.id} is back.`);
}
