import { counted } from './number.ts';

const workers = counted({ one: '# worker', other: '# workers' });
const known = counted({ one: '# is known less well', other: '# are known less well' });

/** Sweeps over two axes. */
export const lab = {
	heading: 'Lab',
	description:
		'Sweep a load balancer over two axes, such as load and strategy, with an interval for every number.',
	lede: 'One scenario, over two axes: every place is run with seed after seed until its figure is known as well as you ask, or as well as it can be in the time.',
	load: 'Load',
	/** The group of settings that load belongs to. */
	traffic: 'Traffic',
	bands: 'Bands are 95 % intervals.',
	unstable: 'No line where more comes than can be served: there it grows without end.',
	few: 'No band where a run has too few requests for this figure.',
	title: (figure: string, axis: string, scenario: string): string =>
		`${figure} by ${axis.toLowerCase()}, ${scenario}`,
	ownScenario: 'a scenario of your own',
	/** What a sentence about wrong input calls it. */
	linkSweep: 'the link’s sweep',
	thisSweep: 'this sweep',
	wrongValues: (text: string): string =>
		`the lines’ values are "${text}": write up to 12 numbers with commas, such as 0, 1, 2.`,
	set: 'What to sweep',
	scenario: 'Scenario',
	figure: 'Figure',
	figureIn: (figure: string, unit: string): string => `${figure}, ${unit}`,
	within: 'known to ± %',
	across: 'Along the bottom',
	range: { from: 'from', to: 'to', count: 'values' },
	each: 'A line for each',
	values: 'values',
	lines: 'Lines',
	leaveOut: (line: string): string => `Leave out ${line}`,
	add: 'Add a strategy',
	cancel: 'Cancel',
	progress: 'Places measured',
	done: (done: number, all: number): string => `${String(done)} of ${String(all)}`,
	run: 'Run the sweep',
	bill: (places: number, seconds: string, on: number, requests: string): string =>
		`${String(places)} places in ${seconds} s on ${workers(on)}, ${requests} requests.`,
	rough: (places: number, requests: string): string =>
		`${known(places)}: ${requests} requests for each were not enough.`,
	stopped: (done: number, all: number): string => `Stopped at ${String(done)} of ${String(all)}.`,
	empty:
		'The sweep draws a line for each, with a 95 % interval at every place, or the same as a map; numbers and pictures can be kept.',
	result: 'Result',
	picture: 'Picture',
	pictures: { lines: 'Lines', heat: 'Heat map' }
};
