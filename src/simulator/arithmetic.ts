/**
 * Exponential and logarithm by additions, multiplications and divisions alone. The language leaves the last bits of its own to
 * each engine, and they do differ between browsers and Node, where a run must be the same to the last bit. Both are
 * right to within two units in the last place for the numbers that a simulation has.
 */

const ln2High = 0.69314718036912381649;
const ln2Low = 1.90821492927058770002e-10;
const ln2 = 0.6931471805599453;

/** Two to the power of −600 to 600, by doubling and halving, which is exact. */
const middle = 600;
const powers = new Float64Array(2 * middle + 1);
for (let k = 0, up = 1, down = 1; k <= middle; k++, up *= 2, down /= 2) {
	powers[middle + k] = up;
	powers[middle - k] = down;
}

/** Between one power of two and the next, so many steps. */
const parts = 64;
const roots = Float64Array.from({ length: parts }, (_, part) => {
	// Taylor's series; its 20th term is below the last bit.
	const r = (part * ln2) / parts;
	let sum = 1;
	for (let term = 20; term > 0; term--) sum = 1 + (r * sum) / term;
	return sum;
});

/** e to the power x. */
export function exp(x: number): number {
	if (x > 709) return Infinity;
	if (x < -745) return 0;
	// x = k ln 2 / 64 + r with |r| at most half of such a part, the product in two so that r keeps its last bits.
	const k = Math.round(x * (parts / ln2)) | 0;
	const r = x - k * (ln2High / parts) - k * (ln2Low / parts);
	// Taylor's series but for its first term; the next is below the last bit.
	const rest = r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120)))));
	const root = roots[k & (parts - 1)] ?? 0;
	// In two steps, because the smallest numbers have no power of two of their own.
	const octave = k >> 6;
	const half = octave >> 1;
	return (root + root * rest) * (powers[half + middle] ?? 0) * (powers[octave - half + middle] ?? 0);
}

/** The natural logarithm of a positive number. */
export function log(x: number): number {
	if (x === 0) return -Infinity;
	let power = 0;
	let m = x;
	while (m > 1.4142135623730951) {
		m /= 2;
		power++;
	}
	while (m < 0.7071067811865476) {
		m *= 2;
		power--;
	}
	// ln m = 2 artanh((m − 1) / (m + 1)), a series in a number of at most 0.172.
	const t = (m - 1) / (m + 1);
	const square = t * t;
	let sum = 0;
	for (let odd = 25; odd > 0; odd -= 2) sum = sum * square + 1 / odd;
	return power * ln2High + (2 * t * sum + power * ln2Low);
}

/** A positive number to any power. */
export function pow(base: number, exponent: number): number {
	return exp(exponent * log(base));
}
