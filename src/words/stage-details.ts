import { stageDetails } from '#words/en/stage-details.ts';
import { spoken } from './language.ts';

export const stageDetailsWords = spoken(stageDetails);
