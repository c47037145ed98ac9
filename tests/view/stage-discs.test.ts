import { expect, test } from 'vitest';
import { Scene } from '#record/scene.ts';
import { noRules, type Rules } from '#view/stage/deadline.ts';
import { Discs, type Disc } from '#view/stage/discs.ts';
import { stageGeometry, type Geometry } from '#view/stage/geometry.ts';

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
	more: { still?: boolean; mine?: ReadonlySet<number>; hopMs?: number; rules?: Rules; chosen?: number } = {}
) {
	const discs = new Discs();
	discs.place({
		scene,
		geometry,
		at,
		hopMs: more.hopMs ?? hopMs,
		still: more.still ?? false,
		mine: more.mine,
		rules: more.rules,
		chosen: more.chosen
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

test('A ring is the share of the time to the nearest deadline that is left', () => {
	const { scene, geometry } = stage();
	const rules = { ...noRules, attemptMs: 400, patienceMs: 1000 };
	scene.hear({ kind: 'send', at: 0, id: 1, key: 'k' });
	expect(only(place(scene, geometry, 50)).ring).toBeNaN();
	expect(only(place(scene, geometry, 50, { rules })).ring).toBeCloseTo(0.95);
	scene.hear({ kind: 'pick', at: 100, id: 1, key: 'k', attempt: 0, backend: 'A' });
	scene.hear({ kind: 'start', at: 200, id: 1, attempt: 0, backend: 'A' });
	expect(only(place(scene, geometry, 300, { rules })).ring).toBeCloseTo(0.5);
	// The attempt has longer than the client now: the client's patience is what is nearer.
	expect(only(place(scene, geometry, 900, { rules: { ...rules, attemptMs: 5000 } })).ring).toBeCloseTo(0.1);
	scene.hear({ kind: 'end', at: 500, id: 1, attempt: 0, backend: 'A', latency: 400, result: 'timeout' });
	expect(only(place(scene, geometry, 700, { rules })).ring).toBeNaN();
	expect(only(place(scene, geometry, 700, { rules })).form).toBe('hollow');
});

test('A retry is square, a hedge a triangle, a boulder a hexagon, and the giant’s are striped', () => {
	const { scene, geometry } = stage(40);
	for (let id = 0; id < 70; id++) {
		scene.hear({ kind: 'send', at: id, id, key: id % 3 === 0 ? 'giant' : String(id), work: 10 });
	}
	const looks = () =>
		[...place(scene, geometry, 100, { hopMs: 1000 })].map(
			({ shape, striped }) => `${shape} ${String(striped)}`
		);
	expect(new Set(looks().slice(0, 60))).toEqual(new Set(['round false']));
	expect(looks().slice(66)).toEqual(['round true', 'round false', 'round false', 'round true']);
	const shapeOf = (id: number) =>
		[...place(scene, geometry, 300, { hopMs: 1000 })].find((disc) => disc.id === id)?.shape;
	scene.hear({ kind: 'send', at: 200, id: 100, key: 'b', work: 200 });
	expect(shapeOf(100)).toBe('hexagon');
	for (const id of [101, 102]) {
		scene.hear({ kind: 'send', at: 200, id, key: 'k', work: 10 });
		scene.hear({ kind: 'pick', at: 210, id, key: 'k', attempt: 0, backend: 'A' });
	}
	scene.hear({ kind: 'pick', at: 220, id: 101, key: 'k', attempt: 1, backend: 'B' });
	scene.hear({
		kind: 'end',
		at: 230,
		id: 102,
		attempt: 0,
		backend: 'A',
		latency: 20,
		result: 'error',
		reason: 'failed'
	});
	scene.hear({ kind: 'pick', at: 240, id: 102, key: 'k', attempt: 1, backend: 'B' });
	const racing = [...place(scene, geometry, 300, { hopMs: 1000 })].filter(({ id }) => id === 101);
	expect(racing.map(({ shape }) => shape).toSorted()).toEqual(['round', 'triangle']);
	expect(shapeOf(102)).toBe('square');
});

test('Those who share a server have a window each, and each as much work left as its share has left it', () => {
	const scene = new Scene();
	const machine = { workers: 2, slots: 6, queue: 4, speed: 1 };
	scene.hear({ kind: 'backend', at: 0, backend: 'A', change: 'added', machine });
	const geometry = stageGeometry({
		width: 800,
		height: 240,
		servers: [{ id: 'A', workers: 6, queue: 4 }],
		heading: true
	});
	for (let id = 0; id < 4; id++) {
		scene.hear({ kind: 'send', at: 0, id, key: 'k', work: 100 });
		scene.hear({ kind: 'pick', at: 0, id, key: 'k', attempt: 0, backend: 'A' });
		scene.hear({ kind: 'start', at: 0, id, attempt: 0, backend: 'A' });
	}
	const before = [...place(scene, geometry, 0)];
	const after = [...place(scene, geometry, 100)];
	expect(new Set(after.map(({ x, y }) => `${String(x)} ${String(Math.round(y))}`)).size).toBe(4);
	// Four share two workers: in 100 ms each has had 50 ms of its 100.
	after.forEach((disc, i) => {
		expect(disc.radius ** 2 / (before[i]?.radius ?? NaN) ** 2).toBeCloseTo(0.5, 6);
	});
});

test('Where ways differ in length nobody is shown as turned away before it is known', () => {
	const { scene, geometry } = stage();
	scene.hear({ kind: 'send', at: 0, id: 1, key: 'k' });
	scene.hear({ kind: 'pick', at: 0, id: 1, key: 'k', attempt: 0, backend: 'A' });
	const look = (rules: Rules) => only(place(scene, geometry, 150, { rules }));
	expect(look(noRules).form).toBe('crossed');
	expect(look({ ...noRules, steady: false })).toMatchObject({ form: 'filled', x: geometry.seats[0]?.door.x });
	const farther = look({ ...noRules, farther: new Map([['A', 200]]) });
	expect(farther).toMatchObject({
		form: 'filled',
		...geometry.seats[0]?.road.pointAt(geometry.seats[0].road.length / 2, { x: 0, y: 0 })
	});
});

test('The one that is selected is drawn wherever it waits', () => {
	const { scene, geometry } = stage(100);
	for (let id = 0; id < 40; id++) {
		scene.hear({ kind: 'send', at: 0, id, key: 'k', work: 10 });
		scene.hear({ kind: 'pick', at: 0, id, key: 'k', attempt: 0, backend: 'A' });
		scene.hear({ kind: 'queue', at: 0, id, attempt: 0, backend: 'A' });
	}
	const chosen = [...place(scene, geometry, 0, { chosen: 39 })].filter((disc) => disc.chosen);
	expect(chosen.map(({ id }) => id)).toEqual([39]);
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

test('Of many on one spot of a road all can be pointed at', () => {
	const { scene, geometry } = stage();
	for (let id = 0; id < 500; id++)
		scene.hear({ kind: 'send', at: 0, id, key: String(id), work: 10 + (id % 7) });
	const discs = place(scene, geometry, 50);
	expect(discs.length).toBe(500);
	const [first] = [...discs];
	expect(discs.nearest(first?.x ?? 0, first?.y ?? 0, 1)).toBeDefined();
});

test('Among towers a request is smaller, so that names can be read beside a crowded road', () => {
	const { scene, geometry } = stage();
	scene.hear({ kind: 'send', at: 1000, id: 1, key: 'k', work: 50 });
	const ids = Array.from({ length: 40 }, (_, i) => ({ id: `s${String(i)}`, workers: 1, queue: 5 }));
	const towers = stageGeometry({ width: 800, height: 420, servers: ids, heading: true });
	expect(towers.dense).toBe(true);
	const among = only(place(scene, towers, 1050)).radius;
	expect(among).toBeCloseTo(0.7 * only(place(scene, geometry, 1050)).radius);
});
