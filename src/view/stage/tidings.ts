import type { Scene } from '#record/scene.ts';
import { count, serverStatus } from './words.ts';

/** How things stood when somebody was last told: what is new since then is told next. */
export interface Told {
	readonly at: number;
	readonly servers: ReadonlyMap<
		string,
		{ readonly status: string; readonly refused: number; readonly failed: number }
	>;
	/** Requests that no server ever had: the gate or a client ended them. */
	readonly atGate: number;
}

const most = 3;

export function toldOf(scene: Scene): Told {
	return {
		at: scene.at,
		servers: new Map(
			scene.servers.map((server) => [
				server.id,
				{
					status: serverStatus(server).replaceAll(' · ', ', '),
					refused: server.refused,
					failed: server.failed
				}
			])
		),
		atGate: turnedBack(scene)
	};
}

/**
 * What has changed, in a few sentences for those who listen: `Server C turns callers away, 12 refused.` The gravest first, at
 * most three; empty when nothing is worth interrupting for, or when time went back.
 */
export function tidings(before: Told, now: Told): string {
	if (now.at < before.at) return '';
	const changed: string[] = [];
	const refusing: string[] = [];
	const failing: string[] = [];
	for (const [id, { status, refused, failed }] of now.servers) {
		const known = before.servers.get(id);
		if (known === undefined) {
			changed.push(`Server ${id} ${status === 'being built' ? 'is being built' : 'joins'}.`);
			continue;
		}
		if (known.status === 'being built' && status !== known.status) changed.push(`Server ${id} opens.`);
		else if (status !== known.status && !isPace(status, known.status))
			changed.push(status === '' ? `Server ${id} is well again.` : `Server ${id}: ${status}.`);
		if (refused > known.refused)
			refusing.push(`Server ${id} turns callers away, ${count(refused - known.refused)} refused.`);
		if (failed > known.failed) failing.push(`Server ${id}: ${count(failed - known.failed)} failed.`);
	}
	for (const id of before.servers.keys()) if (!now.servers.has(id)) changed.push(`Server ${id} has left.`);
	const gate =
		now.atGate > before.atGate ? [`${count(now.atGate - before.atGate)} never reached a server.`] : [];
	const all = [...changed, ...refusing, ...gate, ...failing];
	const rest = all.length - most;
	return [...all.slice(0, most), ...(rest > 0 ? [`And ${count(rest)} more.`] : [])].join(' ');
}

/** It comes and goes with every request inside. */
function isPace(...statuses: readonly string[]): boolean {
	return statuses.every((status) => status === '' || status.startsWith('works at'));
}

function turnedBack({ failures }: Scene): number {
	return (['no-backend', 'declined', 'shed', 'queue-timeout', 'client-left'] as const).reduce(
		(sum, reason) => sum + (failures.get(reason) ?? 0),
		0
	);
}
