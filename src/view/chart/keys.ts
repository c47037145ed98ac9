import { keysWords } from '#words/keys.ts';
import type { KeyTable } from '../controls/keys.ts';

const say = keysWords.chart;

/** What keys do on a chart: they move the cursor along its readings. */
export const chartKeys: KeyTable<'back' | 'on' | 'far back' | 'far on' | 'first' | 'last' | 'leave'> = {
	where: say.where,
	lines: [
		{ deed: 'back', keys: ['ArrowLeft'], says: say.back },
		{ deed: 'on', keys: ['ArrowRight'], says: say.on },
		{ deed: 'far back', keys: ['PageDown'], says: say.farBack },
		{ deed: 'far on', keys: ['PageUp'], says: say.farOn },
		{ deed: 'first', keys: ['Home'], says: say.first },
		{ deed: 'last', keys: ['End'], says: say.last },
		{ deed: 'leave', keys: ['Escape'], says: say.leave }
	]
};
