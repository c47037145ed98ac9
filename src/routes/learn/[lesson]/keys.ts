import type { KeyTable } from '#view/controls/keys.ts';
import { keysWords } from '#words/keys.ts';

const say = keysWords.lesson;

/** One letter for each thing that a lesson is made of. */
export function lessonKeys(there: {
	readonly next: boolean;
	readonly previous: boolean;
}): KeyTable<'run' | 'hint' | 'next' | 'previous'> {
	return {
		where: say.where,
		lines: [
			{ deed: 'run', keys: ['r'], says: say.run },
			{ deed: 'hint', keys: ['h'], says: say.hint },
			...(there.next ? [{ deed: 'next' as const, keys: ['n'], says: say.next }] : []),
			...(there.previous ? [{ deed: 'previous' as const, keys: ['p'], says: say.previous }] : [])
		]
	};
}
