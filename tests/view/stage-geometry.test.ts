import { link, curveBumpX } from 'd3';
import { expect, test } from 'vitest';
import { narrow, stageGeometry, stageHeight, type Box, type Geometry } from '#view/stage/geometry.ts';
import { branchRoad, forkRoad, straightRoad } from '#view/stage/road.ts';

const widths = [1440, 1000, 900, 700, 641, 640, 390, 326];

function geometryOf(count: number, width: number, workers = 1, queue = 8): Geometry {
	const servers = Array.from({ length: count }, (_, i) => ({ id: `S${String(i)}`, workers, queue }));
	return stageGeometry({ width, height: stageHeight(count, width), servers, heading: true });
}

function overlap(a: Box, b: Box): boolean {
	const slack = 0.01;
	return (
		a.x + slack < b.x + b.width &&
		b.x + slack < a.x + a.width &&
		a.y + slack < b.y + b.height &&
		b.y + slack < a.y + a.height
	);
}

function wordsOf(geometry: Geometry): [string, Box][] {
	return [
		...geometry.seats.map(({ id, label }): [string, Box] => [`label ${id}`, label]),
		['gate label', geometry.gateLabel],
		['rate', geometry.rateLabel],
		['heading', geometry.heading],
		['monster label', geometry.monsterLabel]
	];
}

test.each(widths.flatMap((width) => [1, 2, 3, 4, 6, 8, 12, 13, 40, 64].map((count) => ({ width, count }))))(
	'Words keep clear of words, of castles and of the edge: $count servers at $width px',
	({ width, count }) => {
		for (const workers of count <= 12 && width >= 700 ? [1, 4, 40] : [1, 4]) {
			const geometry = geometryOf(count, width, workers);
			const words = wordsOf(geometry);
			words.forEach(([name, box], i) => {
				for (const [other, otherBox] of words.slice(i + 1)) {
					if (overlap(box, otherBox)) expect.fail(`${name} lies on ${other}`);
				}
				for (const { id, castle } of geometry.seats) {
					if (overlap(box, castle)) expect.fail(`${name} lies on castle ${id}`);
				}
				expect(box.x, name).toBeGreaterThanOrEqual(0);
				expect(box.y, name).toBeGreaterThanOrEqual(0);
				expect(box.x + box.width, name).toBeLessThanOrEqual(width);
				expect(box.y + box.height, name).toBeLessThanOrEqual(geometry.height);
			});
		}
	}
);

test.each([601, 641, 700, 900])('Three lanes in one window keep their words apart at %i px', (width) => {
	for (const count of [1, 2, 3, 4, 5, 6, 8]) {
		const servers = Array.from({ length: count }, (_, i) => ({ id: `S${String(i)}`, workers: 2, queue: 8 }));
		const height = Math.max(
			width > narrow ? 184 : 0,
			width > narrow ? 38 * count : stageHeight(count, width)
		);
		const geometry = stageGeometry({ width, height, servers, heading: true });
		geometry.seats.forEach(({ label, row, lines, pitch }, i) => {
			expect(pitch).toBeGreaterThanOrEqual(12);
			expect(label.height).toBe(15 + (lines - 1) * pitch);
			expect(label.height).toBeLessThanOrEqual(row.height);
			const next = geometry.seats[i + 1];
			if (next !== undefined) expect(overlap(label, next.label)).toBe(false);
		});
		// The heading's second line stands on 44 and reaches three pixels below.
		expect(geometry.gate.y).toBeGreaterThanOrEqual(50);
	}
});

test('On a telephone what the stones count is said below the gate and above the first flag', () => {
	for (const count of [1, 4, 12]) {
		const { seats, gate } = geometryOf(count, 358, 4);
		const [first] = seats;
		if (first === undefined) throw new Error('There is no server.');
		const flag = first.castle.y - 5 - 11;
		expect(first.legend.y - 10).toBeGreaterThanOrEqual(gate.y + gate.height);
		expect(first.legend.y + 3).toBeLessThanOrEqual(flag);
	}
});

test.each(widths)('Roads lead from the gate, where the travellers arrive, to each door at %i px', (width) => {
	for (const count of [1, 4, 12, 40]) {
		const geometry = geometryOf(count, width);
		const arrival = geometry.travellers.pointAt(Infinity, { x: 0, y: 0 });
		for (const { road, door } of geometry.seats) {
			expect(road.pointAt(0, { x: 0, y: 0 })).toEqual(arrival);
			const end = road.pointAt(road.length, { x: 0, y: 0 });
			expect(end.x).toBeCloseTo(door.x, 6);
			expect(end.y).toBeCloseTo(door.y, 6);
		}
	}
});

test('Places stand in order on the road, the front one nearest the door, and no closer than their pitch', () => {
	for (const width of widths) {
		for (const { slots, door, castle } of geometryOf(4, width).seats) {
			expect(slots.length).toBeGreaterThan(0);
			expect(slots[0]?.x).toBeLessThan(castle.x);
			slots.forEach((slot, i) => {
				expect(slot.y).toBe(door.y);
				const behind = slots[i + 1];
				if (behind !== undefined) expect(slot.x - behind.x).toBeCloseTo(14, 6);
			});
		}
	}
});

test('A short queue shows its every place; a long one says that there is more', () => {
	const short = geometryOf(2, 1000, 1, 3).seats[0];
	expect([short?.slots.length, short?.more]).toEqual([3, false]);
	const long = geometryOf(2, 1000, 1, 500).seats[0];
	expect(long?.more).toBe(true);
	expect(long?.slots.length).toBeLessThanOrEqual(24);
});

test('Every worker has a window inside its castle, up to sixteen', () => {
	for (const workers of [1, 2, 3, 4, 5, 8, 9, 16, 40]) {
		for (const count of [4, 12]) {
			for (const { windows, castle } of geometryOf(count, 1000, workers).seats) {
				expect(windows).toHaveLength(Math.min(16, workers));
				windows.forEach((window, i) => {
					expect(window.x).toBeGreaterThanOrEqual(castle.x);
					expect(window.x + window.width).toBeLessThanOrEqual(castle.x + castle.width);
					expect(window.y).toBeGreaterThanOrEqual(castle.y);
					expect(window.y + window.height).toBeLessThanOrEqual(castle.y + castle.height);
					for (const other of windows.slice(i + 1)) expect(overlap(window, other)).toBe(false);
				});
			}
		}
	}
});

test('A single server stands straight on from the gate', () => {
	const { seats, gate, travellers } = geometryOf(1, 700);
	const y = travellers.pointAt(0, { x: 0, y: 0 }).y;
	expect(seats[0]?.door.y).toBeCloseTo(y, 0);
	expect(gate.y).toBeLessThan(y);
});

test('A fork is the very bump that d3 draws', () => {
	const road = forkRoad({ x: 0, y: 50 }, { x: 10, y: 50 }, { x: 110, y: 10 }, { x: 150, y: 10 });
	const bump = link(curveBumpX)({ source: [10, 50], target: [110, 10] });
	expect(road.d).toBe(`M0,50L10,50${(bump ?? '').replace('M10,50', '')}L150,10`);
});

test('Equal times lead equally far along a road, curve or not', () => {
	const roads = [
		straightRoad({ x: 0, y: 0 }, { x: 90, y: 40 }),
		forkRoad({ x: 0, y: 90 }, { x: 20, y: 90 }, { x: 150, y: 10 }, { x: 260, y: 10 }),
		branchRoad({ x: 30, y: 0 }, { x: 200, y: 140 }, 12)
	];
	for (const road of roads) {
		const steps = 400;
		const pace = road.length / steps;
		let before = road.pointAt(0, { x: 0, y: 0 });
		for (let i = 1; i <= steps; i++) {
			const here = road.pointAt(pace * i, { x: 0, y: 0 });
			const chord = Math.hypot(here.x - before.x, here.y - before.y);
			// A chord is never longer than its arc; a hundredth is the bend within one step.
			expect(chord).toBeLessThanOrEqual(pace * 1.004);
			expect(chord).toBeGreaterThan(pace * 0.97);
			before = here;
		}
	}
});
