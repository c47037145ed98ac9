import type { KeyTable } from '../controls/keys.ts';

/** What keys do on a stage. Of a request there is no button: the gate and the servers list those that can be asked about. */
export const stageKeys: KeyTable<'ask' | 'leave'> = {
	where: 'On the stage',
	lines: [
		{
			deed: 'ask',
			keys: ['Enter', ' '],
			says: 'Tell of the gate, the server or the monster that has the focus'
		},
		{ deed: 'leave', keys: ['Escape'], says: 'Select nothing' }
	]
};
