import { expect, test } from 'vitest';
import { chartKeys } from '#view/chart/keys.ts';
import { deedOf, sheetOf, shownKeys, type KeyTable } from '#view/controls/keys.ts';
import { timeKeys } from '#view/controls/timeline.ts';
import { stageKeys } from '#view/stage/keys.ts';

const pressed = (
	key: string,
	held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', true>> = {}
) => ({
	key,
	ctrlKey: false,
	metaKey: false,
	altKey: false,
	shiftKey: false,
	...held
});

const undo: KeyTable<'undo' | 'redo'> = {
	where: 'Deeds',
	lines: [
		{ deed: 'undo', keys: ['z'], ctrl: true, shift: false, says: 'Undo' },
		{ deed: 'redo', keys: ['z'], ctrl: true, shift: true, says: 'Redo' }
	]
};

test('a key does what its line says, and only with the keys held that the line names', () => {
	expect(deedOf(undo, pressed('z', { ctrlKey: true }))).toBe('undo');
	expect(deedOf(undo, pressed('z', { metaKey: true }))).toBe('undo');
	expect(deedOf(undo, pressed('Z', { ctrlKey: true, shiftKey: true }))).toBe('redo');
	expect(deedOf(undo, pressed('z'))).toBeUndefined();
	expect(deedOf(undo, pressed('z', { ctrlKey: true, altKey: true }))).toBeUndefined();
	expect(deedOf(timeKeys(true), pressed(' ', { ctrlKey: true }))).toBeUndefined();
});

test.each([timeKeys(true), timeKeys(false), stageKeys, chartKeys])(
	'every line of “$where” is reached by each of its keys',
	(table: KeyTable) => {
		for (const { keys, deed } of table.lines)
			for (const key of keys) expect(deedOf(table, pressed(key))).toBe(deed);
	}
);

test('a sheet names each place once, with each of its keys once', () => {
	const sheet = sheetOf([stageKeys, chartKeys, chartKeys, stageKeys, undo]);
	expect(sheet.map(({ where }) => where)).toEqual(['On the stage', 'On a chart', 'Deeds']);
	expect(sheet[1]?.lines).toEqual(chartKeys.lines);
});

test('keys are written as keyboards have them', () => {
	expect(undo.lines.map(shownKeys)).toEqual(['Ctrl Z', 'Ctrl Shift Z']);
	expect(stageKeys.lines.map(shownKeys)).toEqual(['Enter or Space', 'Esc']);
});
