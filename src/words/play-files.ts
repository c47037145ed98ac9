import { playFiles } from '#words/en/play-files.ts';
import { spoken } from './language.ts';

export const playFilesWords = spoken(playFiles);
