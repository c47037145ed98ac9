import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './lane.ts';
import { markdownTable } from './markdown.ts';
import { benchMemory } from './proxy-memory.ts';
import { goReverseProxy, golangia, haproxy, httpProxy3, type Contestant } from './proxy/contestants.ts';
import { judge, type Figures } from './proxy/goals.ts';
import { startLoad, type Drive, type Kind, type Load } from './proxy/load.ts';
import { cpuSeconds, freePort, residentMiB } from './proxy/process.ts';

/**
 * CPU time of a request through the proxy, against the proxies that people use, in the same run: on a machine that others
 * use too only the ratio means something. Every proxy is a process on one processor, clients and servers are on another.
 * Rounds are short and take turns, so that a slow moment hits all; each ratio is a median over rounds.
 */

const rounds = 11;
/** Requests, not seconds: what is not compiled yet must be measured on no machine, however busy. */
const warmUp = 30_000;
const perRound = 4000;
/** More than either takes on the busiest machine. */
const mostMs = 60_000;
/** The open loop in which latencies are compared: far from what either can do at most. */
const steadyRate = 2000;
const steadyMs = 1500;
const kinds: readonly Kind[] = ['small', 'large', 'upload'];

/** Microseconds of CPU a request, or milliseconds, by round. */
type Rounds = number[];

export const proxyWords = ['--memory'];

interface Lane {
	readonly contestant: Contestant;
	readonly kinds: readonly Kind[];
	readonly micros: Map<Kind, Rounds>;
	readonly p99: Rounds;
	readonly steady: boolean;
}

/** With `--memory`, how much it takes up instead. */
export async function benchProxy(words: readonly string[]): Promise<string[]> {
	if (words.includes('--memory')) return benchMemory();
	const folder = await mkdtemp(join(tmpdir(), 'golangia-bench-'));
	const closers: (() => Promise<void> | void)[] = [() => rm(folder, { recursive: true })];
	try {
		const load = await startLoad(folder);
		closers.push(() => load.stop());
		const { lanes, missing } = await lanesOf(load, folder, closers);
		for (const lane of lanes) for (const kind of lane.kinds) await measure(load, lane, kind, warmUp);
		for (const lane of lanes) for (const kind of lane.kinds) lane.micros.set(kind, []);
		for (let i = 0; i < rounds; i++) {
			// There and back, so that what comes first has no advantage over many rounds.
			const turn = i % 2 === 0 ? lanes : lanes.toReversed();
			for (const lane of turn) for (const kind of lane.kinds) await measure(load, lane, kind, perRound);
			for (const lane of turn) if (lane.steady) await time(load, lane);
		}
		return [...missing, ...report(lanes)];
	} finally {
		for (const close of closers.toReversed()) await close();
	}
}

async function lanesOf(
	load: Load,
	folder: string,
	closers: (() => Promise<void> | void)[]
): Promise<{ lanes: readonly Lane[]; missing: readonly string[] }> {
	const lanes: Lane[] = [];
	const missing: string[] = [];
	const enter = (contestant: Contestant, its: readonly Kind[], steady: boolean): void => {
		closers.push(() => contestant.stop());
		lanes.push({ contestant, kinds: its, micros: new Map(its.map((kind) => [kind, []])), p99: [], steady });
	};
	enter(await golangia('Golangia', load.servers, '--admin', 'off'), kinds, true);
	enter(await httpProxy3(load), kinds, true);
	for (const peer of [await goReverseProxy(load, folder), await haproxy(load, folder)]) {
		if ('missing' in peer) missing.push(peer.missing);
		else enter(peer, kinds, true);
	}
	const page = await freePort();
	enter(await golangia('Golangia, nobody watching', load.servers, '--admin', String(page)), ['small'], false);
	const read = await freePort();
	const watched = await golangia('Golangia, a reader', load.servers, '--admin', String(read));
	enter(watched, ['small'], false);
	const reader = get(`http://127.0.0.1:${String(read)}/api/v1/events`, (events) => events.resume());
	closers.push(() => void reader.destroy());
	const metrics = await freePort();
	const flags = ['--admin', String(metrics), '--check-path', '/small'];
	const files = ['--access-log', join(folder, 'access.log'), '--record', join(folder, 'session.jsonl')];
	enter(await golangia('Golangia, everything', load.servers, ...flags, ...files), ['small'], false);
	const scrape = setInterval(() => {
		get(`http://127.0.0.1:${String(metrics)}/metrics`, (text) => text.resume()).on('error', () => undefined);
	}, 1000);
	closers.push(() => {
		clearInterval(scrape);
	});
	return { lanes, missing };
}

async function measure(load: Load, { contestant, micros }: Lane, kind: Kind, most: number): Promise<void> {
	const before = cpuSeconds(contestant.pid);
	const { answered } = await load.drive({ port: contestant.port, kind, ms: mostMs, most });
	micros.get(kind)?.push(((cpuSeconds(contestant.pid) - before) / answered) * 1e6);
}

async function time(load: Load, { contestant, p99 }: Lane): Promise<void> {
	const what: Drive = { port: contestant.port, kind: 'small', ms: steadyMs, rate: steadyRate };
	p99.push((await load.drive(what)).p99);
}

function report(lanes: readonly Lane[]): string[] {
	const figures: Figures = {
		micros: (name, kind) => lanes.find(({ contestant }) => contestant.name.includes(name))?.micros.get(kind),
		p99: (name) => lanes.find(({ contestant }) => contestant.name.includes(name))?.p99
	};
	const cell = (values: Rounds | undefined): string =>
		values === undefined || values.length === 0 ? '–' : median(values).toFixed(1);
	const rows = lanes.map(({ contestant, micros, p99 }) => [
		contestant.name,
		...kinds.map((kind) => cell(micros.get(kind))),
		p99.length === 0 ? '–' : median(p99).toFixed(2),
		residentMiB(contestant.pid).toFixed(0)
	]);
	return [
		...markdownTable([
			['CPU a request, us', '20 bytes', '16 KiB', '16 KiB upload', 'p99, ms', 'memory, MiB'],
			...rows
		]),
		'',
		...judge(figures)
	];
}
