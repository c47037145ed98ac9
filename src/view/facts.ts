import type { Scenario } from '#simulator/scenario.ts';

/** What a scenario is, in a few labels and words, for a page that shows what cannot be moved. */
export interface Fact {
	/** The field of the scenario that it tells of. */
	readonly path: string;
	readonly label: string;
	readonly value: string;
}

export function factsOf({ traffic, work, servers, network }: Scenario): readonly Fact[] {
	const [first] = servers;
	return [
		{
			path: 'traffic.perSecond',
			label: 'Traffic',
			value: `${String(traffic.perSecond)} requests a second, ${arrivals[traffic.arrivals]}`
		},
		{ path: 'work.law', label: 'Work', value: laws[work.law] },
		{ path: 'work.meanMs', label: 'Mean work', value: `${String(work.meanMs)} ms` },
		{ path: 'servers', label: 'Servers', value: String(servers.length) },
		...(first === undefined
			? []
			: [
					{
						path: `servers.${first.id}.workers`,
						...each(servers, 'Workers', ({ workers }) => workers)
					},
					{
						path: `servers.${first.id}.queue`,
						...each(servers, 'Queue', ({ queue }) => queue, ' places')
					}
				]),
		...(network.hopMs > 0
			? [{ path: 'network.hopMs', label: 'Road', value: `${String(network.hopMs)} ms a stretch` }]
			: [])
	];
}

/** One number where all servers have the same, else each server's own; of a crowd the least and the most. */
function each(
	servers: Scenario['servers'],
	label: string,
	of: (server: Scenario['servers'][number]) => number,
	unit = ''
): Pick<Fact, 'label' | 'value'> {
	const counts = servers.map(of);
	const [least, most] = [Math.min(...counts), Math.max(...counts)];
	if (least === most) return { label: `${label} each`, value: `${String(least)}${unit}` };
	const value =
		servers.length > 6
			? `${String(least)} to ${String(most)}`
			: servers.map((server) => `${server.id} ${String(of(server))}`).join(', ');
	return { label, value: `${value}${unit}` };
}

/** How the words of a scenario read on a page. */
export const arrivals: Readonly<Record<Scenario['traffic']['arrivals'], string>> = {
	poisson: 'at random',
	steady: 'evenly spaced',
	erlang: 'nearly even',
	hyperexponential: 'in clusters',
	bursts: 'in bursts',
	users: 'from users who wait for their answers',
	trace: 'as listed'
};

export const laws: Readonly<Record<Scenario['work']['law'], string>> = {
	fixed: 'all alike',
	exponential: 'uneven (exponential)',
	erlang: 'a little uneven',
	lognormal: 'uneven (lognormal)',
	bimodal: 'small ones and boulders',
	hyperexponential: 'uneven, of two kinds',
	heavy: 'very uneven (a few giants)'
};
