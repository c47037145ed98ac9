import { InputError, jsonOf } from '#record/input.ts';
import { readScenario, type Scenario } from './scenario.ts';

/** A link longer than this is no scenario of ours. */
const longest = 100_000;

/** A scenario as a piece of a link: JSON in base64url, without what is as it would be anyway. The defaults of a version never change. */
export function linkOf(scenario: Scenario): string {
	const bytes = new TextEncoder().encode(JSON.stringify(brief(scenario)));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
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
	const source = 'the link';
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
	return readScenario(jsonOf(text, source), source);
}
