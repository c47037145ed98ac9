import { replay } from '#words/en/replay.ts';
import { spoken } from './language.ts';

export const replayWords = spoken(replay);
