import type { Random } from '#balancer/strategy.ts';
import { exp, log } from './arithmetic.ts';

/**
 * Exponential with mean 1 by the ziggurat method (Marsaglia and Tsang, The Ziggurat Method for Generating Random
 * Variables, 2000): the area under exp(−x) cut into 256 layers of one size, so that 99 of 100 draws need one
 * number, one product and one comparison.
 */
export function exponential(random: Random): number {
	for (;;) {
		const number = random() * layers;
		const layer = number | 0;
		const x = (number - layer) * (widths[layer] ?? 0);
		if (x < (widths[layer + 1] ?? 0)) return x;
		// Under the lowest layer lies the tail, which is itself exponential.
		if (layer === 0) return base + exponential(random);
		const low = heights[layer] ?? 0;
		if (low + ((heights[layer + 1] ?? 0) - low) * random() < exp(-x)) return x;
	}
}

/**
 * Mean 0, variance 1: half the square of a normal pair's distance from 0 is exponential (Box and Muller, 1958), and its
 * direction that of a point drawn in a circle, of which the double angle's cosine is a quotient (von Neumann, 1951).
 */
export function normal(random: Random): number {
	for (;;) {
		const x = random();
		const y = 2 * random() - 1;
		const square = x * x + y * y;
		if (square > 1 || square === 0) continue;
		return (Math.sqrt(2 * exponential(random)) * (x * x - y * y)) / square;
	}
}

const layers = 256;
/** Where the lowest layer ends and the tail begins, and the area of each layer. */
const base = 7.697117470131487;
const area = 0.003949659822581572;
const widths = new Float64Array(layers + 1);
const heights = new Float64Array(layers + 1);

widths[0] = area / exp(-base);
widths[1] = base;
for (let layer = 2; layer <= layers; layer++) {
	const below = widths[layer - 1] ?? 0;
	heights[layer - 1] = exp(-below);
	// The last one is a rounding error away from 0.
	widths[layer] = layer === layers ? 0 : -log(exp(-below) + area / below);
}
heights[layers] = 1;
