import type { Disc } from './discs.ts';
import { phases } from './pixels.ts';
import { discStamp, ringStamp, type Grain, type Inks, type Stamp } from './stamp.ts';

const forms = { filled: 0, outlined: 1, hollow: 2, crossed: 3, broken: 4 } as const;
const shapes = { round: 0, square: 1, triangle: 2, hexagon: 3 } as const;
/** Radii are told apart to a quarter of a pixel. */
const steps = 4;
const radii = 64;

/** Every stamp that has been needed so far, for one set of colours and one kind of screen; each is made once. */
export class Stamps {
	/** The device's pixels for one of CSS. */
	readonly scale: number;
	#width: number;
	#inks: Inks;
	// As long as they will be, because an array with wide gaps is a slow one.
	#discs = new Array<Stamp | undefined>(5 * 4 * 2 * 2 * radii * phases * phases).fill(undefined);
	#rings = new Array<Stamp | undefined>(2 * radii * phases * phases).fill(undefined);

	/** For a picture `width` of the device's pixels wide. */
	constructor(inks: Inks, scale: number, width: number) {
		this.#inks = inks;
		this.scale = scale;
		this.#width = width;
	}

	/** `phase` is of those that a pixel has, row by row. */
	disc({ form, shape, radius, lit, striped }: Disc, phase: number): Stamp {
		const step = stepOf(radius);
		const look = ((forms[form] * 4 + shapes[shape]) * 2 + (lit ? 1 : 0)) * 2 + (striped ? 1 : 0);
		const place = (look * radii + step) * phases * phases + phase;
		return (this.#discs[place] ??= discStamp(
			{ form, shape, radius: step / steps, lit, striped },
			this.#inks,
			this.#grain(phase)
		));
	}

	ring(radius: number, late: boolean, phase: number): Stamp {
		const step = stepOf(radius);
		const place = ((late ? radii : 0) + step) * phases * phases + phase;
		return (this.#rings[place] ??= ringStamp(step / steps, late, this.#inks, this.#grain(phase)));
	}

	#grain(phase: number): Grain {
		const dx = (phase % phases) / phases;
		return { scale: this.scale, width: this.#width, dx, dy: Math.floor(phase / phases) / phases };
	}
}

function stepOf(radius: number): number {
	return Math.min(radii - 1, Math.round(radius * steps));
}
