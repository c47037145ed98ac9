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
	// Whoever keeps the engine need not keep a million requests as well.
	answers?.leave();
	sizes?.leave();
	return {
		engine,
		used,
		responses: servers.map(({ id }) => mean(answers?.byServer.get(id) ?? [])),
		vainMs: answers?.vain.reduce((sum, wait) => sum + wait, 0) ?? 0,
		slowdowns: sizes === undefined ? [] : slowdownsOf(sizes),
		crowds
	};
}

function hearAnswers(engine: Engine): {
	byServer: Map<string, number[]>;
	vain: number[];
	leave: () => void;
} {
	const byServer = new Map<string, number[]>();
	const vain: number[] = [];
	const leave = engine.listen((event) => {
		if (event.kind !== 'answer' || event.at - event.latency < engine.scenario.warmUpMs) return;
		if (event.reason === 'client-left') vain.push(event.latency);
		if (event.backend === undefined) return;
		const latencies = byServer.get(event.backend);
		if (latencies === undefined) byServer.set(event.backend, [event.latency]);
		else latencies.push(event.latency);
	});
	return { byServer, vain, leave };
}

/** Request by request, in the order of their answers. */
interface Sizes {
	readonly works: number[];
	readonly slowdowns: number[];
	readonly leave: () => void;
}

function hearSizes(engine: Engine): Sizes {
	const sent = new Map<number, number>();
	const works: number[] = [];
	const slowdowns: number[] = [];
	const leave = engine.listen((event) => {
		if (event.kind === 'send' && event.work !== undefined) sent.set(event.id, event.work);
		if (event.kind !== 'answer') return;
		const work = sent.get(event.id);
		sent.delete(event.id);
		if (work === undefined) return;
		works.push(work);
		slowdowns.push(event.latency / work);
	});
	return { works, slowdowns, leave };
}

function slowdownsOf({ works, slowdowns }: Sizes): number[] {
	// Numbers alone are sorted in a tenth of the time that it takes to sort requests by one of theirs.
	const sorted = Float64Array.from(works).sort();
	const third = Math.floor(sorted.length / 3);
	const [small = NaN, middle = NaN] = [sorted[third - 1], sorted[2 * third - 1]];
	// Of those alike, as many go below each border as have room there.
	let roomAmongSmall = third - sorted.indexOf(small);
	let roomInMiddle = 2 * third - Math.max(third, sorted.indexOf(middle));
	const sums = [0, 0, 0];
	works.forEach((work, i) => {
		const isSmall = work < small || (work === small && roomAmongSmall-- > 0);
		const isLarge = !isSmall && work >= middle && (work > middle || roomInMiddle-- <= 0);
		const part = isSmall ? 0 : isLarge ? 2 : 1;
		sums[part] = (sums[part] ?? 0) + (slowdowns[i] ?? NaN);
	});
	return sums.map((sum, part) => sum / (part < 2 ? third : works.length - 2 * third));
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
