import { keysWords } from '#words/keys.ts';
import type { KeyTable } from '../controls/keys.ts';

const say = keysWords.stage;

/** What keys do on a stage. Of a request there is no button: the gate and the servers list those that can be asked about. */
export const stageKeys: KeyTable<'ask' | 'leave'> = {
	where: say.where,
	lines: [
		{
			deed: 'ask',
			keys: ['Enter', ' '],
			says: say.ask
		},
		{ deed: 'leave', keys: ['Escape'], says: say.leave }
	]
};
