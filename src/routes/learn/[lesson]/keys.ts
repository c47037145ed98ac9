import type { KeyTable } from '#view/controls/keys.ts';

/** One letter for each thing that a lesson is made of. */
export function lessonKeys(there: {
	readonly next: boolean;
	readonly previous: boolean;
}): KeyTable<'run' | 'hint' | 'next' | 'previous'> {
	return {
		where: 'The lesson, except in a field; to be switched off at its end',
		lines: [
			{ deed: 'run', keys: ['r'], says: 'Run or pause' },
			{ deed: 'hint', keys: ['h'], says: 'A hint' },
			...(there.next ? [{ deed: 'next' as const, keys: ['n'], says: 'The next lesson' }] : []),
			...(there.previous ? [{ deed: 'previous' as const, keys: ['p'], says: 'The lesson before' }] : [])
		]
	};
}
