import { controls } from '#words/en/controls.ts';
import { spoken } from './language.ts';

export const controlsWords = spoken(controls);
