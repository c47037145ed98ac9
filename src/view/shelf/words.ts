import { belief } from '../stage/words.ts';
import type { Family, Frame, ServerFrame } from './exhibit.ts';
import type { Moves } from './keys.ts';

/** What this step was, and why, in a sentence or two: the strategy's own, if it has any. */
export function stepWords(frame: Frame, family: Family): string {
	const { what, server, key, servers, because } = frame;
	const name = server === undefined ? '' : (servers[server]?.id ?? '');
	if (what === 'start') return 'Nobody has come yet.';
	if (what === 'away') return `${name} is taken out. It ends what it has and is given no more.`;
	if (what === 'back') return `${name} is back.`;
	if (server === undefined) return 'Nobody is picked: the strategy declines.';
	if (because !== undefined) return because.says;
	const compared = comparison(servers, server);
	if (family === 'key') return `Client ${key} belongs to ${name}.`;
	if (family === 'turn') return `It is ${name}’s turn.`;
	if (compared !== undefined) return compared;
	if (family === 'chance') return `The lot falls on ${name}.`;
	const had = Math.max(0, (servers[server]?.inflight ?? 0) - 1);
	return `${name} is picked. It had ${had === 0 ? 'nothing' : String(had)} in flight.`;
}

/** The numbers a strategy compared, and what came of it; undefined when it has none to show. */
function comparison(servers: readonly ServerFrame[], picked: number): string | undefined {
	const compared = servers.filter(({ load, away }) => load !== undefined && !away);
	const own = servers[picked]?.load;
	const name = servers[picked]?.id ?? '';
	if (own === undefined || compared.length === 0) return undefined;
	const figures = compared.map(({ id, load }) => `${id} ${belief(load ?? 0)}`).join(', ');
	const lower = compared.filter(({ load }) => (load ?? 0) < own);
	const equals = compared.filter(({ load }) => load === own).length;
	if (lower.length > 0) {
		return `As it sees them: ${figures}. ${name} is picked: lower was to be had, but not every pick looks everywhere.`;
	}
	return `As it sees them: ${figures}. ${name} is ${equals > 1 ? `one of ${String(equals)} equals at the lowest` : 'the lowest'}.`;
}

/** What a change of the list did to the keys. */
export function movesWords(frame: Frame, leaver: string, { moved, had }: Moves, keys: number): string {
	if (frame.era === 0) return `${String(keys)} clients, each in the care of one server.`;
	const event = frame.era === 1 ? `When ${leaver} went` : `When ${leaver} came back`;
	if (moved === 0) return `${event}, no client changed servers.`;
	const needless = moved - had;
	const rest =
		needless === 0
			? 'and none that could have stayed'
			: `${String(needless)} of them for no reason of their own`;
	return `${event}, ${String(moved)} of ${String(keys)} clients changed servers, ${rest}.`;
}
