import { cpus } from 'node:os';
import { Engine } from '#simulator/engine.ts';
import { cellsOf, precisionOf, readGrid } from '#simulator/grid.ts';
import { Player } from '#simulator/player.ts';
import { measureTo } from '#simulator/precision.ts';
import { presets } from '#simulator/presets.ts';
import { readScenario } from '#simulator/scenario.ts';
import { watching } from '#simulator/watching.ts';
import { median } from './lane.ts';
import { markdownTable } from './markdown.ts';

/** Ten minutes of two hundred requests a second. */
const long = readScenario({
	strategy: { name: 'two-choices' },
	traffic: { perSecond: 200, clients: 200 },
	work: { meanMs: 60 },
	network: { hopMs: 20 },
	servers: Array.from({ length: 5 }, (_, i) => ({ id: String(i), workers: 3, queue: 20 })),
	durationMs: 600_000
});

const strategies = [
	'round-robin',
	'random',
	'two-choices',
	'least-connections',
	'peak-ewma',
	'join-idle-queue'
] as const;
const workers = 2;

/**
 * What people wait for on the page, as processor time, which neighbours on a shared machine lengthen less than the
 * wall's: a leap to another moment of a run, and a sweep.
 */
export function benchWaits(): string[] {
	const rows = [['', 'limit', 'measured', 'holds'], ...leapRows(), ...sweepRows()];
	const machine = cpus()[0]?.model.trim() ?? 'unknown processor';
	return [`${machine}, Node ${process.versions.node}.`, '', ...markdownTable(rows)];
}

function leapRows(): string[][] {
	const { durationMs } = long;
	const player = new Player(
		[long],
		watching(() => undefined)
	);
	const ahead = processorMs(() => {
		player.seek(durationMs);
	});
	const leap = (to: number): number => {
		player.seek(durationMs);
		while (player.rest());
		return processorMs(() => {
			player.seek(to);
		});
	};
	// Twelve moments, in no order; what disturbs a leap only makes it longer.
	const moments = Array.from({ length: 12 }, (_, i) => ((i * 7) % 12) * 50_000 + 49_500);
	const leaps = moments.map((to) => Math.min(leap(to), leap(to)));
	const straight = () =>
		processorMs(() => {
			new Engine(long).runToEnd();
		});
	const unheard = Math.min(straight(), straight(), straight(), straight(), straight());
	const longest = Math.max(...leaps);
	const name = 'ten minutes of 200 requests a second';
	return [
		[`${name}, unheard, and heard for the first time`, '', `${ms(unheard)}, ${ms(ahead)}`, ''],
		limited(`${name}: a leap back, median of twelve`, median(leaps), 100, ms),
		limited(`${name}: the longest of them`, longest, 100, ms),
		limited(
			`${name}: the longest over all of it unheard`,
			longest / unheard,
			1,
			(ratio) => `${ratio.toFixed(2)}×`
		)
	];
}

function sweepRows(): string[][] {
	const [opening] = presets;
	if (opening === undefined) throw new Error('There is nothing to sweep.');
	const grid = readGrid(
		{
			across: { path: 'load', from: 0.1, to: 0.95, count: 10 },
			lines: { path: 'strategy', values: strategies.map((name) => ({ name, knobs: {} })) },
			figure: 'mean'
		},
		'the sweep'
	);
	const cells = cellsOf(opening.scenario, grid);
	let known = 0;
	let requests = 0;
	const seconds =
		processorMs(() => {
			for (const { scenario } of cells) {
				const { estimates, requests: sent } = measureTo(scenario, precisionOf(grid));
				const { value, halfWidth } = estimates.mean;
				if (halfWidth / value <= grid.within) known++;
				requests += sent;
			}
		}) / 1000;
	const name = `a sweep, 10 loads × ${String(strategies.length)} strategies`;
	return [
		limited(`${name}: on two workers`, seconds / workers, 20, (s) => `${s.toFixed(1)} s`),
		[
			`${name}: places known to ± ${String(100 * grid.within)} %, by ${(requests / 1e6).toFixed(1)} million requests`,
			String(cells.length),
			String(known),
			known === cells.length ? 'yes' : 'no'
		]
	];
}

function limited(what: string, measured: number, limit: number, shown: (value: number) => string): string[] {
	return [what, shown(limit), shown(measured), measured <= limit ? 'yes' : 'no'];
}

function ms(value: number): string {
	return `${value.toFixed(0)} ms`;
}

function processorMs(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000;
}
