import { expect, test } from 'vitest';
import { Scene } from '#record/scene.ts';
import { cardPlace } from '#view/stage/cards.ts';
import { castleShape } from '#view/stage/castle.ts';
import { hunger, serverFigures } from '#view/stage/figures.ts';
import { stageGeometry } from '#view/stage/geometry.ts';
import { currentDetails } from '#view/stage/current.ts';
import { monster, monsterRadius } from '#view/stage/monster.ts';
import { sceneryOf } from '#view/stage/scenery.ts';
import { tidings, toldOf } from '#view/stage/tidings.ts';
import { brief, serverName, serverNumbers, short, summary, twoLines } from '#view/stage/words.ts';
import { whyOf } from '#view/stage/why.ts';

function sceneOf(waiting: number, workers = 1): Scene {
	const scene = new Scene();
	const machine = { workers, queue: 50, speed: 1 };
	for (const backend of ['A', 'B']) {
		scene.hear({ kind: 'backend', at: 0, backend, change: 'added', value: 1, machine });
	}
	for (let id = 0; id <= waiting; id++) {
		scene.hear({ kind: 'send', at: 1, id, key: 'k', work: 50 });
		scene.hear({
			kind: 'pick',
			at: 2,
			id,
			key: 'k',
			attempt: 0,
			backend: 'B',
			loads: [
				['A', 3],
				['B', 2.004]
			]
		});
		scene.hear({ kind: id === 0 ? 'start' : 'queue', at: 3, id, attempt: 0, backend: 'B' });
	}
	return scene;
}

function serverB(scene: Scene) {
	const server = scene.server('B');
	if (server === undefined) throw new Error('B is missing');
	return server;
}

function geometryOf(scene: Scene) {
	const servers = scene.servers.map(({ id, machine }) => ({
		id,
		workers: machine?.workers,
		queue: machine?.queue
	}));
	return stageGeometry({ width: 800, height: 240, servers, heading: true });
}

const calmly = { strategy: { title: 'Round robin', says: '' }, label: '', still: true };

test('A server is named with its numbers and its health', () => {
	const scene = sceneOf(6);
	expect(serverName(serverB(scene), 4)).toBe('Server B: 1 busy, 6 waiting, healthy');
	scene.hear({ kind: 'backend', at: 4, backend: 'B', change: 'pace', value: 0.42 });
	expect(serverName(serverB(scene), 4)).toBe('Server B: 1 busy, 6 waiting, works at ×0.4');
	scene.hear({ kind: 'backend', at: 4, backend: 'B', change: 'pace', value: 1 });
	scene.hear({ kind: 'backend', at: 4, backend: 'B', change: 'drain' });
	scene.hear({ kind: 'backend', at: 4, backend: 'B', change: 'slow', value: 0.5 });
	expect(serverName(serverB(scene), 4)).toBe('Server B: 1 busy, 6 waiting, drained, slow, ×0.5');
});

test('A server that stands still for a while is frozen until then, in its words and its form', () => {
	const scene = sceneOf(6);
	const before = toldOf(scene);
	scene.hear({ kind: 'backend', at: 4, backend: 'B', change: 'pause', value: 3000 });
	const b = serverB(scene);
	expect([serverName(b, 3003), serverName(b, 3004)]).toEqual([
		'Server B: 1 busy, 6 waiting, frozen',
		'Server B: 1 busy, 6 waiting, healthy'
	]);
	expect(tidings(before, toldOf(scene))).toBe('Server B: frozen.');
	const [, figure] = serverFigures(scene, geometryOf(scene), 100);
	expect(figure).toMatchObject({ status: 'frozen', fault: 'pause' });
	scene.hear({ kind: 'backend', at: 5, backend: 'B', change: 'slow', value: 0.5 });
	expect(serverName(b, 100)).toMatch(/slow, ×0.5$/);
});

test('A server that is being built says so, when it opens, and shows as much of itself as stands', () => {
	const scene = sceneOf(0);
	const machine = { workers: 2, queue: 5, speed: 1 };
	scene.hear({ kind: 'backend', at: 1000, backend: 'C', change: 'ordered', value: 20_000, machine });
	const figure = (at: number) => serverFigures(scene, geometryOf(scene), at).find(({ id }) => id === 'C');
	expect(figure(1000)).toMatchObject({
		built: 0,
		closed: true,
		status: 'being built',
		numbers: 'opens in 20 s'
	});
	expect(figure(16_000)).toMatchObject({ built: 0.75, numbers: 'opens in 5 s', brief: 'in 5 s' });
	expect(summary(scene, 'Round robin')).toMatch(/^Round robin, 2 servers and 1 being built: /);
	scene.hear({ kind: 'backend', at: 21_000, backend: 'C', change: 'added', value: 1, machine });
	expect(figure(21_000)).toMatchObject({ built: undefined, closed: false, status: '' });
});

test('Numbers on a castle are as wide with one figure as with two', () => {
	expect(serverNumbers(serverB(sceneOf(6)), 0)).toHaveLength(serverNumbers(serverB(sceneOf(36)), 0).length);
	expect(serverNumbers(serverB(sceneOf(36)), 0)).toBe('1 busy · 36 waiting');
});

test('Why this server is told with the very numbers compared, and the picked one is marked', () => {
	const pick = sceneOf(0).lastPick;
	if (pick === undefined) throw new Error('nobody was picked');
	const answer = whyOf(pick, 42);
	expect(answer).toEqual({
		title: 'Why B?',
		says: '',
		measure: 'load as the gate saw it',
		compared: [
			{ id: 'A', load: '3', share: 1, picked: false },
			{ id: 'B', load: '2', share: 2.004 / 3, picked: true }
		],
		more: 0,
		note: 'request 0, 40 ms ago'
	});
});

test('Why prefers the strategy’s own words and figures, and shows the picked one among many', () => {
	const of = Array.from({ length: 40 }, (_, i) => [`s${String(i)}`, i] as const);
	const because = { says: 'By lot.', figures: { measure: 'in flight', of } };
	const answer = whyOf({ at: 0, id: 1, backend: 's30', loads: [['s1', 9]], because }, 0);
	expect(answer).toMatchObject({ says: 'By lot.', measure: 'in flight', more: 27 });
	expect(answer.compared).toHaveLength(13);
	expect(answer.compared.at(-1)).toMatchObject({ id: 's30', picked: true });
	expect(whyOf({ at: 0, id: 1, backend: 'A' }, 0)).toMatchObject({ says: '', measure: '', compared: [] });
	const endless = whyOf(
		{
			at: 0,
			id: 1,
			backend: 'A',
			loads: [
				['A', 0],
				['B', Infinity]
			]
		},
		0
	);
	expect(endless.compared.map(({ share, load }) => [share, load])).toEqual([
		[0, '0'],
		[1, '∞']
	]);
});

test('The summary tells what was sent, who waits, and where the longest road is', () => {
	expect(summary(sceneOf(6), 'Round robin')).toBe(
		'Round robin, 2 servers: 7 requests sent, 0 answered, 0 failed; 1 being served, 6 waiting. The longest road is before B, 6 waiting.'
	);
});

test.each([
	[2, '2'],
	[0.4567, '0.457'],
	[1320.4, '1,320'],
	[Infinity, '∞']
])('A load of %d is shown as %s', (load, words) => {
	expect(brief(load)).toBe(words);
});

test('A long name breaks between words into two even lines', () => {
	expect(twoLines('Smooth weighted round robin', 17)).toEqual(['Smooth weighted', 'round robin']);
	expect(twoLines('Round robin', 17)).toEqual(['Round robin']);
});

test('Windows are lit one for each busy worker, and the rest of a long queue is a number', () => {
	const scene = sceneOf(40, 3);
	const figure = serverFigures(scene, geometryOf(scene), 10).find(({ id }) => id === 'B');
	expect(figure?.lit).toEqual([true, false, false]);
	expect(figure?.rest).toBe(`+${String(40 - (figure?.seat.slots.length ?? 0))}`);
	expect(figure?.believed).toBe('2');
});

test('A sign appears with a refusal, fades and goes', () => {
	const scene = sceneOf(0);
	scene.hear({
		kind: 'end',
		at: 100,
		id: 0,
		attempt: 0,
		backend: 'B',
		latency: 1,
		result: 'error',
		reason: 'queue-full'
	});
	const sign = (at: number) => serverFigures(scene, geometryOf(scene), at)[1]?.sign;
	expect(sign(100)).toEqual({ words: 'road full', refusal: true, opacity: 1 });
	expect(sign(1900)?.opacity).toBeLessThan(0.5);
	expect(sign(2200)).toBeUndefined();
});

test('When all are left out and asked all the same, their roads are open, and the stage says so', () => {
	const scene = sceneOf(0);
	const closed = () => serverFigures(scene, geometryOf(scene), 5).map((figure) => figure.closed);
	const gate = () => sceneryOf({ ...calmly, scene, geometry: geometryOf(scene), at: 5 }).gate.panic?.words;
	const before = toldOf(scene);
	scene.hear({ kind: 'backend', at: 4, backend: 'A', change: 'ejected' });
	expect(closed()).toEqual([true, false]);
	scene.hear({ kind: 'backend', at: 4, backend: 'B', change: 'ejected' });
	expect(closed()).toEqual([true, true]);
	expect(gate()).toBeUndefined();
	scene.hear({ kind: 'pick', at: 5, id: 99, key: 'k', attempt: 0, backend: 'A' });
	expect(closed()).toEqual([false, false]);
	expect(gate()).toBe('all left out, all asked');
	expect(tidings(before, toldOf(scene))).toMatch(/^All servers are left out, so the gate asks all of them/);
	expect(summary(scene, 'Round robin')).toContain('All servers are left out, so all are asked all the same.');
	expect(currentDetails({ kind: 'gate' }, scene, 5, 'x')).toContain('All servers are left out');
	scene.hear({ kind: 'backend', at: 6, backend: 'B', change: 'restored' });
	expect(gate()).toBeUndefined();
});

test('When nothing waits but answers are errors, the monster is awake and says so', () => {
	const scene = sceneOf(0);
	scene.hear({
		kind: 'end',
		at: 5,
		id: 0,
		attempt: 0,
		backend: 'B',
		latency: 3,
		result: 'error',
		reason: 'failed'
	});
	const { monster: drawn } = sceneryOf({ ...calmly, scene, geometry: geometryOf(scene), at: 6 });
	expect(drawn.shape.temper).toBe('furious');
	expect(drawn.words[1].words).toBe('100 % of tries go wrong');
});

test('At a run’s end the stage says how it ended, not what the last seconds were like', () => {
	const scene = sceneOf(1);
	scene.hear({ kind: 'answer', at: 9, id: 0, latency: 8, result: 'ok', backend: 'B' });
	const end = () => sceneryOf({ ...calmly, scene, geometry: geometryOf(scene), at: 10, ended: true });
	const before = toldOf(scene);
	expect(end().rate.words).toBe('the end: 2 sent');
	expect(end().monster.words[1].words).toBe('1 never answered');
	expect(summary(scene, 'Round robin', true)).toMatch(/2 requests sent, 1 answered, 0 failed\. It is over\./);
	expect(tidings(before, toldOf(scene, true))).toBe('The end: 1 of 2 answered.');
	expect(hunger(scene, 10, true)).toMatchObject({ backlog: 1, errors: 0.5 });
	scene.hear({ kind: 'answer', at: 11, id: 1, latency: 8, result: 'ok', backend: 'B' });
	expect(end().monster.words[1].words).toBe('asleep: all were answered');
	expect(end().monster.shape.temper).toBe('asleep');
});

test('The monster’s area grows with the backlog to its limit, and it sleeps when nothing waits', () => {
	const rest = monsterRadius(0, 38) ** 2;
	expect(monsterRadius(40, 38) ** 2 - rest).toBeCloseTo(2 * (monsterRadius(20, 38) ** 2 - rest), 6);
	expect(monsterRadius(1e6, 38)).toBe(38);
	const calm = { gaze: 0, at: 0, still: true };
	expect(monster({ backlog: 0, errors: 0, ...calm }, 38).temper).toBe('asleep');
	expect(monster({ backlog: 9, errors: 0, ...calm }, 38).temper).toBe('calm');
	expect(monster({ backlog: 9, errors: 0.1, ...calm }, 38).temper).toBe('cross');
	expect(monster({ backlog: 9, errors: 0.5, ...calm }, 38).temper).toBe('furious');
	expect(hunger(sceneOf(6), 10)).toEqual({ backlog: 6, waiting: 6, refused: 0, errors: 0 });
});

test('A still monster does not breathe; a living one does', () => {
	const mood = { backlog: 20, errors: 0, gaze: 0 };
	const body = (at: number, still: boolean) => monster({ ...mood, at, still }, 38).body;
	expect(body(0, true)).toBe(body(700, true));
	expect(body(0, false)).not.toBe(body(700, false));
	expect(body(0, false)).not.toContain('NaN');
});

test('Every state of a castle has a form of its own', () => {
	const scene = sceneOf(0);
	const [seat] = geometryOf(scene).seats;
	if (seat === undefined) throw new Error('no seat');
	const states = [
		{ state: 'ready', fault: 'none', leaving: false },
		{ state: 'drain', fault: 'none', leaving: false },
		{ state: 'ejected', fault: 'none', leaving: false },
		{ state: 'ready', fault: 'slow', leaving: false },
		{ state: 'ready', fault: 'fail', leaving: false },
		{ state: 'ready', fault: 'stop', leaving: false }
	] as const;
	const drawn = states.map((state) => JSON.stringify(castleShape(seat, state)));
	expect(new Set(drawn).size).toBe(states.length);
	for (const shape of drawn) expect(shape).not.toContain('NaN');
});

test('A card stays on the stage and off what it explains', () => {
	const card = { width: 200, height: 100 };
	const stage = { width: 358, height: 400 };
	const place = (x: number, y: number, width: number, height: number, side: 'left' | 'right' = 'left') =>
		cardPlace({ side, beside: { x, y, width, height } }, card, stage);
	expect(place(300, 10, 50, 50)).toEqual({ x: 92, y: 0 });
	expect(place(300, 10, 50, 50, 'right')).toEqual({ x: 92, y: 0 });
	expect(place(10, 300, 50, 50, 'right')).toEqual({ x: 68, y: 275 });
	expect(place(40, 200, 318, 56)).toEqual({ x: 40, y: 264 });
	expect(place(40, 330, 318, 56)).toEqual({ x: 40, y: 222 });
});

test('A name too long for its place ends in an ellipsis', () => {
	expect(short('backend-1', 16)).toBe('backend-1');
	expect(short('backend-1.example', 9)).toBe('backend-…');
});
