import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from './balancer.ts';
import { record } from './record.ts';
import type { Expiry, Recording, Script, ServerLine } from './script.ts';

/** Record a script, on another address of the loopback network where somebody listens on its own. */
export async function recordAnywhere(script: Script, program: Program): Promise<Recording> {
	for (let tries = 0; ; tries++) {
		try {
			return await record(tries === 0 ? script : elsewhere(script, tries), program);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === 9) throw error;
			await delay(300);
		}
	}
}

/** Unless the addresses decide what is picked: then all that can be done is to wait. */
function elsewhere(script: Script, tries: number): Script {
	if (script.options.consistent === true) return script;
	const host = `127.251.${String(process.pid % 250)}.${String(tries)}`;
	const move = (line: ServerLine): ServerLine => ({
		...line,
		address: `${host}:${line.address.slice(line.address.lastIndexOf(':') + 1)}`
	});
	return { ...script, servers: script.servers.map(move) };
}

/** Whether the real program did the same in two plays of one script. */
export function sameRecording(a: Outcome, b: Outcome): boolean {
	return JSON.stringify(outcomeOf(a)) === JSON.stringify(outcomeOf(b));
}

/** The part of a recording that a program decides. */
export type Outcome = Pick<Recording, 'steps' | 'picks' | 'admitted' | 'expired' | 'attempts'>;

function outcomeOf({ steps, picks, admitted = [], expired = [], attempts = [] }: Outcome): unknown {
	const waited = [
		...admitted.map(({ afterStep, id, server }) => [afterStep, id, server]),
		...expiriesInOrder(expired).map(({ afterStep, id }) => [afterStep, id])
	];
	return [steps, picks, waited, attempts];
}

/** Clients hear in no certain order of those that gave up in one step. */
export function expiriesInOrder(expired: readonly Expiry[]): readonly Expiry[] {
	return expired.toSorted((a, b) => a.afterStep - b.afterStep || a.id.localeCompare(b.id));
}
