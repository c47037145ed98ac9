import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { markdownTable } from './markdown.ts';
import { golangia, type Contestant } from './proxy/contestants.ts';
import { startLoad, type Load } from './proxy/load.ts';
import { residentMiB } from './proxy/process.ts';

/** How the memory of the proxy, as a process, stays where it is: `npm run bench -- proxy --memory`. */
const limitMiB = 150;
const gibibyte = 1 << 30;
const piece = Buffer.alloc(65_536, 'x');

/** Requests in all, in so many equal parts, and those that count as warm-up. */
const requests = 10_000_000;
const parts = 50;
const idleConnections = 10_000;

/** Lines of a table. `share` of the ten million requests are sent; 1 unless someone is in a hurry. */
export async function benchMemory(share = 1): Promise<string[]> {
	const folder = await mkdtemp(join(tmpdir(), 'golangia-bench-'));
	const load = await startLoad(folder);
	try {
		const rows = [
			await transfer('upload'),
			await transfer('download'),
			await held(load),
			await many(load, share)
		];
		return markdownTable([['memory of the proxy', 'RSS, MiB', 'limit', ''], ...rows]);
	} finally {
		await load.stop();
		await rm(folder, { recursive: true });
	}
}

/** 1 GiB, read in naps: 16 MiB, then a rest. */
async function transfer(which: 'upload' | 'download'): Promise<string[]> {
	let got = 0;
	const slowly = async (stream: AsyncIterable<Buffer>): Promise<void> => {
		let rest = 16 << 20;
		for await (const chunk of stream) {
			got += chunk.length;
			rest -= chunk.length;
			if (rest > 0) continue;
			await sleep(20);
			rest = 16 << 20;
		}
	};
	const server = createServer((req, res) => {
		if (req.url !== '/gibibyte') res.end();
		else if (which === 'upload') void slowly(req).then(() => res.end('ok'));
		else {
			req.resume();
			pour(res, gibibyte);
		}
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const { port } = server.address() as AddressInfo;
	const proxy = await golangia('golangia', [port], '--admin', 'off');
	const peak = watchPeak(proxy);
	try {
		const asked = request({
			host: '127.0.0.1',
			port: proxy.port,
			path: '/gibibyte',
			method: which === 'upload' ? 'POST' : 'GET'
		});
		if (which === 'upload') pour(asked, gibibyte);
		else asked.end();
		const [answer] = (await once(asked, 'response')) as [IncomingMessage];
		if (which === 'download') await slowly(answer);
		if (got !== gibibyte) throw new Error(`${String(got)} bytes came of 1 GiB.`);
	} finally {
		await proxy.stop();
		server.close();
		server.closeAllConnections();
	}
	return row(`1 GiB ${which}, a slow reader`, peak());
}

interface Sink {
	write(chunk: Buffer): boolean;
	once(event: 'drain', listener: () => void): unknown;
	end(): unknown;
}

function pour(into: Sink, bytes: number): void {
	let left = bytes;
	const more = (): void => {
		while (left > 0) {
			left -= piece.length;
			if (!into.write(piece)) {
				into.once('drain', more);
				return;
			}
		}
		into.end();
	};
	more();
}

/** Each has had an answer; after a while of silence each is asked again. */
async function held(load: Load): Promise<string[]> {
	const proxy = await golangia('golangia', load.servers, '--admin', 'off');
	const peak = watchPeak(proxy);
	try {
		const holding = spawn(load.program, ['hold', String(proxy.port), String(idleConnections)], {
			stdio: ['pipe', 'pipe', 'inherit']
		});
		const [first] = (await once(holding.stdout, 'data')) as [Buffer];
		await sleep(10_000);
		holding.stdin.end();
		const [again] = (await once(holding.stdout, 'data')) as [Buffer];
		for (const answered of [first, again])
			if (Number(answered.toString()) !== idleConnections)
				throw new Error(
					`${answered.toString().trim()} of ${String(idleConnections)} connections were answered.`
				);
		return row(
			`${idleConnections.toLocaleString('en')} idle connections, each used before and after`,
			peak(),
			Infinity
		);
	} finally {
		await proxy.stop();
	}
}

/** Flat: the mean of the last fifth is no more than a tenth above that of the second. */
async function many(load: Load, share: number): Promise<string[]> {
	const proxy = await golangia('golangia', load.servers);
	const sizes: number[] = [];
	try {
		const most = Math.round((requests * share) / parts);
		for (let part = 0; part < parts; part++) {
			await load.drive({ port: proxy.port, kind: 'small', ms: 3_600_000, most });
			sizes.push(residentMiB(proxy.pid));
			console.log(`  ${String((part + 1) * most)} requests: ${residentMiB(proxy.pid).toFixed(0)} MiB`);
		}
	} finally {
		await proxy.stop();
	}
	const fifth = parts / 5;
	const mean = (values: readonly number[]): number =>
		values.reduce((sum, size) => sum + size, 0) / values.length;
	const early = mean(sizes.slice(fifth, 2 * fifth));
	const late = mean(sizes.slice(-fifth));
	return [
		`${(requests * share).toLocaleString('en')} small requests: the last fifth (the second: ${early.toFixed(0)})`,
		late.toFixed(0),
		`≤ ${String(limitMiB)}, flat`,
		late <= early * 1.1 && Math.max(...sizes) <= limitMiB ? 'met' : 'missed'
	];
}

function row(what: string, peak: number, limit = limitMiB): string[] {
	console.log(`  ${what}: ${peak.toFixed(0)} MiB`);
	return [
		what,
		peak.toFixed(0),
		limit === Infinity ? '' : `≤ ${String(limit)}`,
		peak <= limit ? 'met' : 'missed'
	];
}

function watchPeak({ pid }: Contestant): () => number {
	let peak = 0;
	const look = (): void => {
		try {
			// None of a process that has just ended.
			const now = residentMiB(pid);
			if (now > peak) peak = now;
		} catch {
			clearInterval(timer);
		}
	};
	const timer = setInterval(look, 50);
	return () => {
		clearInterval(timer);
		return peak;
	};
}
