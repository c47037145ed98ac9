import { embed } from '#words/en/embed.ts';
import { spoken } from './language.ts';

export const embedWords = spoken(embed);
