import { Engine } from '#simulator/engine.ts';
import { type Anchor, scenarioOf, shapeOf } from './anchors.ts';

/** A run of an anchor's queue, and what was seen of it besides its metrics. */
export interface Run {
	readonly engine: Engine;
	/** Of each server, the share of its workers' time that was used while requests were counted. */
	readonly used: readonly number[];
	/** Mean response by server; empty unless answers were observed. */
	readonly responses: readonly number[];
	/** Time that all clients who left waited in vain; 0 unless answers were observed. */
	readonly vainMs: number;
	/** Mean of response over work among the smallest third of the requests, the middle and the largest; where sizes were observed. */
	readonly slowdowns: readonly number[];
	/** Share of the servers that have at least so many inside, by that number; where crowds were observed. */
	readonly crowds: readonly number[];
}

/** So many servers are looked at during a run, to count who is where. */
const glances = 200_000;

export function runOf(anchor: Anchor, requests: number, seed: number): Run {
	const { observes } = shapeOf(anchor);
	const engine = new Engine(scenarioOf(anchor, requests), seed);
	const { warmUpMs, durationMs, servers } = engine.scenario;
	engine.runUntil(warmUpMs);
	const answers = observes === 'answers' ? hearAnswers(engine) : undefined;
	const sizes = observes === 'sizes' ? hearSizes(engine) : undefined;
	const before = engine.servers.map(({ busyMs }) => busyMs);
	const crowds = observes === 'crowds' ? lookAtCrowds(engine) : [];
	engine.runUntil(durationMs);
	const used = engine.servers.map(
		({ busyMs }, i) => (busyMs - (before[i] ?? 0)) / (durationMs - warmUpMs) / (servers[i]?.workers ?? NaN)
	);
	engine.runToEnd();
	return {
		engine,
		used,
		responses: servers.map(({ id }) => mean(answers?.byServer.get(id) ?? [])),
		vainMs: answers?.vain.reduce((sum, wait) => sum + wait, 0) ?? 0,
		slowdowns: sizes === undefined ? [] : slowdownsOf(sizes),
		crowds
	};
}

function hearAnswers(engine: Engine): { byServer: Map<string, number[]>; vain: number[] } {
	const byServer = new Map<string, number[]>();
	const vain: number[] = [];
	engine.listen((event) => {
		if (event.kind !== 'answer' || event.at - event.latency < engine.scenario.warmUpMs) return;
		if (event.reason === 'client-left') vain.push(event.latency);
		if (event.backend === undefined) return;
		const latencies = byServer.get(event.backend);
		if (latencies === undefined) byServer.set(event.backend, [event.latency]);
		else latencies.push(event.latency);
	});
	return { byServer, vain };
}

interface Sized {
	readonly work: number;
	readonly latency: number;
}

function hearSizes(engine: Engine): Sized[] {
	const works = new Map<number, number>();
	const sizes: Sized[] = [];
	engine.listen((event) => {
		if (event.kind === 'send' && event.work !== undefined) works.set(event.id, event.work);
		if (event.kind !== 'answer') return;
		const work = works.get(event.id);
		works.delete(event.id);
		if (work !== undefined) sizes.push({ work, latency: event.latency });
	});
	return sizes;
}

function slowdownsOf(sizes: Sized[]): number[] {
	sizes.sort((a, b) => a.work - b.work);
	const third = Math.floor(sizes.length / 3);
	return [0, 1, 2].map((part) =>
		mean(sizes.slice(part * third, (part + 1) * third).map(({ work, latency }) => latency / work))
	);
}

function lookAtCrowds(engine: Engine): number[] {
	const { warmUpMs, durationMs } = engine.scenario;
	const looks = Math.ceil(glances / engine.servers.length);
	const crowds = [0, 0, 0, 0];
	for (let look = 1; look <= looks; look++) {
		engine.runUntil(warmUpMs + ((durationMs - warmUpMs) * look) / looks);
		const { servers } = engine;
		for (const { inside } of servers)
			for (let least = 0; least <= Math.min(3, inside); least++)
				crowds[least] = (crowds[least] ?? 0) + 1 / (looks * servers.length);
	}
	return crowds;
}

export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
