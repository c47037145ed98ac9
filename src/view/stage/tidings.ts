import type { Scene } from '#record/scene.ts';
import { stageWords } from '#words/stage.ts';
import { isSound, serverStatus } from './words.ts';

const say = stageWords.news;

/** How things stood when somebody was last told: what is new since then is told next. */
export interface Told {
	readonly at: number;
	readonly servers: ReadonlyMap<
		string,
		{
			/** Empty when all is well. */
			readonly status: string;
			/** Nothing but its pace is out of the ordinary. */
			readonly sound: boolean;
			/** It is being built. */
			readonly site: boolean;
			readonly refused: number;
			readonly failed: number;
		}
	>;
	/** Requests that no server ever had: the gate or a client ended them. */
	readonly atGate: number;
	/** All are left out, and asked all the same. */
	readonly panic: boolean;
	/** How the run ended; undefined while it lasts. */
	readonly end: { readonly ok: number; readonly sent: number } | undefined;
}

const most = 3;

export function toldOf(scene: Scene, ended = false): Told {
	return {
		at: scene.at,
		servers: new Map(
			scene.servers.map((server) => [
				server.id,
				{
					status: serverStatus(server, scene.at, ', '),
					sound: isSound(server, scene.at),
					site: server.site !== undefined,
					refused: server.refused,
					failed: server.failed
				}
			])
		),
		atGate: turnedBack(scene),
		panic: scene.panic,
		end: ended ? { ok: scene.ok, sent: scene.sent } : undefined
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
	for (const [id, { status, sound, site, refused, failed }] of now.servers) {
		const known = before.servers.get(id);
		if (known === undefined) {
			changed.push(site ? say.site(id) : say.joins(id));
			continue;
		}
		if (known.site && !site) changed.push(say.opens(id));
		else if (status !== known.status && !(sound && known.sound))
			changed.push(status === '' ? say.well(id) : say.status(id, status));
		if (refused > known.refused) refusing.push(say.refuses(id, refused - known.refused));
		if (failed > known.failed) failing.push(say.fails(id, failed - known.failed));
	}
	for (const id of before.servers.keys()) if (!now.servers.has(id)) changed.push(say.left(id));
	const gate = now.atGate > before.atGate ? [say.atGate(now.atGate - before.atGate)] : [];
	const end = before.end === undefined && now.end !== undefined ? [say.over(now.end.ok, now.end.sent)] : [];
	const panic = now.panic && !before.panic ? [say.panic] : [];
	const all = [...end, ...panic, ...changed, ...refusing, ...gate, ...failing];
	const rest = all.length - most;
	return [...all.slice(0, most), ...(rest > 0 ? [say.more(rest)] : [])].join(' ');
}

function turnedBack({ failures }: Scene): number {
	return (['no-backend', 'declined', 'shed', 'queue-timeout', 'client-left'] as const).reduce(
		(sum, reason) => sum + (failures.get(reason) ?? 0),
		0
	);
}
