import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { InputError } from '#record/input.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { afternoonRun } from './afternoon.ts';
import { simjsRun } from './simjs.ts';
import { scenarioOf, type Done, type Report, type Workload } from './workloads.ts';

/** The word that makes the bench's program one run of the engine: every run has a process of its own, as its peers have. */
export const engineRunWord = 'engine-run';

/** Do what is asked, and print what came of it as JSON; where the engine refuses the scenario, its reason. */
export async function engineRun([what = '', ...words]: readonly string[]): Promise<void> {
	const [servers = 0, requests = 0, seed = 0] = words.slice(-3).map(Number);
	try {
		console.log(JSON.stringify(await resultOf(what, words[0] ?? '', servers, requests, seed)));
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
		console.log(JSON.stringify({ refused: error.message.split('\n')[0] }));
	}
}

function resultOf(what: string, file: string, servers: number, requests: number, seed: number): unknown {
	switch (what) {
		case 'core':
		case 'full':
			return timed(requests, (count) => coreOrFull(what, servers, count, seed));
		case 'afternoon':
			return timed(requests, (count) => () => afternoonRun(servers, count, seed));
		case 'simjs':
			return timed(requests, (count) => () => simjsRun(file, servers, count, seed));
		case 'flight':
			return bytesInFlight();
		case 'garbage':
			return garbage(servers, requests, seed);
		default:
			throw new Error(`There is no run "${what}" of the engine.`);
	}
}

type Run = () => Done;

export interface Timed extends Report {
	/** The most memory that the process ever had. */
	readonly peakKilobytes: number;
}

export interface InFlight {
	readonly requests: number;
	readonly bytesEach: number;
}

export interface Garbage extends InFlight {
	/** Collections of the young and of everything. */
	readonly minor: number;
	readonly major: number;
}

function coreOrFull(workload: Workload, servers: number, requests: number, seed: number): Run {
	const scenario = scenarioOf(workload, servers, requests);
	return () => {
		const { metrics } = simulate(scenario, seed);
		return { requests: metrics.answered, mean: metrics.meanLatency };
	};
}

/** CPU time of a run after a shorter one for the compiler. */
function timed(requests: number, runOf: (requests: number) => Run): Timed {
	runOf(Math.min(requests, 300_000))();
	const run = runOf(requests);
	const before = process.cpuUsage();
	const done = run();
	const { user, system } = process.cpuUsage(before);
	return { ...done, seconds: (user + system) / 1e6, peakKilobytes: process.resourceUsage().maxRSS };
}

/** A million requests on their way at once, each with the event of its arrival. */
async function bytesInFlight(): Promise<InFlight> {
	const travellers = (perSecond: number): Engine => {
		const engine = new Engine(
			readScenario({
				servers: [{ id: 'far' }],
				traffic: { perSecond },
				network: { hopMs: 60_000 },
				durationMs: 1000
			})
		);
		engine.runUntil(1000);
		return engine;
	};
	const used = async (): Promise<number> => {
		// What a collection finds to be of no use is given back a little later, and counted until then.
		for (let i = 0; i < 3; i++) {
			globalThis.gc?.();
			await sleep(50);
		}
		const { heapUsed, external } = process.memoryUsage();
		return heapUsed + external;
	};
	travellers(10_000);
	const before = await used();
	const engine = travellers(1_000_000);
	const bytes = (await used()) - before;
	const { sent, answered } = engine.metrics;
	return { requests: sent - answered, bytesEach: bytes / (sent - answered) };
}

/** What the engine leaves on the heap when it runs on and on, and how often that is collected. */
async function garbage(servers: number, requests: number, seed: number): Promise<Garbage> {
	const warmUp = 500_000;
	const engine = new Engine(scenarioOf('core', servers, requests + warmUp), seed);
	const end = engine.scenario.durationMs;
	// So short that most of them see no collection.
	const stretch = end / 2000;
	engine.runUntil((end * warmUp) / (requests + warmUp));
	let minor = 0;
	let major = 0;
	const observer = new PerformanceObserver((list) => {
		for (const entry of list.getEntries() as (PerformanceEntry & { detail: { kind: number } })[]) {
			if (entry.detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) minor++;
			else if (entry.detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) major++;
		}
	});
	await sleep(50);
	observer.observe({ entryTypes: ['gc'] });
	const sentBefore = engine.metrics.sent;
	let grown = 0;
	let counted = 0;
	for (let at = engine.now + stretch; at < end; at += stretch) {
		const sent = engine.metrics.sent;
		const before = getHeapStatistics().used_heap_size;
		engine.runUntil(at);
		const growth = getHeapStatistics().used_heap_size - before;
		// There was a collection: it says nothing.
		if (growth < 0) continue;
		grown += growth;
		counted += engine.metrics.sent - sent;
	}
	// Collections are reported by the event loop.
	await sleep(50);
	observer.disconnect();
	return { requests: engine.metrics.sent - sentBefore, bytesEach: grown / counted, minor, major };
}
