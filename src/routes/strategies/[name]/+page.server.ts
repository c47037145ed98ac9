import { error } from '@sveltejs/kit';
import { shelf, strategyNames } from '#balancer/strategies/index.ts';
import { linkOf } from '#simulator/link.ts';
import type { EntryGenerator, PageServerLoad } from './$types';
import { openingScenario } from '../../play/scenario.ts';
import { familyOf } from '../exhibit.ts';
import { sourceOf } from '../files.ts';

export const entries: EntryGenerator = () => strategyNames.map((name) => ({ name }));

export const load: PageServerLoad = async ({ params }) => {
	const place = strategyNames.findIndex((name) => name === params.name);
	const name = strategyNames[place];
	if (name === undefined) error(404, `There is no strategy "${params.name}".`);
	const neighbour = (at: number) => {
		const other = strategyNames[at];
		return other === undefined ? undefined : { name: other, title: shelf[other].title };
	};
	return {
		name,
		family: familyOf(name),
		source: await sourceOf(name),
		play: linkOf({ ...openingScenario(), strategy: { name, knobs: {} } }),
		previous: neighbour(place - 1),
		next: neighbour(place + 1)
	};
};
