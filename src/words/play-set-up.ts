import { setUp } from '#words/en/play-set-up.ts';
import { spoken } from './language.ts';

export const setUpWords = spoken(setUp);
