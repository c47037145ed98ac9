import { lab } from '#words/en/lab.ts';
import { spoken } from './language.ts';

export const labWords = spoken(lab);
