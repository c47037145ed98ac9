import { charts } from '#words/en/charts.ts';
import { spoken } from './language.ts';

export const chartsWords = spoken(charts);
