import { play } from '#words/en/play.ts';
import { spoken } from './language.ts';

export const playWords = spoken(play);
