import type { Happening } from '#record/chronicle.ts';
import { workLeft, type LiveRequest, type Scene, type ScenePick, type SceneServer } from '#record/scene.ts';
import { stageWords } from '#words/stage.ts';
import { hunger } from './figures.ts';
import type { Geometry } from './geometry.ts';
import type { Point } from './road.ts';
import { whyOf, type Why } from './why.ts';
import { brief, count, reasonWords, serverDetails, serverStatus } from './words.ts';

const say = stageWords;

/** What the reader points at. */
export type Topic =
	| { readonly kind: 'server'; readonly id: string }
	| { readonly kind: 'gate' }
	| { readonly kind: 'monster' }
	| { readonly kind: 'request'; readonly id: number };

export function sameTopic(one: Topic | undefined, other: Topic | undefined): boolean {
	if (one?.kind !== other?.kind) return false;
	const idOf = (topic: Topic | undefined): unknown =>
		topic !== undefined && 'id' in topic ? topic.id : undefined;
	return idOf(one) === idOf(other);
}

/** The answer to "what is this?". */
export interface Card {
	readonly title: string;
	readonly lines: readonly string[];
	/** The decision, where it belongs to what is asked about. */
	readonly why: Why | undefined;
	/** The side it goes to when there is room. */
	readonly side: 'left' | 'right';
	/** The card keeps off this box. */
	readonly beside: {
		readonly x: number;
		readonly y: number;
		readonly width: number;
		readonly height: number;
	};
}

export interface Strategic {
	readonly title: string;
	readonly says: string;
}

export function cardOf(
	topic: Topic,
	scene: Scene,
	geometry: Geometry,
	at: number,
	strategy: Strategic,
	spot: Point | undefined,
	ended = false
): Card | undefined {
	switch (topic.kind) {
		case 'server': {
			const server = scene.server(topic.id);
			const seat = geometry.seats.find(({ id }) => id === topic.id);
			if (server === undefined || seat === undefined) return undefined;
			const left = geometry.dense ? seat.castle.x : seat.rest.x - 20;
			return {
				title: serverTitle(server, at),
				lines: serverDetails(server, at),
				why: latestWhy(scene, at, ({ backend }) => backend === topic.id),
				side: 'left',
				beside: { x: left, y: seat.row.y, width: geometry.width - left, height: seat.row.height }
			};
		}
		case 'gate':
			return {
				title: say.gate(strategy.title),
				lines: [strategy.says, ...(scene.panic ? [say.told.panic] : [])],
				why: latestWhy(scene, at),
				side: 'right',
				beside: geometry.gate
			};
		case 'monster': {
			const { backlog, waiting, refused, errors } = hunger(scene, at, ended);
			const { x, y, radius } = geometry.monster;
			return {
				title: say.overload,
				lines: ended
					? [say.card.never(backlog, scene.sent)]
					: [say.card.backlog(waiting, refused), say.card.errors(brief(errors * 100))],
				why: undefined,
				side: 'right',
				beside: { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }
			};
		}
		case 'request': {
			const request = scene.requests.get(topic.id);
			if (request === undefined || spot === undefined) return undefined;
			return {
				title: say.request(request.id),
				lines: requestLines(request, scene, at),
				why: latestWhy(scene, at, ({ id }) => id === request.id),
				side: 'left',
				beside: { x: spot.x - 12, y: spot.y - 12, width: 24, height: 24 }
			};
		}
	}
}

/** `Server B, drained` */
export function serverTitle(server: SceneServer, at: number): string {
	const status = serverStatus(server, at, ', ');
	return status === '' ? say.server(server.id) : say.serverWith(server.id, status);
}

/** The latest decision, where it belongs to what is asked about. */
function latestWhy(
	{ lastPick }: Scene,
	at: number,
	belongs: (pick: ScenePick) => boolean = () => true
): Why | undefined {
	return lastPick !== undefined && belongs(lastPick) ? whyOf(lastPick, at) : undefined;
}

function requestLines(request: LiveRequest, scene: Scene, at: number): string[] {
	const { phase, backend = '', since, work, attempt, key, result, reason, sentAt } = request;
	const { card } = say;
	const ms = (value: number): string => say.ms(count(Math.round(Math.max(0, value))));
	const outcome =
		result === undefined || result === 'ok'
			? card.answered
			: card.turnedBack(reasonWords[reason ?? 'failed']);
	const where = {
		'to-gate': card.toGate,
		held: card.held(ms(at - since)),
		'to-server': card.toServer(backend),
		waiting: card.waiting(backend, ms(at - since)),
		serving: card.serving(backend, ms(at - since)),
		'to-gate-back': card.back(backend, outcome),
		'to-client': card.home(outcome)
	}[phase];
	const lines = [where];
	if (work !== undefined) {
		const server = scene.server(backend);
		const serving = server?.serving.find(({ id }) => id === request.id);
		const left = server && serving && workLeft(serving, server, at);
		lines.push(left === undefined ? card.work(ms(work)) : card.workLeft(ms(work), ms(left)));
	}
	const ago = ms(at - sentAt);
	lines.push(attempt > 0 ? card.again(ago, key, attempt + 1) : card.sent(ago, key));
	return lines;
}

/** What a caption of something that happened keeps off: the server where it did, else the gate. */
export function placeOf(happening: Happening, geometry: Geometry): Pick<Card, 'side' | 'beside'> {
	const seat = geometry.seats.find(({ id }) => id === happening.backends[0]);
	if (seat === undefined) return { side: 'right', beside: geometry.gate };
	const left = geometry.dense ? seat.castle.x : seat.rest.x - 20;
	return {
		side: 'left',
		beside: { x: left, y: seat.row.y, width: geometry.width - left, height: seat.row.height }
	};
}

/** The card's upper left corner: beside what it explains when it fits there, else below or above; never outside. */
export function cardPlace(
	{ side, beside }: Pick<Card, 'side' | 'beside'>,
	card: { width: number; height: number },
	stage: { width: number; height: number }
): Point {
	const gap = 8;
	const keep = (value: number, most: number): number => Math.max(0, Math.min(value, most));
	const y = keep(beside.y + beside.height / 2 - card.height / 2, stage.height - card.height);
	const left = beside.x - gap - card.width;
	const right = beside.x + beside.width + gap;
	const fitsLeft = left >= 0;
	const fitsRight = right + card.width <= stage.width;
	if (fitsLeft && (side === 'left' || !fitsRight)) return { x: left, y };
	if (fitsRight) return { x: right, y };
	const x = keep(beside.x, stage.width - card.width);
	const below = beside.y + beside.height + gap;
	if (below + card.height <= stage.height) return { x, y: below };
	return { x, y: Math.max(0, beside.y - gap - card.height) };
}
