/**
 * The quantile of Student's t distribution: the value that a share `p` lies below, for a whole number of degrees of
 * freedom. Exact to rounding: the distribution function is a finite sum then (Abramowitz & Stegun 26.7.3 and 26.7.4).
 * @throws RangeError for p outside 0 to 1 or degrees that are no whole number from 1.
 */
export function studentQuantile(p: number, degrees: number): number {
	if (!(p > 0 && p < 1)) throw new RangeError(`${String(p)} is no share: use more than 0 and less than 1.`);
	if (!Number.isInteger(degrees) || degrees < 1)
		throw new RangeError(`${String(degrees)} degrees of freedom: use a whole number from 1.`);
	if (p < 0.5) return -studentQuantile(1 - p, degrees);
	// The angle whose tangent is t / sqrt(degrees) grows from 0 to a right angle as p grows from 1/2 to 1.
	const within = 2 * p - 1;
	let low = 0;
	let high = Math.PI / 2;
	for (;;) {
		const angle = (low + high) / 2;
		if (angle <= low || angle >= high) return Math.sqrt(degrees) * Math.tan(angle);
		if (shareWithin(angle, degrees) < within) low = angle;
		else high = angle;
	}
}

/** The share between -t and t, where t = sqrt(degrees) · tan(angle). */
function shareWithin(angle: number, degrees: number): number {
	const sin = Math.sin(angle);
	const cos = Math.cos(angle);
	const isOdd = degrees % 2 === 1;
	let term = isOdd ? cos : 1;
	let sum = degrees === 1 ? 0 : term;
	for (let i = isOdd ? 2 : 1; i < degrees - 2; i += 2) {
		term *= (cos * cos * i) / (i + 1);
		sum += term;
	}
	return isOdd ? (2 / Math.PI) * (angle + sin * sum) : sin * sum;
}
