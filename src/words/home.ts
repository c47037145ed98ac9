import { home } from '#words/en/home.ts';
import { spoken } from './language.ts';

export const homeWords = spoken(home);
