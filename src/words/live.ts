import { live } from '#words/en/live.ts';
import { spoken } from './language.ts';

export const liveWords = spoken(live);
