import { number } from '#words/en/number.ts';
import { spoken } from './language.ts';

export const numberWords = spoken(number);
