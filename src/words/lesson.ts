import { lesson } from '#words/en/lesson.ts';
import { spoken } from './language.ts';

export const lessonWords = spoken(lesson);
