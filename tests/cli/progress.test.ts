import { expect, test } from 'vitest';
import { progressOn } from '#cli/simulation/progress.ts';

function drawn(isTTY: boolean): string {
	let text = '';
	const progress = progressOn({ isTTY, write: (piece) => (text += piece) });
	progress.show(0.25, 'round-robin');
	progress.show(0.26, 'too soon to be drawn');
	progress.clear();
	return text;
}

test('on a terminal there is a bar, drawn no more often than an eye can follow, and it is gone in the end', () => {
	expect(drawn(true)).toBe(`\r\x1b[K${'█'.repeat(6)}${'░'.repeat(18)}  25 %  round-robin\r\x1b[K`);
});

test('elsewhere there is none', () => {
	expect(drawn(false)).toBe('');
});
