import type { Words } from '#balancer/random.ts';
import { exp, log } from './arithmetic.ts';

// Both laws by the ziggurat method (Marsaglia and Tsang, The Ziggurat Method for Generating Random Variables, 2000): the
// area under the density cut into 256 layers of one size. A draw is a layer and one of 2^24 steps across it, the middle of
// the step, so that nothing is ever 0; 99 of 100 need one word, one product and one comparison.

/** Exponential with mean 1. */
export function exponential(random: Words): number {
	for (;;) {
		const word = random.next();
		const layer = word & 255;
		const x = ((word >>> 8) + 0.5) * (exponentials.steps[layer] ?? 0);
		if (x < (exponentials.widths[layer + 1] ?? 0)) return x;
		// Under the lowest layer lies the tail, which is itself exponential.
		if (layer === 0) return exponentials.base + exponential(random);
		if (heightIn(exponentials, layer, random) < exp(-x)) return x;
	}
}

/** Mean 0, variance 1. */
export function normal(random: Words): number {
	for (;;) {
		const word = random.next();
		const layer = word & 255;
		// The word's sign is the draw's, so a step is twice as wide.
		const x = ((word >> 8) + 0.5) * 2 * (normals.steps[layer] ?? 0);
		const out = Math.abs(x);
		if (out < (normals.widths[layer + 1] ?? 0)) return x;
		if (layer === 0) return Math.sign(x) * normalTail(random);
		if (heightIn(normals, layer, random) < exp(-0.5 * x * x)) return x;
	}
}

/** Beyond the lowest layer (Marsaglia, Generating a Variable from the Tail of the Normal Distribution, 1964). */
function normalTail(random: Words): number {
	for (;;) {
		const x = exponential(random) / normals.base;
		if (2 * exponential(random) > x * x) return normals.base + x;
	}
}

interface Ziggurat {
	/** Where the lowest layer ends and the tail begins. */
	readonly base: number;
	/** How far each layer reaches, the lowest as far as one of its area would; and how high each begins. */
	readonly widths: Float64Array;
	readonly heights: Float64Array;
	/** 2^-24 of each width. */
	readonly steps: Float64Array;
}

const exponentials = zigguratOf(
	7.697117470131487,
	0.003949659822581572,
	(x) => exp(-x),
	(y) => -log(y)
);
const normals = zigguratOf(
	3.6541528853610088,
	0.004928673233974655,
	(x) => exp(-0.5 * x * x),
	(y) => Math.sqrt(-2 * log(y))
);

/** `area` is that of each layer, and of the lowest together with the tail. */
function zigguratOf(
	base: number,
	area: number,
	density: (x: number) => number,
	inverse: (y: number) => number
): Ziggurat {
	const layers = 256;
	const widths = new Float64Array(layers + 1);
	const heights = new Float64Array(layers + 1);
	widths[0] = area / density(base);
	widths[1] = base;
	for (let layer = 2; layer <= layers; layer++) {
		const below = widths[layer - 1] ?? 0;
		heights[layer - 1] = density(below);
		// The last one is a rounding error away from 0.
		widths[layer] = layer === layers ? 0 : inverse(density(below) + area / below);
	}
	heights[layers] = 1;
	return { base, widths, heights, steps: widths.map((width) => width * 2 ** -24) };
}

/** Anywhere between a layer's two edges. */
function heightIn({ heights }: Ziggurat, layer: number, random: Words): number {
	const low = heights[layer] ?? 0;
	return low + ((heights[layer + 1] ?? 0) - low) * random.fraction();
}
