import { clusterOf, type ClusterPlan } from '#dialects/cluster.ts';
import type { Line, Part, WrittenFile } from '#dialects/dialect.ts';
import type { Difference } from '#simulator/difference.ts';
import type { Topic } from '#view/stage/cards.ts';
import type { Change, Scenario, ServerSpec } from '#simulator/scenario.ts';
import { playFilesWords } from '#words/play-files.ts';

/** What is to be put on the stage; with `from` it runs from there, by itself. */
export interface Opening {
	readonly scenario: Scenario;
	readonly difference: Difference | undefined;
	readonly from?: number;
}

/** The cluster as it is at this instant of the run: who joined, left, was drained or weighed anew, and who decides. */
export function planAt(scenario: Scenario, changes: readonly Change[], at: number): ClusterPlan {
	let { servers, strategy } = scenario;
	const each = (id: string, change: (server: ServerSpec) => ServerSpec): void => {
		servers = servers.map((server) => (server.id === id ? change(server) : server));
	};
	for (const change of changes) {
		if (change.at > at) break;
		if (change.do === 'strategy') strategy = change.strategy;
		else if (change.do === 'add') servers = [...servers, change.server];
		else if (change.do === 'remove') servers = servers.filter(({ id }) => id !== change.server);
		else if (change.do === 'weight') each(change.server, (server) => ({ ...server, weight: change.weight }));
		else if (change.do === 'drain') each(change.server, (server) => ({ ...server, weight: 0 }));
	}
	return clusterOf({ ...scenario, strategy, servers });
}

/** Lines of one part that stand together, as the margin names them. */
export interface Stretch {
	/** A server's name, or the part's word; one of its own for lines that are about no part. */
	readonly label: string;
	readonly part: Part | undefined;
	readonly lines: readonly Line[];
}

export function stretchesOf({ lines }: WrittenFile): readonly Stretch[] {
	const stretches: (Stretch & { lines: Line[] })[] = [];
	for (const line of lines) {
		const label = labelOf(line.part);
		const last = stretches.at(-1);
		if (last !== undefined && (last.label === label || (line.text === '' && line.part === undefined)))
			last.lines.push(line);
		else stretches.push({ label, part: line.part, lines: [line] });
	}
	return stretches;
}

/** Where it is on the stage: what checks and lets wait is the gate, and clients come from where the traffic does. */
export function topicOf(part: Part | undefined): Topic | undefined {
	if (part === undefined) return undefined;
	if (typeof part === 'object') return { kind: 'server', id: part.server };
	return { kind: part === 'clients' ? 'monster' : 'gate' };
}

function labelOf(part: Part | undefined): string {
	if (typeof part !== 'object') return playFilesWords.home.parts[part ?? 'file'];
	return part.all === true ? playFilesWords.home.parts.servers : part.server;
}
