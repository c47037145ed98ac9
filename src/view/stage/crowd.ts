import type { Topic } from './cards.ts';
import { Discs, type DiscPlan } from './discs.ts';
import { markDiscs, paintDiscs, type Palette } from './paint.ts';
import { Pixels } from './pixels.ts';
import type { Point } from './road.ts';
import { Stamps } from './stamps.ts';

/** A stage's requests, on its canvas. All that a frame needs is kept for the next. */
export class Crowd {
	readonly discs = new Discs();
	#pixels = new Pixels(0, 0);
	#image: ImageData | undefined;
	#stamps: Stamps | undefined;
	#palette: Palette | undefined;
	/** Whether the last frame was marked: marks are painted over the pixels, which know nothing of them. */
	#marked = false;

	/** `scale` is the device's pixels for one of CSS. */
	draw(canvas: HTMLCanvasElement, plan: DiscPlan, palette: Palette, scale: number): void {
		const brush = canvas.getContext('2d');
		if (brush === null) return;
		const { width, height, direction } = plan.geometry;
		const fresh = this.#fit(canvas, Math.round(width * scale), Math.round(height * scale));
		if (fresh || this.#palette !== palette || this.#stamps?.scale !== scale) {
			this.#palette = palette;
			this.#stamps = new Stamps(palette.inks, scale, this.#pixels.width);
		}
		this.discs.place(plan);
		paintDiscs(this.#pixels, this.discs, this.#stamps);
		const { dirty } = this.#pixels;
		const [from, to] = fresh || this.#marked ? [0, this.#pixels.height] : dirty;
		if (this.#image !== undefined && to > from)
			brush.putImageData(this.#image, 0, 0, 0, from, this.#pixels.width, to - from);
		this.#marked = plan.chosen !== undefined || (plan.mine?.size ?? 0) > 0;
		if (!this.#marked) return;
		brush.setTransform(scale, 0, 0, scale, 0, 0);
		markDiscs(brush, this.discs, palette, direction === 'across' ? 'above' : 'right');
	}

	/** Where a request was drawn last; undefined for all else, and where it was not. */
	spotOf(topic: Topic): Point | undefined {
		if (topic.kind !== 'request') return undefined;
		for (const { id, x, y } of this.discs) if (id === topic.id) return { x, y };
		return undefined;
	}

	/** Whether the canvas is another one than it was. */
	#fit(canvas: HTMLCanvasElement, width: number, height: number): boolean {
		if (this.#pixels.width === width && this.#pixels.height === height && canvas.width === width)
			return false;
		canvas.width = width;
		canvas.height = height;
		this.#pixels = new Pixels(width, height);
		this.#image = width * height === 0 ? undefined : new ImageData(this.#pixels.bytes, width, height);
		return true;
	}
}
