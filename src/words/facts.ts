import { facts } from '#words/en/facts.ts';
import { spoken } from './language.ts';

export const factsWords = spoken(facts);
