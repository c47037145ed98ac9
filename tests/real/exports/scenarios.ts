import { readLessons } from '#cli/lesson.ts';
import { clusterOf, type ClusterPlan } from '#dialects/cluster.ts';
import { presets } from '#simulator/presets.ts';
import type { Scenario } from '#simulator/scenario.ts';
import { takePorts } from './ports.ts';

/** A preset, or how a lesson begins or is solved, on this machine's ports. */
export interface Exported {
	readonly name: string;
	readonly plan: ClusterPlan;
	/** The gate's; the servers have those after it. */
	readonly port: number;
}

/** All that the site has; of those that are the same cluster, the first. */
export function exportedScenarios(): readonly Exported[] {
	const all: readonly (readonly [string, Scenario])[] = [
		...presets.map(({ id, scenario }) => [`preset-${id}`, scenario] as const),
		...readLessons(process.cwd()).flatMap(({ lesson }) => {
			const number = String(lesson.number).padStart(2, '0');
			return [
				[`lesson-${number}-start`, lesson.start.scenario] as const,
				[`lesson-${number}-solution`, lesson.solution.scenario] as const
			];
		})
	];
	const found = new Map<string, Exported>();
	for (const [name, scenario] of all) {
		const { title: _, ...cluster } = clusterOf(scenario);
		const same = JSON.stringify(cluster);
		if (found.has(same)) continue;
		const port = takePorts(1 + cluster.servers.length);
		const servers = cluster.servers.map((server, index) => ({
			...server,
			address: `127.0.0.1:${String(port + 1 + index)}`
		}));
		const plan = { ...cluster, title: name, servers, frontend: `127.0.0.1:${String(port)}` };
		found.set(same, { name, plan, port });
	}
	return [...found.values()];
}
