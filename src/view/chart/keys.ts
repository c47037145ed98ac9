import type { KeyTable } from '../controls/keys.ts';

/** What keys do on a chart: they move the cursor along its readings. */
export const chartKeys: KeyTable<'back' | 'on' | 'far back' | 'far on' | 'first' | 'last' | 'leave'> = {
	where: 'On a chart',
	lines: [
		{ deed: 'back', keys: ['ArrowLeft'], says: 'The reading before' },
		{ deed: 'on', keys: ['ArrowRight'], says: 'The next reading' },
		{ deed: 'far back', keys: ['PageDown'], says: 'Ten readings back' },
		{ deed: 'far on', keys: ['PageUp'], says: 'Ten readings on' },
		{ deed: 'first', keys: ['Home'], says: 'The first reading' },
		{ deed: 'last', keys: ['End'], says: 'The last reading' },
		{ deed: 'leave', keys: ['Escape'], says: 'No cursor' }
	]
};
