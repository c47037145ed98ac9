import { expect, test } from 'vitest';
import { studentQuantile } from '#record/estimate/student.ts';

/** From the tables in every textbook (Fisher & Yates), to three decimals. */
test.each([
	[1, 6.314, 12.706, 63.657],
	[2, 2.92, 4.303, 9.925],
	[3, 2.353, 3.182, 5.841],
	[4, 2.132, 2.776, 4.604],
	[5, 2.015, 2.571, 4.032],
	[9, 1.833, 2.262, 3.25],
	[10, 1.812, 2.228, 3.169],
	[19, 1.729, 2.093, 2.861],
	[29, 1.699, 2.045, 2.756],
	[39, 1.685, 2.023, 2.708],
	[60, 1.671, 2.0, 2.66],
	[120, 1.658, 1.98, 2.617]
])('with %i degrees of freedom, Student’s t agrees with the tables', (degrees, p95, p975, p995) => {
	expect(studentQuantile(0.95, degrees)).toBeCloseTo(p95, 3);
	expect(studentQuantile(0.975, degrees)).toBeCloseTo(p975, 3);
	expect(studentQuantile(0.995, degrees)).toBeCloseTo(p995, 3);
});

test('with one and with two degrees of freedom it is what the closed forms say, to the last digits', () => {
	for (const p of [0.6, 0.9, 0.975, 0.999]) {
		expect(studentQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 9);
		expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))), 10);
	}
});

test('it is symmetric, and with many degrees of freedom it is the normal one', () => {
	expect(studentQuantile(0.5, 7)).toBeCloseTo(0, 12);
	expect(studentQuantile(0.025, 7)).toBe(-studentQuantile(0.975, 7));
	expect(studentQuantile(0.975, 10_000)).toBeCloseTo(1.9602, 4);
});

test('a share or a number of degrees that cannot be is refused', () => {
	expect(() => studentQuantile(1, 5)).toThrow('1 is no share');
	expect(() => studentQuantile(NaN, 5)).toThrow('NaN is no share');
	expect(() => studentQuantile(0.9, 0)).toThrow('0 degrees of freedom');
	expect(() => studentQuantile(0.9, 2.5)).toThrow('2.5 degrees of freedom');
});
