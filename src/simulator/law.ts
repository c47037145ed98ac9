import { z } from 'zod';
import type { Words } from '#balancer/random.ts';
import { exp, log, pow } from './arithmetic.ts';
import { exponential, normal } from './draw.ts';

/** How a quantity is spread around its mean; each name with the numbers that only it looks at. */
export type Law = z.output<z.ZodObject<typeof lawFields>>;

export const lawFields = {
	/**
	 * `fixed`; `exponential`; `erlang`, the sum of `stages` exponentials; `lognormal` with a coefficient of variation `cv`;
	 * `bimodal`: most are alike, and a `share` of them `times` as big; `hyperexponential`: the same two means, each
	 * exponential; `heavy`, a bounded Pareto with shape `alpha`, the largest `span` times the smallest.
	 */
	law: z
		.enum(['fixed', 'exponential', 'erlang', 'lognormal', 'bimodal', 'hyperexponential', 'heavy'])
		.default('exponential'),
	stages: z.int().min(1).max(1000).default(4),
	cv: z.number().min(0.01).max(20).default(1),
	share: z.number().min(0).max(1).default(0.1),
	times: z.number().min(1).max(1000).default(11),
	alpha: z.number().min(0.1).max(10).default(1.5),
	span: z.number().min(1.001).max(1e6).default(100)
};

const LawSchema = z.object(lawFields);

/** A law by name, with the numbers that matter to it; the others as a scenario has them. */
export function lawOf(law: z.input<typeof LawSchema>): Law {
	return LawSchema.parse(law, { jitless: true });
}

/** Numbers drawn ahead at a time. */
const ahead = 32;

/**
 * Numbers of mean `mean` from a stream that nobody else draws from. They are drawn ahead, because many in one go cost
 * far less than one by one, and the one drawn last is a field: a number that a call hands over may have to be allocated.
 */
export class Draws {
	drawn = NaN;
	#one: () => number;
	#mean: number;
	#numbers = new Float64Array(ahead);
	#left = ahead;

	constructor(law: Law, random: Words, mean = 1) {
		this.#one = drawer(law, random);
		this.#mean = mean;
	}

	/** The next one, into `drawn`. */
	draw(): void {
		if (this.#left === ahead) this.#drawAhead();
		this.drawn = this.#numbers[this.#left++] ?? 0;
	}

	#drawAhead(): void {
		for (let i = 0; i < ahead; i++) this.#numbers[i] = this.#mean * this.#one();
		this.#left = 0;
	}
}

/** Draws numbers of mean 1, one by one. */
export function drawer(law: Law, random: Words): () => number {
	switch (law.law) {
		case 'fixed':
			return () => 1;
		case 'exponential':
			return () => exponential(random);
		case 'erlang':
			return erlang(law.stages, random);
		case 'lognormal': {
			const variance = log(1 + law.cv ** 2);
			const deviation = Math.sqrt(variance);
			return () => exp(deviation * normal(random) - variance / 2);
		}
		case 'bimodal': {
			const [small, large] = twoMeans(law);
			return () => (random.fraction() < law.share ? large : small);
		}
		case 'hyperexponential': {
			const [small, large] = twoMeans(law);
			return () => (random.fraction() < law.share ? large : small) * exponential(random);
		}
		case 'heavy':
			return boundedPareto(law, random);
	}
}

function erlang(stages: number, random: Words): () => number {
	return () => {
		let sum = 0;
		for (let stage = 0; stage < stages; stage++) sum += exponential(random);
		return sum / stages;
	};
}

function twoMeans({ share, times }: Law): [small: number, large: number] {
	const small = 1 / (1 - share + share * times);
	return [small, small * times];
}

/** The inverse of the distribution function F(x) = (1 − x^−α) / (1 − span^−α) over [1, span], scaled to mean 1. */
function boundedPareto({ alpha, span }: Law, random: Words): () => number {
	const within = 1 - pow(span, -alpha);
	const mean =
		alpha === 1 ? log(span) / within : ((alpha / (alpha - 1)) * (1 - pow(span, 1 - alpha))) / within;
	return () => pow(1 - random.fineFraction() * within, -1 / alpha) / mean;
}
