import type { Scene } from '#record/scene.ts';
import { stageWords } from '#words/stage.ts';
import { gateShape } from './castle.ts';
import { gazeOf, hunger, serverFigures, type ServerFigure } from './figures.ts';
import type { Box, Geometry } from './geometry.ts';
import { monster, type Monster } from './monster.ts';
import type { Point } from './road.ts';
import { short, twoLines } from './words.ts';

const say = stageWords.picture;

/** Words at a place. */
export interface Line extends Point {
	readonly words: string;
}

/** All of one frame but the requests: plain values, so that only what changed is drawn again. */
export interface Scenery {
	readonly title: string;
	/** What the strategy says of itself, below the title. */
	readonly says: readonly Line[];
	readonly rate: Line;
	/** Above the grid of towers, what their figures are. */
	readonly legend: Line | undefined;
	readonly servers: readonly ServerFigure[];
	readonly monster: {
		readonly shape: Monster;
		/** Where its middle stands: on the ground, however large it is. */
		readonly at: Point;
		/** What is pointed at. */
		readonly target: Box;
		readonly words: readonly [Line, Line];
	};
	readonly gate: {
		readonly wall: string;
		readonly passage: string;
		/** What is pointed at: the gate and its words. */
		readonly target: Box;
		/** Its strategy's name, unless the title says it. */
		readonly names: readonly Line[];
		readonly pick: Line;
		/** That nobody is left, and all are asked. */
		readonly panic: Line | undefined;
		readonly picked: string | undefined;
	};
}

export interface SceneryPlan {
	readonly scene: Scene;
	readonly geometry: Geometry;
	readonly at: number;
	readonly strategy: { readonly title: string; readonly says: string };
	/** Above the picture, such as the lane's name. */
	readonly label: string;
	/** Nothing flies or breathes: counters say what is on its way. */
	readonly still: boolean;
	/** The run is over. */
	readonly ended?: boolean;
}

export function sceneryOf(plan: SceneryPlan): Scenery {
	const { scene, geometry, at, strategy, label } = plan;
	const { heading, dense, seats } = geometry;
	const says = twoLines(strategy.says, Math.floor(heading.width / 6.1)).slice(0, label === '' ? 3 : 2);
	const [seat] = seats;
	return {
		title: label,
		says: says.map((line, i) => ({ words: line, x: heading.x, y: (label === '' ? 12 : 30) + i * 14 })),
		rate: { words: rateWords(plan), x: geometry.rateLabel.x, y: geometry.rateLabel.y + 12 },
		legend: dense && seat !== undefined ? { words: say.legend, ...seat.legend } : undefined,
		servers: serverFigures(scene, geometry, at),
		monster: monsterOf(plan),
		gate: gateOf(plan)
	};
}

function rateWords({ scene, at, still, ended = false }: SceneryPlan): string {
	if (ended) return say.ended(scene.sent);
	const rate = Math.round(scene.recentSent.perSecond(at));
	if (!still) return say.rate(rate);
	let travelling = 0;
	for (const { phase } of scene.requests.values())
		if (phase !== 'held' && phase !== 'waiting' && phase !== 'serving') travelling++;
	return say.travelling(travelling, rate);
}

function monsterOf({ scene, geometry, at, still, ended = false }: SceneryPlan): Scenery['monster'] {
	const { monster: place, monsterLabel: label, direction } = geometry;
	const { backlog, errors } = hunger(scene, at, ended);
	const shape = monster({ backlog, errors, gaze: gazeOf(scene, geometry), at, still }, place.radius);
	const across = direction === 'across';
	const x = label.x + (across ? 0 : label.width);
	const left = Math.min(label.x, place.x - place.radius);
	return {
		shape,
		at: { x: place.x, y: Math.round((place.y + place.radius - shape.radius * 0.93) * 10) / 10 },
		target: {
			x: left,
			y: place.y - place.radius + 8,
			width: label.x + label.width - left,
			height: place.radius * 2 - 4
		},
		words: [
			{ words: stageWords.overload, x, y: label.y + 12 },
			{ words: lot(backlog, errors, ended), x, y: label.y + 27 }
		]
	};
}

/** What it has to say for itself. */
function lot(backlog: number, errors: number, ended: boolean): string {
	if (ended) return backlog === 0 ? say.allAnswered : say.never(backlog);
	if (backlog > 0) return say.backlog(backlog);
	return errors === 0 ? say.asleep : say.errors(Math.max(1, Math.round(100 * errors)));
}

function gateOf({ scene, geometry, strategy, label }: SceneryPlan): Scenery['gate'] {
	const { gateLabel, direction, height } = geometry;
	const across = direction === 'across';
	const x = gateLabel.x + (across ? gateLabel.width / 2 : 0);
	// The name is said once; a low stage has no room for two lines of it above the monster's.
	const low = across && height < (scene.panic ? 260 : 220);
	const names = label === strategy.title ? [] : low ? [strategy.title] : twoLines(strategy.title, 17);
	const picked = scene.lastPick?.backend;
	const held = scene.held > 0 ? ` · ${say.held(scene.held)}` : '';
	const y = gateLabel.y + 13 + names.length * 15;
	return {
		...gateShape(geometry.gate),
		target: around(geometry.gate, gateLabel),
		names: names.map((line, i) => ({ words: line, x, y: gateLabel.y + 13 + i * 15 })),
		pick: {
			words: `${picked === undefined ? say.awaits : `→ ${short(picked, 16)}`}${held}`,
			x,
			y
		},
		panic: scene.panic ? { words: say.panic, x, y: y + 15 } : undefined,
		picked
	};
}

/** The smallest box that holds both. */
function around(a: Box, b: Box): Box {
	const x = Math.min(a.x, b.x);
	const y = Math.min(a.y, b.y);
	return {
		x,
		y,
		width: Math.max(a.x + a.width, b.x + b.width) - x,
		height: Math.max(a.y + a.height, b.y + b.height) - y
	};
}
