import { site } from '#words/en/site.ts';
import { spoken } from './language.ts';

export const siteWords = spoken(site);
