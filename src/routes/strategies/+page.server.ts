import { shelf, strategyNames } from '#balancer/strategies/index.ts';
import { grouped } from '#view/shelf/groups.ts';
import { rollShape } from '#view/shelf/roll.ts';
import type { PageServerLoad } from './$types';
import { familyOf, perform, servers } from './exhibit.ts';
import { rollSize } from './size.ts';

/** Every strategy plays the piece while the page is built. */
export const load: PageServerLoad = () => ({
	servers: servers.map(({ id }) => id),
	groups: grouped(strategyNames).map(({ group, names }) => ({
		group,
		strategies: names.map((name) => {
			const { title, says, cost } = shelf[name];
			const { notes, end, away } = perform(name);
			const roll = rollShape(notes, { ...rollSize, rows: servers.length, end });
			return { name, title, says, cost, family: familyOf(name), roll, away, end };
		})
	}))
});
