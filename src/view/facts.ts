import type { Scenario } from '#simulator/scenario.ts';
import { factsWords } from '#words/facts.ts';

/** What a scenario is, in a few labels and words, for a page that shows what cannot be moved. */
export interface Fact {
	/** The field of the scenario that it tells of. */
	readonly path: string;
	readonly label: string;
	readonly value: string;
}

const say = factsWords;

export function factsOf({ traffic, work, servers, network }: Scenario): readonly Fact[] {
	const [first] = servers;
	return [
		{
			path: 'traffic.perSecond',
			label: say.traffic,
			value: say.perSecond(traffic.perSecond, arrivals[traffic.arrivals])
		},
		{ path: 'work.law', label: say.work, value: laws[work.law] },
		{ path: 'work.meanMs', label: say.meanWork, value: say.ms(work.meanMs) },
		{ path: 'servers', label: say.servers, value: String(servers.length) },
		...(first === undefined
			? []
			: [
					{ path: `servers.${first.id}.workers`, ...each(servers, say.workers, ({ workers }) => workers) },
					{ path: `servers.${first.id}.queue`, ...each(servers, say.queue, ({ queue }) => queue) }
				]),
		...(network.hopMs > 0
			? [{ path: 'network.hopMs', label: say.road, value: say.stretch(network.hopMs) }]
			: [])
	];
}

/** One number where all servers have the same, else each server's own; of a crowd the least and the most. */
function each(
	servers: Scenario['servers'],
	label: typeof say.queue,
	of: (server: Scenario['servers'][number]) => number
): Pick<Fact, 'label' | 'value'> {
	const counts = servers.map(of);
	const [least, most] = [Math.min(...counts), Math.max(...counts)];
	if (least === most) return { label: label.each, value: label.count(String(least), most) };
	const value =
		servers.length > 6
			? say.range(least, most)
			: servers.map((server) => `${server.id} ${String(of(server))}`).join(', ');
	return { label: label.one, value: label.count(value, most) };
}

/** How the words of a scenario read on a page. */
export const arrivals: Readonly<Record<Scenario['traffic']['arrivals'], string>> = say.arrivals;

export const laws: Readonly<Record<Scenario['work']['law'], string>> = say.laws;
