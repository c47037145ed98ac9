import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { provideBalancer } from '../../../src/setup/balancers.js';
import type { Load } from './load.ts';
import { proxySide } from './load.ts';
import { freePort, patiently, start, type Program } from './process.ts';

/** A proxy in a process of its own, before the load's two servers. */
export interface Contestant {
	readonly name: string;
	readonly port: number;
	readonly pid: number;
	stop(): Promise<void>;
}

/** Another program, or why it is not here. */
export type Peer = Contestant | { readonly missing: string };

/** `golangia proxy` before servers on these ports, with these flags more. */
export async function golangia(
	name: string,
	servers: readonly number[],
	...flags: string[]
): Promise<Contestant> {
	const port = await freePort();
	const program = resolve('dist/golangia.js');
	const backends = servers.flatMap((server) => ['--backend', `http://127.0.0.1:${String(server)}`]);
	const words = [program, 'proxy', '--port', String(port), '--host', '127.0.0.1', ...backends, ...flags];
	return ready(name, port, start(proxySide, process.execPath, words));
}

export async function httpProxy3(load: Load): Promise<Contestant> {
	const port = await freePort();
	const words = [resolve('tests/bench/proxy/http-proxy-3.js'), String(port), ...load.servers.map(String)];
	return ready('`http-proxy-3`', port, start(proxySide, process.execPath, words));
}

export async function goReverseProxy(load: Load, folder: string): Promise<Peer> {
	const found = provideBalancer('go');
	if ('why' in found) return { missing: found.why };
	const program = join(folder, 'reverse-proxy');
	execFileSync(found.file, ['build', '-o', program, resolve('tests/bench/proxy/reverse-proxy.go')]);
	const port = await freePort();
	const words = [String(port), ...load.servers.map(String)];
	// It has one processor, so it is told of one.
	return ready(
		`${found.source}, \`ReverseProxy\``,
		port,
		start(proxySide, program, words, { GOMAXPROCS: '1' })
	);
}

export async function haproxy(load: Load, folder: string): Promise<Peer> {
	const found = provideBalancer('haproxy');
	if ('why' in found) return { missing: found.why };
	const port = await freePort();
	const file = join(folder, 'haproxy.cfg');
	writeFileSync(
		file,
		`global
	nbthread 1
defaults
	mode http
	timeout connect 5s
	timeout client 60s
	timeout server 60s
	http-reuse always
	option forwardfor
listen bench
	bind 127.0.0.1:${String(port)}
	balance roundrobin
${load.servers.map((server) => `\tserver s${String(server)} 127.0.0.1:${String(server)}\n`).join('')}`
	);
	return ready(found.source, port, start(proxySide, found.file, ['-f', file, '-db']));
}

/** It answers. */
async function ready(name: string, port: number, program: Program): Promise<Contestant> {
	program.child.stdout?.resume();
	try {
		await patiently(async () => {
			const answer = await fetch(`http://127.0.0.1:${String(port)}/small`);
			if (!answer.ok) throw new Error(`${name} answered ${String(answer.status)}.`);
			await answer.text();
		});
	} catch (error) {
		await program.stop();
		throw error;
	}
	return { name, port, pid: program.pid, stop: () => program.stop() };
}
