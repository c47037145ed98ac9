import type { Happening } from '#record/chronicle.ts';
import { workLeft, type Scene, type SceneServer } from '#record/scene.ts';
import { stageDetailsWords } from '#words/stage-details.ts';
import { clock } from '../chart/format.ts';
import { happeningWords } from './happenings.ts';
import { belief, count, duration } from './words.ts';

const say = stageDetailsWords.details;

/** A request inside a server, as a list names it. */
export interface Inmate {
	readonly id: number;
	readonly words: string;
}

const mostInmates = 10;

/** Who is served there and who waits, in their order; `more` of them are not listed. */
export function inmatesOf(
	server: SceneServer,
	at: number
): { readonly inmates: readonly Inmate[]; readonly more: number } {
	const served = server.serving.map((serving): Inmate => {
		const left = workLeft(serving, server, at);
		return { id: serving.id, words: left === undefined ? say.served : say.workLeft(duration(left)) };
	});
	const waiting = server.waiting.slice(0, mostInmates).map(({ id }, i): Inmate => ({
		id,
		words: i === 0 ? say.next : say.queued(i + 1)
	}));
	const inmates = [...served, ...waiting].slice(0, mostInmates);
	return { inmates, more: server.serving.length + server.waiting.length - inmates.length };
}

/** What a server has been through, the latest first. */
export function historyOf(
	happenings: readonly Happening[],
	server: string,
	most = 8
): readonly { readonly when: string; readonly words: string }[] {
	return happenings
		.filter(({ backends }) => backends.includes(server))
		.slice(-most)
		.toReversed()
		.map((happening) => ({
			when: clock(happening.at, 100),
			words: happeningWords({ ...happening, backends: [server], count: ownCount(happening) })
		}));
}

/** Where several servers were struck the count is of all of them: it says nothing of one. */
function ownCount({ count, backends }: Happening): number {
	return backends.length === 1 ? count : 1;
}

/** What the gate goes by, beside what is so. */
export interface BeliefRow {
	readonly id: string;
	readonly counted: string;
	/** Empty where the strategy has said nothing of it. */
	readonly believed: string;
	/** Empty where nobody can look inside. */
	readonly inside: string;
	readonly onTheWay: string;
}

const mostBeliefs = 16;

export function beliefsOf(scene: Scene): { readonly rows: readonly BeliefRow[]; readonly more: number } {
	const loads = new Map(scene.lastPick?.loads ?? []);
	const known = scene.servers.filter(({ site }) => site === undefined);
	const rows = known.slice(0, mostBeliefs).map((server): BeliefRow => {
		const load = loads.get(server.id);
		return {
			id: server.id,
			counted: count(server.inflight),
			believed: load === undefined ? '' : belief(load),
			inside: server.machine === undefined ? '' : count(server.serving.length + server.waiting.length),
			onTheWay: count(server.coming)
		};
	});
	return { rows, more: known.length - rows.length };
}
