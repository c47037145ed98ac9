import { execFileSync } from 'node:child_process';
import { check, type Report, type Workload } from './workloads.ts';

/** What starts a program; its numbers follow. */
export type Command = readonly [program: string, ...words: string[]];

/** One contestant on one workload with so many servers, round after round. */
export interface Lane {
	/** The contestant, and the table's row. */
	readonly name: string;
	readonly workload: Workload;
	readonly servers: number;
	readonly requests: number;
	readonly command: Command;
	/** Millions of requests a CPU-second, by round. */
	readonly rates: Map<number, number>;
	/** Why it has none. */
	refused?: string;
}

export interface Refused {
	readonly refused: string;
}

/** One round. The seed is the round's, so that all seeds are other ones. @throws Error when what it found cannot be true. */
export function drive(lane: Lane, round: number): void {
	if (lane.refused !== undefined) return;
	const { name, workload, servers, requests } = lane;
	const result = ask(lane.command, servers, requests, round) as Report | Refused;
	if ('refused' in result) {
		lane.refused = result.refused;
		return;
	}
	check(name, result, workload, servers, requests);
	lane.rates.set(round, result.requests / result.seconds / 1e6);
}

/** What the program prints, read as JSON. */
export function ask([program, ...words]: Command, ...numbers: readonly number[]): unknown {
	return JSON.parse(execFileSync(program, [...words, ...numbers.map(String)], { encoding: 'utf8' }));
}

/** The median, over the rounds that both were in, of the one's rate over the other's; NaN when there are none. */
export function ratioOf(one: Lane | undefined, other: Lane | undefined): number {
	if (one === undefined || other === undefined) return NaN;
	const common = [...one.rates].filter(([round]) => other.rates.has(round));
	return median(common.map(([round, rate]) => rate / (other.rates.get(round) ?? NaN)));
}

export function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
