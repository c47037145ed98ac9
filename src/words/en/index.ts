import { charts } from './charts.ts';
import { controls } from './controls.ts';
import { embed } from './embed.ts';
import { facts } from './facts.ts';
import { gallery } from './gallery.ts';
import { glossary } from './glossary.ts';
import { home } from './home.ts';
import { keys } from './keys.ts';
import { lab } from './lab.ts';
import { lesson } from './lesson.ts';
import { live } from './live.ts';
import { number } from './number.ts';
import { playCharts } from './play-charts.ts';
import { playFiles } from './play-files.ts';
import { setUp } from './play-set-up.ts';
import { play } from './play.ts';
import { replay } from './replay.ts';
import { shelf } from './shelf.ts';
import { site } from './site.ts';
import { stageDetails } from './stage-details.ts';
import { stage } from './stage.ts';

/** English. In a text, `` `code` ``, `**bold**`, `_set apart_` and `[a link](name)` are set as such where a page says so. */
export const en = {
	number,
	site,
	home,
	lesson,
	glossary,
	embed,
	controls,
	facts,
	charts,
	keys,
	shelf,
	play,
	playCharts,
	playFiles,
	setUp,
	gallery,
	stage,
	stageDetails,
	live,
	lab,
	replay
};

/** All that the interface says; a language is one object of this type. */
export type Words = typeof en;
