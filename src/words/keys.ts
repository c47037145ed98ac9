import { keys } from '#words/en/keys.ts';
import { spoken } from './language.ts';

export const keysWords = spoken(keys);
