import { InputError, jsonOf } from '#record/input.ts';
import { otherOf, readDifference, type Difference } from './difference.ts';
import { readScenario, type Scenario } from './scenario.ts';

/** A link longer than this is no scenario of ours. */
const longest = 100_000;

/** All that a page's address says: a run, what another differs in that it is compared with, and the moment to show. */
export interface Address {
	readonly scenario: Scenario;
	readonly difference?: Difference | undefined;
	/** Milliseconds; the beginning unless told. */
	readonly at?: number | undefined;
}

/** `s=…`, with `b=…` where runs are compared and `t=…`, in seconds, past the beginning. @throws InputError when it would be too long. */
export function addressOf({ scenario, difference, at = 0 }: Address): string {
	// Up, so that what was done at that very moment has been done; and the last answers come after the run's length.
	const moment = Math.min(Math.ceil(at), scenario.durationMs);
	const parts = [
		`s=${linkOf(scenario)}`,
		...(difference === undefined ? [] : [`b=${encoded(difference)}`]),
		...(moment > 0 ? [`t=${String(moment / 1000)}`] : [])
	];
	const address = parts.join('&');
	if (address.length > longest)
		throw new InputError(
			`the link would be ${address.length.toLocaleString('en')} characters long: save this run as a file instead.`
		);
	return address;
}

/** What stands behind the `#`; undefined when there is no run in it. @throws InputError when it is cut, forged or huge. */
export function readAddress(hash: string): Address | undefined {
	const parts = new URLSearchParams(hash.replace(/^#/, ''));
	const link = parts.get('s');
	if (link === null) return undefined;
	const scenario = scenarioOfLink(link);
	const other = parts.get('b');
	const difference = other === null ? undefined : readDifference(decoded(other), 'the link’s comparison');
	if (difference !== undefined) otherOf(scenario, difference, 'the link’s comparison');
	const time = parts.get('t') ?? '0';
	const at = 1000 * Number(time);
	if (!(at >= 0 && at <= scenario.durationMs))
		throw new InputError(
			`the link: t is "${time}": the run lasts from 0 to ${String(scenario.durationMs / 1000)} seconds.`
		);
	return { scenario, difference, at };
}

/** A scenario as a piece of a link: JSON in base64url, without what is as it would be anyway. The defaults of a version never change. */
export function linkOf(scenario: Scenario): string {
	return encoded(brief(scenario));
}

/** Anything that JSON knows, as a piece of a link. */
export function encoded(value: unknown): string {
	const letters = Array.from(new TextEncoder().encode(JSON.stringify(value)), (byte) =>
		String.fromCharCode(byte)
	);
	return btoa(letters.join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The same scenario with fewer words: fields that have their default are left out, except for the version. */
export function brief(scenario: Scenario): unknown {
	const changes = scenario.changes.map((change) =>
		change.do === 'add' ? { ...change, server: without(change.server, usual) } : change
	);
	return {
		...(without({ ...scenario, servers: [], changes: [] }, plain) as object),
		version: scenario.version,
		strategy: scenario.strategy,
		servers: scenario.servers.map((server) => without(server, usual)),
		...(changes.length > 0 && { changes })
	};
}

/** What nobody had to say; an id is no default. */
const plain = readScenario({ servers: [{ id: 'A' }] });
const usual = { ...plain.servers[0], id: undefined };

/** The fields of an object that differ from the usual ones, and of those that are objects too the same. */
function without(value: unknown, usual: unknown): unknown {
	if (!isObject(value) || !isObject(usual)) return value;
	const entries = Object.entries(value).flatMap(([key, own]): [string, unknown][] => {
		if (JSON.stringify(own) === JSON.stringify(usual[key])) return [];
		return [[key, without(own, usual[key])]];
	});
	return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws InputError when the link is cut, forged or not a scenario. */
export function scenarioOfLink(link: string): Scenario {
	return readScenario(decoded(link), source);
}

const source = 'the link';

/** What `encoded` made a piece of a link of. @throws InputError when it is cut, forged or huge. */
export function decoded(link: string): unknown {
	if (link.length > longest)
		throw new InputError(`${source}: is ${String(link.length)} characters long: copy it again.`);
	let text: string;
	try {
		const bytes = Uint8Array.from(atob(link.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
			letter.charCodeAt(0)
		);
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		throw new InputError(`${source}: is damaged, perhaps cut short: copy it again, whole.`);
	}
	return jsonOf(text, source);
}
