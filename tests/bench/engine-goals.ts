import type { Garbage, InFlight, Timed } from './engine-run.ts';
import { ask, median, ratioOf, type Lane, type Refused } from './lane.ts';
import { enginesOwn } from './peers.ts';

/** What is wanted, what was measured, and whether it holds; a dash where it could not be measured. */
export function goalRows(lanes: readonly Lane[], linear: readonly [Lane, Lane], long: boolean): string[][] {
	const named = (name: string) => lanes.find((lane) => lane.name.startsWith(name));
	const engine = (workload: string, servers: number) =>
		lanes.find((lane) => lane.name === 'engine' && lane.workload === workload && lane.servers === servers);
	const overC = (workload: string): number =>
		ratioOf(
			engine(workload, 10),
			lanes.find((lane) => isC(lane) && lane.workload === workload && lane.servers === 10)
		);
	const cost = (workload: string, servers: number): number =>
		ratioOf(engine(workload, 10), engine(workload, servers));
	const core = engine('core', 10);
	const garbage = [1, 2, 3].map((seed) => garbageOf(seed));
	const flight = ask([...enginesOwn, 'flight']) as InFlight | Refused;
	const [million, tenMillion] = linear;
	return [
		['goal', 'wanted', 'measured', 'holds'],
		atLeast(1 / 3, overC('core'), '×', 'CORE, 10 servers: rate over C'),
		atLeast(1 / 4, overC('full'), '×', 'FULL, 10 servers: rate over C'),
		atLeast(30, ratioOf(core, named('SimPy')), '×', 'CORE, 10 servers: rate over SimPy'),
		atLeast(8, ratioOf(core, named('simjs')), '×', 'CORE, 10 servers: rate over simjs'),
		atMost(2, cost('core', 1000), '×', 'CORE: cost of a request, 1,000 servers over 10'),
		atMost(3, cost('core', 10_000), '×', 'CORE: cost of a request, 10,000 servers over 10'),
		atMost(2, cost('full', 1000), '×', 'FULL: cost of a request, 1,000 servers over 10'),
		atMost(3, cost('full', 10_000), '×', 'FULL: cost of a request, 10,000 servers over 10'),
		atLeast(0.9, ratioOf(tenMillion, million), '×', 'rate at 10 million requests over 1 million'),
		atMost(10, long ? growth() : NaN, ' MB', 'memory at 50 million requests above 1 million'),
		atMost(64, 'refused' in flight ? NaN : flight.bytesEach, ' B', 'memory for a request on its way'),
		// What measuring leaves behind, and a window of the metrics each virtual second, are less.
		atMost(1, median(garbage.map(({ bytesEach }) => bytesEach)), ' B', 'garbage for a request'),
		atMost(0, median(garbage.map(({ major }) => major)), '', 'major collections in 2 million requests')
	];
}

export const isC = (lane: Lane): boolean => lane.name.startsWith('C, ');

/** It depends on what the compiler made of the engine this time, so one process is not enough. */
function garbageOf(seed: number): Pick<Garbage, 'bytesEach' | 'major'> {
	const result = ask([...enginesOwn, 'garbage'], 10, 2_000_000, seed) as Garbage | Refused;
	return 'refused' in result ? { bytesEach: NaN, major: NaN } : result;
}

/** Megabytes between the peaks of two processes. */
function growth(): number {
	const peak = (requests: number): number => {
		const result = ask([...enginesOwn, 'core'], 10, requests, 1) as Timed | Refused;
		return 'refused' in result ? NaN : result.peakKilobytes / 1024;
	};
	return peak(50_000_000) - peak(1_000_000);
}

function atLeast(wanted: number, measured: number, unit: string, what: string): string[] {
	return [
		what,
		`at least ${shown(wanted, unit)}`,
		shown(measured, unit),
		verdict(measured, measured >= wanted)
	];
}

function atMost(wanted: number, measured: number, unit: string, what: string): string[] {
	return [
		what,
		`at most ${shown(wanted, unit)}`,
		shown(measured, unit),
		verdict(measured, measured <= wanted)
	];
}

function verdict(measured: number, holds: boolean): string {
	if (Number.isNaN(measured)) return '–';
	return holds ? 'yes' : 'no';
}

function shown(value: number, unit: string): string {
	return Number.isNaN(value) ? '–' : value.toFixed(Number.isInteger(value) ? 0 : 2) + unit;
}
