import type { Millis, Random } from '#balancer/strategy.ts';
import type { Scenario } from './scenario.ts';

/** Pareto shape and largest over smallest, as in the project's reference values (M/G/1, bounded Pareto). */
const shape = 1.5;
const span = 100;

/** Draws the work of one request after another: milliseconds of one worker at speed 1, with the stated mean. */
export function workOf({ law, meanMs }: Scenario['work'], random: Random): () => Millis {
	switch (law) {
		case 'fixed':
			return () => meanMs;
		case 'exponential':
			return () => meanMs * exponential(random);
		case 'heavy': {
			const least = meanMs / boundedParetoMean;
			// The inverse of the distribution function F(x) = (1 - x^-a) / (1 - span^-a) over [1, span].
			return () => least * Math.pow(1 - random() * (1 - Math.pow(span, -shape)), -1 / shape);
		}
	}
}

/** Mean 1. `1 - u` lies in (0, 1], so the logarithm is always finite. */
export function exponential(random: Random): number {
	return -Math.log(1 - random());
}

/** Mean of the bounded Pareto whose smallest value is 1. */
const boundedParetoMean =
	((shape / (shape - 1)) * (1 - Math.pow(span, 1 - shape))) / (1 - Math.pow(span, -shape));
