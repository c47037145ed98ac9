import { expect, test } from 'vitest';
import { Scene } from '#record/scene.ts';
import { Discs, type Disc } from '#view/stage/discs.ts';
import { stageGeometry, type Geometry } from '#view/stage/geometry.ts';
import { paintDiscs, type Brush } from '#view/stage/paint.ts';

const hopMs = 100;

function stage(queue = 5): { scene: Scene; geometry: Geometry } {
	const scene = new Scene();
	for (const backend of ['A', 'B']) {
		const machine = { workers: 1, queue, speed: 1 };
		scene.hear({ kind: 'backend', at: 0, backend, change: 'added', value: 1, machine });
	}
	const servers = scene.servers.map(({ id, machine }) => ({
		id,
		workers: machine?.workers,
		queue: machine?.queue
	}));
	return { scene, geometry: stageGeometry({ width: 800, height: 240, servers, heading: true }) };
}

function place(
	scene: Scene,
	geometry: Geometry,
	at: number,
	more: { still?: boolean; mine?: ReadonlySet<number>; hopMs?: number } = {}
) {
	const discs = new Discs();
	discs.place({
		scene,
		geometry,
		at,
		hopMs: more.hopMs ?? hopMs,
		still: more.still ?? false,
		mine: more.mine
	});
	return discs;
}

function only(discs: Discs): Disc {
	expect(discs.length).toBe(1);
	const [disc] = [...discs];
	if (disc === undefined) throw new Error('no disc');
	return disc;
}

test('A request walks the travellers’ road in exactly one hop', () => {
	const { scene, geometry } = stage();
	scene.hear({ kind: 'send', at: 1000, id: 1, key: 'k', work: 50 });
	const road = geometry.travellers;
	for (const share of [0, 0.25, 0.5, 1]) {
		const disc = only(place(scene, geometry, 1000 + share * hopMs));
		const point = road.pointAt(road.length * share, { x: 0, y: 0 });
		expect(disc).toMatchObject({ x: point.x, y: point.y, form: 'filled' });
	}
});

test('A request reaches the door of an idle server one hop after the pick, or the tail of a queue', () => {
	const { scene, geometry } = stage();
	const seat = geometry.seats[0];
	scene.hear({ kind: 'send', at: 0, id: 1, key: 'k', work: 50 });
	scene.hear({ kind: 'pick', at: 100, id: 1, key: 'k', attempt: 0, backend: 'A' });
	expect(only(place(scene, geometry, 200))).toMatchObject({ x: seat?.door.x, y: seat?.door.y });
	scene.hear({ kind: 'start', at: 200, id: 1, attempt: 0, backend: 'A' });
	for (const id of [2, 3]) {
		scene.hear({ kind: 'send', at: 200, id, key: 'k', work: 50 });
		scene.hear({ kind: 'pick', at: 210, id, key: 'k', attempt: 0, backend: 'A' });
	}
	const arriving = [...place(scene, geometry, 310)].filter(({ id }) => id > 1);
	expect(arriving.map(({ x }) => Math.round(x))).toEqual(
		[0, 1].map((i) => Math.round(seat?.slots[i]?.x ?? NaN))
	);
});

test('Whoever the server neither takes up nor lets wait walks back crossed', () => {
	const { scene, geometry } = stage();
	scene.hear({ kind: 'send', at: 0, id: 1, key: 'k' });
	scene.hear({ kind: 'pick', at: 100, id: 1, key: 'k', attempt: 0, backend: 'B' });
	const seat = geometry.seats[1];
	const halfway = seat?.road.pointAt(seat.road.length / 2, { x: 0, y: 0 });
	expect(only(place(scene, geometry, 250))).toMatchObject({ ...halfway, form: 'crossed' });
});

test('A disc in a window shrinks so that its area is the work left', () => {
	const { scene, geometry } = stage();
	scene.hear({ kind: 'send', at: 0, id: 1, key: 'k', work: 80 });
	scene.hear({ kind: 'pick', at: 0, id: 1, key: 'k', attempt: 0, backend: 'A' });
	scene.hear({ kind: 'start', at: 0, id: 1, attempt: 0, backend: 'A' });
	const full = only(place(scene, geometry, 0)).radius;
	const quarter = only(place(scene, geometry, 60));
	expect(quarter.lit).toBe(true);
	expect(quarter.radius ** 2 / full ** 2).toBeCloseTo(0.25, 6);
});

test('Those beyond the drawn places are counted, not drawn; the learner’s own is drawn all the same', () => {
	const { scene, geometry } = stage(100);
	for (let id = 0; id < 40; id++) {
		scene.hear({ kind: 'send', at: 0, id, key: 'k', work: 10 });
		scene.hear({ kind: 'pick', at: 0, id, key: 'k', attempt: 0, backend: 'A' });
		scene.hear({ kind: 'queue', at: 0, id, attempt: 0, backend: 'A' });
	}
	const drawn = geometry.seats[0]?.slots.length ?? 0;
	expect(drawn).toBeLessThan(40);
	expect(place(scene, geometry, 0).length).toBe(drawn);
	const discs = [...place(scene, geometry, 0, { mine: new Set([39]) })];
	expect(discs).toHaveLength(drawn + 1);
	expect(discs.filter(({ mine }) => mine).map(({ id }) => id)).toEqual([39]);
});

test('Nothing flies with reduced motion, nor where the network takes no time', () => {
	const { scene, geometry } = stage();
	scene.hear({ kind: 'send', at: 0, id: 1, key: 'k' });
	scene.hear({ kind: 'send', at: 0, id: 2, key: 'k' });
	scene.hear({ kind: 'pick', at: 0, id: 2, key: 'k', attempt: 0, backend: 'A' });
	scene.hear({ kind: 'queue', at: 0, id: 2, attempt: 0, backend: 'A' });
	for (const plan of [{ still: true }, { hopMs: 0 }]) {
		expect([...place(scene, geometry, 50, plan)].map(({ id, form }) => [id, form])).toEqual([
			[2, 'outlined']
		]);
	}
	expect(place(scene, geometry, 50).length).toBe(2);
});

test('Frames use the same discs again', () => {
	const { scene, geometry } = stage();
	scene.hear({ kind: 'send', at: 0, id: 1, key: 'k' });
	const discs = place(scene, geometry, 10);
	const [first] = [...discs];
	discs.place({ scene, geometry, at: 20, hopMs, still: false, mine: undefined });
	expect([...discs][0]).toBe(first);
	expect(discs.nearest(first?.x ?? 0, first?.y ?? 0, 3)?.id).toBe(1);
	expect(discs.nearest(700, 200, 3)).toBeUndefined();
});

test('The brush fills who is served in the strategy’s colour, outlines who waits, and labels the learner’s own', () => {
	const { scene, geometry } = stage();
	for (const id of [1, 2]) {
		scene.hear({ kind: 'send', at: 0, id, key: 'k', work: 50 });
		scene.hear({ kind: 'pick', at: 0, id, key: 'k', attempt: 0, backend: 'A' });
		scene.hear({ kind: id === 1 ? 'start' : 'queue', at: 0, id, attempt: 0, backend: 'A' });
	}
	const strokes: string[] = [];
	let arcs = 0;
	const nothing = () => undefined;
	const colour = (style: unknown) => (typeof style === 'string' ? style : 'no colour');
	const brush: Brush = {
		fillStyle: '',
		strokeStyle: '',
		lineWidth: 1,
		lineJoin: 'miter',
		globalAlpha: 1,
		font: '',
		textAlign: 'left',
		beginPath: () => (arcs = 0),
		moveTo: nothing,
		lineTo: nothing,
		closePath: nothing,
		arc: () => arcs++,
		fill: () => arcs > 0 && strokes.push(`fill ${colour(brush.fillStyle)} ${String(arcs)}`),
		stroke: () => arcs > 0 && strokes.push(`stroke ${colour(brush.strokeStyle)} ${String(arcs)}`),
		fillText: (text: string) => strokes.push(text),
		strokeText: nothing
	};
	const palette = { disc: 'blue', panel: 'white', ink: 'black', bad: 'red', font: 'sans' };
	paintDiscs(brush, place(scene, geometry, 0, { mine: new Set([2]) }), palette, 'above');
	expect(strokes).toEqual([
		'fill white 1',
		'stroke blue 1',
		'fill white 1',
		'fill blue 1',
		'stroke white 1',
		'stroke black 1',
		'yours'
	]);
	expect(brush.globalAlpha).toBe(1);
});
