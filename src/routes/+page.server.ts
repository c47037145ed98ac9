import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';
import { catalogue } from '#teaching/catalogue.ts';
import type { Series } from '#view/chart/series.ts';
import { homeWords } from '#words/home.ts';
import type { PageServerLoad } from './$types';
import { latencySeries } from './series.ts';

const seed = 4711;
const duration = 120_000;

const looks = [
	{ id: 'round-robin', label: homeWords.playground.roundRobin, colour: 'var(--strategy-round-robin)' },
	{
		id: 'least-connections',
		label: homeWords.playground.leastConnections,
		colour: 'var(--strategy-least-connections)',
		dash: '6 4'
	}
];

/** The figure is a run, made while the page is built: what it shows cannot fall behind the simulator. */
export const load: PageServerLoad = () => ({
	lessons: catalogue.map(({ slug, language, number, title, chapter, summary, minutes }) => ({
		slug,
		language,
		number,
		title,
		chapter,
		summary,
		minutes
	})),
	figure: { seed, duration, series: looks.map(run) }
});

function run(look: (typeof looks)[number]): Series {
	const scenario = readScenario(
		{
			seed,
			durationMs: duration,
			strategy: { name: look.id },
			traffic: { arrivals: 'poisson', perSecond: 32 },
			work: { law: 'exponential', meanMs: 100 },
			servers: ['A', 'B', 'C', 'D'].map((id) => ({ id, workers: 1, queue: 100 }))
		},
		'the home page'
	);
	return latencySeries(simulate(scenario).metrics, 'p95', look);
}
