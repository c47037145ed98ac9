import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { goalRows, isC } from './engine-goals.ts';
import { drive, median, ratioOf, type Command, type Lane } from './lane.ts';
import { markdownTable } from './markdown.ts';
import { baseline, enginesOwn, simjs, simpy, type Peer } from './peers.ts';
import type { Workload } from './workloads.ts';

/** What may follow `engine`: `--long` adds fifty million requests in one run, `--simjs` a peer from npm. */
export const engineWords: readonly string[] = ['--long', '--simjs'];

const sizes = [10, 100, 1000, 10_000] as const;
const workloads = ['core', 'full'] as const;
const rounds = 5;

/**
 * Simulated requests a CPU-second, beside other programs that do the same work in the same minutes. In each round
 * everybody has a turn, in a process of its own, and a ratio is between two of one round: a shared machine slows both.
 * Figures are medians of the rounds. Each run also says what it found, and one that cannot be true ends the bench.
 */
export function benchEngine(words: readonly string[] = []): string[] {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-bench-'));
	try {
		const c = baseline(folder);
		const peers = [c, simpy(), simjs(folder, words.includes('--simjs'))];
		const lanes = lanesOf(c, peers.slice(1));
		const linear = [laneOfEngine('core', 10, 1_000_000), laneOfEngine('core', 10, 10_000_000)] as const;
		for (let round = 1; round <= rounds; round++) {
			for (const lane of [...lanes, ...linear]) if (isIn(lane, round)) drive(lane, round);
		}
		return [
			machine(c),
			`Millions of requests a CPU-second, medians of ${String(rounds)} rounds in turn, of three for the long ones; × is the ratio to C in the same round.`,
			'',
			...markdownTable(rateRows(lanes)),
			'',
			...markdownTable(goalRows(lanes, linear, words.includes('--long'))),
			'',
			...whyDashes(lanes, peers)
		];
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Long runs are steadier: every other round does for them. */
function isIn({ servers, requests }: Lane, round: number): boolean {
	return round % 2 === 1 || (servers === 10 && requests <= 1_000_000);
}

/** The slower somebody is, the fewer requests. */
function lanesOf(c: Peer, others: readonly Peer[]): Lane[] {
	const lanes: Lane[] = [];
	for (const workload of workloads) {
		for (const servers of sizes) {
			const requests = 1_000_000;
			lanes.push(laneOfEngine(workload, servers, requests));
			if (c.command) lanes.push(laneOf(c.name, workload, servers, requests, [...c.command, workload]));
		}
	}
	lanes.push(laneOf('objects, closures, a heap', 'core', 10, 500_000, [...enginesOwn, 'afternoon']));
	for (const { name, command } of others) if (command) lanes.push(laneOf(name, 'core', 10, 100_000, command));
	return lanes;
}

function laneOfEngine(workload: Workload, servers: number, requests: number): Lane {
	return laneOf('engine', workload, servers, requests, [...enginesOwn, workload]);
}

function laneOf(name: string, workload: Workload, servers: number, requests: number, command: Command): Lane {
	return { name, workload, servers, requests, command, rates: new Map() };
}

function machine(c: Peer): string {
	const processors = cpus();
	const model = processors[0]?.model.trim() ?? 'unknown processor';
	const compiler = c.command ? `; ${c.name.replace(/^C, /, '')}` : '';
	return `${model}, ${String(processors.length)} cores; Node ${process.versions.node}${compiler}.`;
}

function rateRows(lanes: readonly Lane[]): string[][] {
	const rows = [['servers', ...sizes.map(thousands)]];
	for (const workload of workloads) {
		const these = lanes.filter((lane) => lane.workload === workload);
		for (const name of new Set(these.map((lane) => lane.name))) {
			const cells = sizes.map((servers) => {
				const those = these.filter((lane) => lane.servers === servers);
				return rateCell(
					those.find((lane) => lane.name === name),
					those.find(isC)
				);
			});
			rows.push([`${workload.toUpperCase()}, ${name}`, ...cells]);
		}
	}
	return rows;
}

function rateCell(lane: Lane | undefined, c: Lane | undefined): string {
	if (lane === undefined || lane.rates.size === 0) return '–';
	const rate = median([...lane.rates.values()]);
	const shown = rate.toFixed(rate < 1 ? 3 : 2);
	const ratio = ratioOf(lane, c);
	if (lane === c || Number.isNaN(ratio)) return shown;
	return `${shown} (${ratio.toFixed(ratio < 0.1 ? 3 : 2)}×)`;
}

function whyDashes(lanes: readonly Lane[], peers: readonly Peer[]): string[] {
	const refusals = lanes.flatMap(({ workload, servers, refused }) =>
		refused === undefined
			? []
			: `${workload.toUpperCase()} with ${thousands(servers)} servers, not yet: ${refused}`
	);
	return [...peers.flatMap(({ missing }) => missing ?? []), ...refusals];
}

const thousands = (value: number): string => value.toLocaleString('en');
