import { z } from 'zod';
import type { TraceEvent } from '#record/event.ts';
import { Scene, type SceneServer } from '#record/scene.ts';
import type { Millis } from '#balancer/strategy.ts';
import { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';

/** What a run can be stopped by, the first time it happens. */
const firsts = ['refused', 'failed', 'timeout', 'retry', 'waiting', 'ejected'] as const;
type First = (typeof firsts)[number];

const StopSchema = z
	.strictObject({
		/** The lane whose run it is about; for a comparison only. */
		lane: z.string().optional(),
		/** Either this instant, in milliseconds of the run … */
		at: z.number().min(0).optional(),
		/** … or the first time this happens; `waiting` is a queue of `reaches` requests. */
		first: z.enum(firsts).optional(),
		reaches: z.int().min(1).default(1),
		/** `first` looks at nothing before this instant. */
		after: z.number().min(0).default(0),
		/** The server that the caption stands at; for `first`, only there does it count. Where it happens, unless told. */
		server: z.string().optional(),
		/** The caption. `{server}`, `{inside}`, `{waiting}`, `{busy}`, `{refused}` (of that server), `{dark}` (servers with nothing to do) and `{at}` are filled in from the run. */
		says: z.string().trim().min(1).max(280)
	})
	.refine(({ at, first }) => (at === undefined) !== (first === undefined), {
		error: 'needs exactly one of at and first'
	});

export const StopsSchema = z.array(StopSchema).max(5).default([]);

/** Where a run stops by itself, and what there is to be noticed. */
export type Stop = z.output<typeof StopSchema>;

/** A stop with its instant, as the engine has it. */
export interface FoundStop {
	readonly at: Millis;
	readonly lane: string | undefined;
	/** Absent where it is about all servers. */
	readonly server: string | undefined;
	readonly says: string;
}

/** Run a scenario until the stop's moment. Undefined when that never comes. */
export function findStop(scenario: Scenario, stop: Stop): FoundStop | undefined {
	const engine = new Engine(scenario);
	const scene = new Scene();
	let found: FoundStop | undefined;
	const note = (at: Millis, server = stop.server): void => {
		found ??= { at, lane: stop.lane, server, says: filled(stop.says, scene, at, server) };
	};
	engine.listen((event) => {
		scene.hear(event);
		if (found !== undefined || stop.first === undefined || event.at < stop.after) return;
		const where = happened(stop.first, event, scene, stop.reaches);
		if (where === undefined || (stop.server !== undefined && where !== stop.server)) return;
		note(event.at, where === '' ? undefined : where);
	});
	if (stop.at !== undefined) {
		if (stop.at >= scenario.durationMs) return undefined;
		engine.runUntil(stop.at);
		note(stop.at);
		return found;
	}
	for (let at = 0; found === undefined && !engine.ended && at <= scenario.durationMs; at += 500)
		engine.runUntil(at);
	return found;
}

/** The server at which it happened, empty where it was at none; undefined when it did not. */
function happened(first: First, event: TraceEvent, scene: Scene, reaches: number): string | undefined {
	switch (first) {
		case 'refused':
			return event.kind === 'end' && event.reason === 'queue-full' ? event.backend : undefined;
		case 'timeout':
			return event.kind === 'end' && event.result === 'timeout' ? event.backend : undefined;
		case 'failed':
			return event.kind === 'answer' && event.result !== 'ok' ? (event.backend ?? '') : undefined;
		case 'retry':
			return event.kind === 'pick' && event.attempt > 0 ? event.backend : undefined;
		case 'waiting':
			if (event.kind !== 'queue') return undefined;
			return (serverOf(scene, event.backend)?.waiting.length ?? 0) >= reaches ? event.backend : undefined;
		case 'ejected':
			return event.kind === 'backend' && event.change === 'ejected' ? event.backend : undefined;
	}
}

function serverOf(scene: Scene, id: string | undefined): SceneServer | undefined {
	return scene.servers.find((server) => server.id === id);
}

function filled(says: string, scene: Scene, at: Millis, id: string | undefined): string {
	const server = serverOf(scene, id);
	const waiting = server?.waiting.length ?? 0;
	const busy = server?.serving.length ?? 0;
	const values: Readonly<Record<string, number | string | undefined>> = {
		server: id,
		waiting,
		busy,
		inside: waiting + busy,
		refused: server?.refused,
		dark: scene.servers.filter(({ serving }) => serving.length === 0).length,
		at: `${(at / 1000).toFixed(1)} s`
	};
	return says.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
}

/** Placeholders of a caption that nothing fills. */
export function unfilled({ says }: FoundStop): readonly string[] {
	return [...says.matchAll(/\{[^}]*\}/g)].map(([placeholder]) => placeholder);
}
