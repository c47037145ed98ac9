import { InputError, jsonOf } from '#record/input.ts';
import { readScenario, type Scenario } from './scenario.ts';

/** A link longer than this is no scenario of ours. */
const longest = 100_000;

/** A scenario as a piece of a link: JSON in base64url. Defaults are filled in, so it means the same in every later version. */
export function linkOf(scenario: Scenario): string {
	const bytes = new TextEncoder().encode(JSON.stringify(scenario));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
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
