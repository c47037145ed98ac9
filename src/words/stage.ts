import { stage } from '#words/en/stage.ts';
import { spoken } from './language.ts';

export const stageWords = spoken(stage);
