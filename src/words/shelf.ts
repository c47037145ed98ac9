import { shelf } from '#words/en/shelf.ts';
import { spoken } from './language.ts';

export const shelfWords = spoken(shelf);
