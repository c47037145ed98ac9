import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './lane.ts';
import { markdownTable } from './markdown.ts';
import { benchMemory } from './proxy-memory.ts';
import { goReverseProxy, golangia, haproxy, httpProxy3, type Contestant } from './proxy/contestants.ts';
import { judge, undisturbed, type Figures } from './proxy/goals.ts';
import { startLoad, type Drive, type Kind, type Load } from './proxy/load.ts';
import { cpuSeconds, freePort, residentMiB } from './proxy/process.ts';

/**
 * CPU time of a request through the proxy, against the proxies that people use, in the same run: on a machine that others
 * use too only the ratio means something. Every proxy is a process on one processor, clients and servers are on another.
 * Rounds are short and take turns, and of each contestant's the lower quartile counts.
 */

const rounds = 15;
/** Ours, each time: V8 does not compile a program twice alike, and its luck is not what is measured. */
const processes = 3;
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
	/** One or several alike, which take turns. */
	readonly contestants: readonly Contestant[];
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
		for (const { contestants } of lanes)
			for (const contestant of contestants)
				for (const kind of kinds) await micros(load, contestant, kind, warmUp);
		for (let i = 0; i < rounds; i++) {
			// There and back, so that what comes first has no advantage over many rounds.
			const turn = i % 2 === 0 ? lanes : lanes.toReversed();
			for (const lane of turn)
				for (const kind of kinds)
					lane.micros.get(kind)?.push(await micros(load, contestantOf(lane, i), kind, perRound));
			for (const lane of turn) if (lane.steady) lane.p99.push(await slowest(load, contestantOf(lane, i)));
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
	const enter = (contestants: readonly Contestant[], steady: boolean): void => {
		for (const contestant of contestants) closers.push(() => contestant.stop());
		lanes.push({ contestants, micros: new Map(kinds.map((kind) => [kind, []])), p99: [], steady });
	};
	/** Several alike, with these flags and an admin port each, if any. */
	const ours = async (name: string, flagsOf: (copy: number) => Promise<readonly string[]>): Promise<void> => {
		const contestants: Contestant[] = [];
		for (let copy = 0; copy < processes; copy++)
			contestants.push(await golangia(name, load.servers, ...(await flagsOf(copy))));
		enter(contestants, name === 'Golangia');
	};
	await ours('Golangia', () => Promise.resolve(['--admin', 'off']));
	enter([await httpProxy3(load)], true);
	for (const peer of [await goReverseProxy(load, folder), await haproxy(load, folder)]) {
		if ('missing' in peer) missing.push(peer.missing);
		else enter([peer], true);
	}
	await ours('Golangia, nobody watching', async () => ['--admin', String(await freePort())]);
	const read: number[] = [];
	await ours('Golangia, a reader', async (copy) => ['--admin', String((read[copy] = await freePort()))]);
	for (const port of read) {
		const reader = get(`http://127.0.0.1:${String(port)}/api/v1/events`, (events) => events.resume());
		closers.push(() => void reader.destroy());
	}
	const scraped: number[] = [];
	await ours('Golangia, everything', async (copy) => [
		...['--admin', String((scraped[copy] = await freePort())), '--check-path', '/small'],
		...['--access-log', join(folder, `access-${String(copy)}.log`)],
		...['--record', join(folder, `session-${String(copy)}.jsonl`)]
	]);
	const scrape = setInterval(() => {
		for (const port of scraped)
			get(`http://127.0.0.1:${String(port)}/metrics`, (text) => text.resume()).on('error', () => undefined);
	}, 1000);
	closers.push(() => {
		clearInterval(scrape);
	});
	return { lanes, missing };
}

function contestantOf({ contestants }: Lane, round: number): Contestant {
	const contestant = contestants[round % contestants.length];
	if (contestant === undefined) throw new Error('A lane has no contestant.');
	return contestant;
}

function nameOf(lane: Lane): string {
	return contestantOf(lane, 0).name;
}

/** CPU time of a request. */
async function micros(load: Load, { pid, port }: Contestant, kind: Kind, most: number): Promise<number> {
	const before = cpuSeconds(pid);
	const { answered } = await load.drive({ port, kind, ms: mostMs, most });
	return ((cpuSeconds(pid) - before) / answered) * 1e6;
}

/** How late the slowest hundredth is under steady load, in milliseconds. */
async function slowest(load: Load, { port }: Contestant): Promise<number> {
	const what: Drive = { port, kind: 'small', ms: steadyMs, rate: steadyRate };
	return (await load.drive(what)).p99;
}

function report(lanes: readonly Lane[]): string[] {
	const figures: Figures = {
		micros: (name, kind) => lanes.find((lane) => nameOf(lane).includes(name))?.micros.get(kind),
		p99: (name) => lanes.find((lane) => nameOf(lane).includes(name))?.p99
	};
	const rows = lanes.map((lane) => [
		nameOf(lane),
		...kinds.map((kind) => undisturbed(lane.micros.get(kind) ?? []).toFixed(1)),
		lane.steady ? undisturbed(lane.p99).toFixed(2) : '–',
		median(lane.contestants.map(({ pid }) => residentMiB(pid))).toFixed(0)
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
