import { playCharts } from '#words/en/play-charts.ts';
import { spoken } from './language.ts';

export const playChartsWords = spoken(playCharts);
