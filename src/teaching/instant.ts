import type { Millis } from '#balancer/strategy.ts';
import { Scene } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';

/** What a text may say of a run at one instant. */
export interface Instant {
	/** `inside` is busy and waiting; `dark` counts the servers that have nothing to do. */
	readonly what: 'inside' | 'waiting' | 'busy' | 'refused' | 'dark';
	/** Absent for `dark`. */
	readonly server: string | undefined;
	readonly at: Millis;
}

/** `inside.F@11000`, `dark@11000`; undefined for what has another form. */
export function instantOf(text: string): Instant | undefined {
	const match = /^(?:(inside|waiting|busy|refused)\.([^.@]+)|(dark))@(\d+)$/.exec(text);
	if (match === null) return undefined;
	const what = (match[1] ?? match[3]) as Instant['what'];
	return { what, server: match[2], at: Number(match[4]) };
}

/** Undefined when there is no such server at that instant. */
export function instantValue(scenario: Scenario, { what, server: id, at }: Instant): number | undefined {
	const engine = new Engine(scenario);
	const scene = new Scene();
	engine.listen((event) => {
		scene.hear(event);
	});
	engine.runUntil(at);
	if (what === 'dark') return scene.servers.filter(({ serving }) => serving.length === 0).length;
	const server = scene.servers.find((one) => one.id === id);
	if (server === undefined) return undefined;
	const [busy, waiting] = [server.serving.length, server.waiting.length];
	return { inside: busy + waiting, waiting, busy, refused: server.refused }[what];
}
