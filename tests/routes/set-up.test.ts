import { expect, test } from 'vitest';
import { valueAt, withValue } from '#simulator/fields.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { groups, type Control } from '../../src/routes/play/set-up.ts';

const controls = groups.flatMap((group) => group.controls);

const plain = readScenario({ servers: [{ id: 'A' }, { id: 'B' }] });

/** A cluster in which every part is switched on. */
const whole = controls.reduce<Scenario>(
	(scenario, control) => (control.kind === 'part' ? withValue(scenario, control.path, control.on) : scenario),
	plain
);

/** The ends of a control. */
function extremes(control: Control): readonly unknown[] {
	switch (control.kind) {
		case 'number':
			return [control.min, control.max];
		case 'choice':
			return control.options.map(({ value }) => value);
		case 'part':
			return [null, control.on];
		case 'flag':
			return [false, true];
	}
}

test.each(controls)('$path can be set from end to end, "$label"', (control) => {
	// Calls side by side neither wait at the gate nor are hedged.
	const base = control.path === 'fanOut' ? plain : whole;
	for (const value of extremes(control)) {
		const set = withValue(base, control.path, value);
		// A part takes the defaults of what nobody said.
		if (control.kind !== 'part') expect(valueAt(set, control.path)).toEqual(value);
	}
});

test('a setting that nothing depends on is not shown', () => {
	const shown = controls.filter(({ when }) => when === undefined || when(plain)).map(({ path }) => path);
	expect(shown).toContain('network.inClient');
	expect(shown).not.toContain('traffic.patience.meanMs');
});

test('what is counted is one or many', () => {
	const written = (path: string, value: number): string => {
		const control = controls.find((one) => one.path === path);
		return control?.kind === 'number' ? (control.format ?? String)(value) : '';
	};
	expect([0, 1, 2].map((value) => written('servers.*.queue', value))).toEqual([
		'0 places',
		'1 place',
		'2 places'
	]);
	expect(written('balancer.budget.ratio', 1)).toBe('1 retry');
});
