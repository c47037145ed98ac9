import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { contestant, contestantNames, type Contestant, type ContestantName } from './contestants.ts';

const sizes = [3, 10, 100, 1000, 10_000];
const warmUpMs = 100;
const rounds = 5;
const roundMs = 10;

/** Words that ask for a part of the table: strategies, and how many backends. */
export const picksWords: readonly string[] = [...contestantNames, ...sizes.map(String)];

/**
 * Millions of picks a second of CPU time through `acquire` and `release`, by strategy and number of backends, and the most
 * bytes that a pick leaves on the heap. A dash: not offered for so many.
 *
 * Each figure comes from a process of its own, because a balancer at work has one strategy: in a process that has run
 * thirty of them the compiler no longer knows which one to be fast for. A single figure is measured in this process.
 */
export function benchPicks(words: readonly string[] = []): string[] {
	const wanted = <T>(all: readonly T[]): readonly T[] => {
		const asked = all.filter((one) => words.includes(String(one)));
		return asked.length > 0 ? asked : all;
	};
	const names = wanted(contestantNames);
	const columns = wanted(sizes);
	const [name, size] = [names[0], columns[0]];
	if (names.length === 1 && columns.length === 1 && name !== undefined && size !== undefined) {
		return [measure(contestant(name, size))];
	}
	const lines = [
		`${cpus()[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}; an empty loop with one read: ${String(Math.round(emptyLoop()))} M/s`,
		row('M picks/s, of so many:', [...columns.map((size) => size.toLocaleString('en')), 'bytes/pick'])
	];
	for (const name of names) {
		const measured = columns.map((size) => measureApart(name, size));
		const bytes = Math.max(...measured.map(({ bytes }) => bytes));
		lines.push(
			row(name, [
				...measured.map(({ rate }) => (rate === 0 ? '-' : rate.toPrecision(3).slice(0, 5))),
				bytes.toFixed(bytes < 10 ? 1 : 0)
			])
		);
	}
	return lines;
}

/** What this same program says in another process, asked for one figure. */
function measureApart(name: ContestantName, size: number): { rate: number; bytes: number } {
	const [program = ''] = process.argv.slice(1);
	const words = [program, 'picks', name, String(size)];
	const [answer = ''] = execFileSync(process.execPath, words, { encoding: 'utf8' })
		.trim()
		.split('\n')
		.slice(-1);
	const [rate = NaN, bytes = NaN] = answer.match(/[\d.]+/g)?.map(Number) ?? [0, 0];
	return { rate, bytes };
}

function measure(pick: Contestant | undefined): string {
	if (pick === undefined) return 'not offered';
	const rate = rateOf(pick);
	return `${rate.toFixed(3)} M picks/s, ${bytesOf(pick, rate).toFixed(2)} bytes/pick`;
}

/** Millions of picks a second of CPU time in the best round: what disturbs a round only makes it slower. */
function rateOf(pick: Contestant): number {
	let batch = 16;
	const round = (ms: number): number => {
		let done = 0;
		let elapsed = 0;
		const before = process.cpuUsage();
		while (elapsed < ms) {
			pick(batch);
			done += batch;
			const { user, system } = process.cpuUsage(before);
			elapsed = (user + system) / 1000;
			if (elapsed < ms / 20 && batch < 8192) batch *= 2;
		}
		return done / elapsed / 1000;
	};
	// For the compiler, and for rings and tables.
	round(warmUpMs);
	let best = 0;
	for (let i = 0; i < rounds; i++) best = Math.max(best, round(roundMs));
	return best;
}

/** By how much the heap grows in short stretches of picks, a millisecond each; one in which it was swept says nothing. */
function bytesOf(pick: Contestant, rate: number): number {
	const stretch = Math.ceil(rate * 1000);
	let grown = 0;
	let picked = 0;
	for (let i = 0; i < 25; i++) {
		const before = process.memoryUsage().heapUsed;
		pick(stretch);
		const growth = process.memoryUsage().heapUsed - before;
		if (growth < 0) continue;
		grown += growth;
		picked += stretch;
	}
	return grown / picked;
}

/** Millions a second, of the least that a pick could be: what this machine is. */
function emptyLoop(): number {
	const numbers = Uint32Array.from({ length: 1024 }, (_, i) => i);
	let sum = 0;
	let best = 0;
	for (let round = 0; round < 5; round++) {
		const began = performance.now();
		for (let i = 0; i < 1e7; i++) sum = (sum + (numbers[i & 1023] ?? 0)) | 0;
		best = Math.max(best, 1e4 / (performance.now() - began));
	}
	if (sum === 0) throw new Error('The loop was left out.');
	return best;
}

function row(name: string, cells: readonly string[]): string {
	return name.padEnd(28) + cells.map((cell) => cell.padStart(11)).join('');
}
