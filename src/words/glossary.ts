import { glossary } from '#words/en/glossary.ts';
import { spoken } from './language.ts';

export const glossaryWords = spoken(glossary);
