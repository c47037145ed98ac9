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
	const rows = [['', 'limit', 'measured', 'holds'], ...firstLeapRows(), ...leapRows(), ...sweepRows()];
	const machine = cpus()[0]?.model.trim() ?? 'unknown processor';
	return [`${machine}, Node ${process.versions.node}.`, '', ...markdownTable(rows)];
}

/** The first leap of all, to where nobody has listened yet, after the page has had time to rest. */
function firstLeapRows(): string[][] {
	// Twice to each moment, and the shorter counts: what disturbs a leap only makes it longer.
	const moments = [199_500, 599_000, 420_300, 99_000];
	const firstLeap = (to: number): { leap: number; all: number; longest: number } => {
		const player = new Player(
			[long],
			watching(() => undefined)
		);
		let longest = 0;
		let resting = true;
		const all = processorMs(() => {
			while (resting)
				longest = Math.max(
					longest,
					processorMs(() => {
						resting = player.rest();
					})
				);
		});
		const leap = processorMs(() => {
			player.seek(to);
		});
		return { leap, all, longest };
	};
	const leaps = moments.map((to) => {
		const [one, other] = [firstLeap(to), firstLeap(to)];
		return one.leap < other.leap ? one : other;
	});
	const name = 'ten minutes of 200 requests a second';
	const all = median(leaps.map((one) => one.all));
	const longest = Math.min(...leaps.map((one) => one.longest));
	return [
		[`${name}: listened to ahead, in rests, the longest of them`, '', `${ms(all)}, ${ms(longest)}`, ''],
		limited(
			`${name}: the first leap after that, longest of 4`,
			Math.max(...leaps.map((one) => one.leap)),
			100,
			ms
		)
	];
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
		while (player.rest());
		return processorMs(() => {
			player.seek(to);
		});
	};
	// There and back, twice: what disturbs a leap only makes it longer.
	const backAndOn = (to: number): readonly [back: number, on: number] => {
		const [back, on] = [leap(to), leap(durationMs)];
		return [Math.min(back, leap(to)), Math.min(on, leap(durationMs))];
	};
	// Twelve moments, in no order.
	const moments = Array.from({ length: 12 }, (_, i) => ((i * 7) % 12) * 50_000 + 49_500);
	const leaps = moments.flatMap(backAndOn);
	const straight = () =>
		processorMs(() => {
			new Engine(long).runToEnd();
		});
	const unheard = Math.min(straight(), straight(), straight(), straight(), straight());
	const longest = Math.max(...leaps);
	const name = 'ten minutes of 200 requests a second';
	return [
		[`${name}, unheard, and heard for the first time`, '', `${ms(unheard)}, ${ms(ahead)}`, ''],
		limited(`${name}: a leap back or on, median of 24`, median(leaps), 100, ms),
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
