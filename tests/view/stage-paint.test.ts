import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Scene } from '#record/scene.ts';
import { Discs, type Disc, type DiscForm, type DiscShape } from '#view/stage/discs.ts';
import { stageGeometry } from '#view/stage/geometry.ts';
import { markDiscs, paintDiscs, type Brush } from '#view/stage/paint.ts';
import { over, Pixels } from '#view/stage/pixels.ts';
import { discStamp, ringStamp, type Inks, type Stamp } from '#view/stage/stamp.ts';
import { Stamps } from '#view/stage/stamps.ts';
import { pixelOf } from '#view/stage/theme-colours.ts';

const inks: Inks = {
	disc: pixelOf('#0072b2'),
	panel: pixelOf('#fffdf8'),
	ink: pixelOf('#1d2330'),
	bad: pixelOf('#a8321f')
};
const grain = { scale: 4, width: 400, dx: 0, dy: 0 };
const round = { form: 'filled', shape: 'round', radius: 6, lit: false, striped: false } as const;

/** How much of a colour a stamp has, in CSS pixels of area. */
function areaOf(stamp: Stamp, colour: number): number {
	let sum = 0;
	for (const pixel of stamp.pixels)
		if ((pixel & 0xffffff) === (colour & 0xffffff)) sum += (pixel >>> 24) / 255;
	return sum / grain.scale ** 2;
}

test('A disc’s colour covers the area that its radius says, whatever its shape', () => {
	for (const shape of ['round', 'square', 'triangle', 'hexagon'] satisfies DiscShape[]) {
		for (const radius of [2, 4.5, 9]) {
			const area = areaOf(discStamp({ ...round, shape, radius }, inks, grain), inks.disc);
			expect(area / (Math.PI * radius ** 2)).toBeCloseTo(1, 1);
		}
	}
});

test('Forms differ without their colours: where they are filled, open, or nothing at all', () => {
	const at = (form: DiscForm, x: number, y: number): number => {
		const stamp = discStamp({ ...round, form }, inks, grain);
		const place = stamp.offsets.indexOf(y * grain.scale * grain.width + x * grain.scale);
		return stamp.pixels[place] ?? 0;
	};
	expect(at('filled', 0, 0)).toBe(inks.disc);
	expect(at('outlined', 0, 0)).toBe(inks.panel);
	expect(at('outlined', 6, 0) & 0xffffff).toBe(inks.disc & 0xffffff);
	expect(at('hollow', 0, 0)).toBe(0);
	expect(at('crossed', 0, 0)).toBe(inks.ink);
	expect(at('crossed', 0, 3)).toBe(0);
	expect(at('broken', -2, 0)).toBe(inks.panel);
	expect(at('broken', 5, 0) & 0xffffff).toBe(inks.bad & 0xffffff);
});

test('A ring is laid down from the top, clockwise, as far as time is left', () => {
	const ring = ringStamp(6, false, inks, grain);
	const seen = (share: number): string[] => {
		const pixels = new Pixels(grain.width, 100);
		pixels.stamp(ring, 50, 50, share * 255);
		const words = new Uint32Array(pixels.bytes.buffer);
		const reach = 6 * grain.scale;
		const diagonal = Math.round(reach * Math.SQRT1_2);
		return Object.entries({ right: [1, -1], below: [1, 1], left: [-1, 1], above: [-1, -1] })
			.filter(([, [x = 0, y = 0]]) => words[(50 + y * diagonal) * grain.width + 50 + x * diagonal] !== 0)
			.map(([where]) => where);
	};
	expect(seen(0)).toEqual([]);
	expect(seen(0.25)).toEqual(['right']);
	expect(seen(0.5)).toEqual(['right', 'below']);
	expect(seen(1)).toEqual(['right', 'below', 'left', 'above']);
});

test('One pixel upon another is what the textbook says, to two steps of 255', () => {
	const byte = fc.integer({ min: 0, max: 255 });
	const pixel = fc
		.tuple(fc.integer({ min: 1, max: 255 }), byte, byte, byte)
		.map(([a, b, g, r]) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0);
	fc.assert(
		fc.property(pixel, pixel, (upper, lower) => {
			const a = (upper >>> 24) / 255;
			const rest = ((lower >>> 24) / 255) * (1 - a);
			const result = over(upper, lower);
			expect(Math.abs((result >>> 24) - 255 * (a + rest))).toBeLessThanOrEqual(1);
			for (const shift of [0, 8, 16]) {
				const exact = (((upper >>> shift) & 255) * a + ((lower >>> shift) & 255) * rest) / (a + rest);
				// What is seen of a colour is its share of opacity.
				expect((a + rest) * Math.abs(((result >>> shift) & 255) - exact)).toBeLessThanOrEqual(2);
			}
		})
	);
});

test('What the edge cuts is drawn as far as it lies inside', () => {
	const stamp = discStamp(round, inks, { ...grain, scale: 1 });
	const whole = new Pixels(grain.width, 40);
	whole.stamp(stamp, 20, 20);
	for (const [x, y] of [
		[0, 20],
		[grain.width - 1, 20],
		[20, 0],
		[20, 39]
	] as const) {
		const cut = new Pixels(grain.width, 40);
		cut.stamp(stamp, x, y);
		const count = (pixels: Pixels): number => new Uint32Array(pixels.bytes.buffer).filter(Boolean).length;
		expect(count(cut)).toBeGreaterThan(count(whole) / 2);
		expect(count(cut)).toBeLessThan(count(whole) * 0.65);
	}
});

test('A frame leaves nothing of the one before, and says which rows are other than they were', () => {
	const pixels = new Pixels(100, 100);
	const stamp = discStamp(round, inks, { ...grain, scale: 1, width: 100 });
	pixels.clear();
	pixels.stamp(stamp, 50, 30);
	pixels.clear();
	pixels.stamp(stamp, 50, 60);
	const [from, to] = pixels.dirty;
	expect(from).toBeLessThan(25);
	expect(to).toBeGreaterThan(66);
	expect(to).toBeLessThan(75);
	pixels.clear();
	expect(pixels.bytes.every((byte) => byte === 0)).toBe(true);
});

test('Who is served lies on a rim in its window, who waits is open, and stamps are made once', () => {
	const { discs } = served();
	const pixels = new Pixels(800, 240);
	const stamps = new Stamps(inks, 1, 800);
	paintDiscs(pixels, discs, stamps);
	const words = new Uint32Array(pixels.bytes.buffer);
	const at = ({ x, y }: Disc): number => words[Math.round(y - 0.5) * 800 + Math.round(x - 0.5)] ?? 0;
	const [waiting, serving] = [...discs];
	expect(waiting && [waiting.form, at(waiting)]).toEqual(['outlined', inks.panel]);
	expect(serving && [serving.form, at(serving)]).toEqual(['filled', inks.disc]);
	if (serving === undefined) throw new Error('nobody is served');
	expect(stamps.disc(serving, 0)).toBe(stamps.disc(serving, 0));
	expect(areaOf(stamps.disc(serving, 0), inks.panel)).toBeGreaterThan(0);
	expect(areaOf(stamps.disc({ ...serving, lit: false }, 0), inks.panel)).toBe(0);
});

test('The learner’s own is ringed, and named', () => {
	const strokes: string[] = [];
	const colour = (style: unknown) => (typeof style === 'string' ? style : 'no colour');
	const brush: Brush = {
		fillStyle: '',
		strokeStyle: '',
		lineWidth: 1,
		lineJoin: 'miter',
		font: '',
		textAlign: 'left',
		beginPath: () => undefined,
		arc: () => undefined,
		stroke: () => strokes.push(colour(brush.strokeStyle)),
		fillText: (text: string) => strokes.push(text),
		strokeText: () => undefined
	};
	const palette = { inks, panel: 'white', ink: 'black', font: 'sans' };
	markDiscs(brush, served().discs, palette, 'above');
	expect(strokes).toEqual(['white', 'black', 'yours']);
	expect(brush.textAlign).toBe('center');
});

/** One is served at A, and the learner's own waits there. */
function served(): { discs: Discs } {
	const scene = new Scene();
	const machine = { workers: 1, queue: 5, speed: 1 };
	scene.hear({ kind: 'backend', at: 0, backend: 'A', change: 'added', value: 1, machine });
	for (const id of [1, 2]) {
		scene.hear({ kind: 'send', at: 0, id, key: 'k', work: 50 });
		scene.hear({ kind: 'pick', at: 0, id, key: 'k', attempt: 0, backend: 'A' });
		scene.hear({ kind: id === 1 ? 'start' : 'queue', at: 0, id, attempt: 0, backend: 'A' });
	}
	const servers = [{ id: 'A', workers: 1, queue: 5 }];
	const geometry = stageGeometry({ width: 800, height: 240, servers, heading: true });
	const discs = new Discs();
	discs.place({ scene, geometry, at: 0, hopMs: 100, still: false, mine: new Set([2]) });
	return { discs };
}
