import { z } from 'zod';
import type { Millis } from '#balancer/strategy.ts';
import { Scene } from '#record/scene.ts';
import { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';

export const FollowSchema = z.strictObject({
	/** A lane, a case, `start`, `solution` or `ablation`. */
	run: z.string(),
	/** The first request sent at this instant or later, in milliseconds … */
	after: z.number().min(0),
	/** … that goes to this server, where one is told. */
	server: z.string().optional(),
	/** What to see in it, in a sentence or two. */
	says: z.string().trim().min(1).max(400)
});

/** Which request an explanation follows. */
export type Follow = z.output<typeof FollowSchema>;

/** The life of one request, in milliseconds. */
export interface Followed {
	readonly id: number;
	readonly sent: Millis;
	/** The server of its last attempt. */
	readonly server: string;
	/** Requests inside that server when it was picked, or on the way there. */
	readonly ahead: number;
	/** How many were inside each server, or on the way there, in the scenario's order. */
	readonly inside: readonly (readonly [server: string, count: number])[];
	readonly waited: Millis;
	readonly worked: Millis;
	/** From sent to answered; `Infinity` when it failed. */
	readonly latency: Millis;
	readonly attempts: number;
}

/** The followed request's life; undefined when no request fits. */
export function followed(scenario: Scenario, { after, server }: Follow): Followed | undefined {
	const engine = new Engine(scenario);
	const scene = new Scene();
	const sentAt = new Map<number, Millis>();
	let life: { -readonly [K in keyof Followed]: Followed[K] } | undefined;
	let pickedAt = NaN;
	let startedAt = NaN;
	let done = false as boolean;
	engine.listen((event) => {
		if (event.kind === 'send' && event.at >= after && !done) sentAt.set(event.id, event.at);
		if (event.kind === 'pick' && !done) {
			const sent = sentAt.get(event.id);
			const fits = server === undefined || event.backend === server;
			if (life?.id === event.id || (life === undefined && sent !== undefined && fits)) {
				const inside = scene.servers.map(({ id, inflight }) => [id, inflight] as const);
				life = {
					id: event.id,
					sent: sent ?? NaN,
					server: event.backend,
					ahead: inside.find(([id]) => id === event.backend)?.[1] ?? 0,
					inside,
					waited: 0,
					worked: 0,
					latency: Infinity,
					attempts: event.attempt + 1
				};
				pickedAt = event.at;
			}
		}
		scene.hear(event);
		if (life === undefined || !('id' in event) || event.id !== life.id) return;
		if (event.kind === 'start') {
			startedAt = event.at;
			life.waited = Math.max(0, event.at - pickedAt - scenario.network.hopMs);
		} else if (event.kind === 'finish') life.worked = event.at - startedAt;
		else if (event.kind === 'answer') {
			if (event.result === 'ok') life.latency = event.latency;
			done = true;
		}
	});
	for (let at = after; !done && at <= scenario.durationMs; at += 500) engine.runUntil(at);
	if (!done) engine.runToEnd();
	return life;
}
