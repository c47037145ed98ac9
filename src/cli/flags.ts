import { addressOf, type BackendSpec } from '#proxy/backends.ts';
import type { ClientKey } from '#proxy/client-key.ts';
import { StrategyChoiceSchema, type StrategyChoice } from '#record/choice.ts';
import { InputError } from '#record/input.ts';
import { shelf, strategyNames } from '#balancer/strategies/index.ts';

/** How flags are read: each takes what a person typed and gives its meaning. @throws InputError in one sentence. */

/** `8080`; 0 takes any free port. */
export function portOf(flag: string): (text: string) => number {
	return (text) => {
		const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
		if (port > 65_535)
			throw new InputError(`${flag} is "${text}": use a port from 0 to 65535, such as 8080.`);
		return port;
	};
}

/** A port, or `off`. */
export function portOrOff(flag: string): (text: string) => number | 'off' {
	return (text) => (text === 'off' ? text : portOf(flag)(text));
}

/** A whole number within bounds. */
export function integerOf(flag: string, min: number, max: number): (text: string) => number {
	return (text) => {
		const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
		if (!(value >= min && value <= max)) {
			throw new InputError(`${flag} is "${text}": use a whole number from ${String(min)} to ${String(max)}.`);
		}
		return value;
	};
}

/** A number within bounds. */
export function numberOf(flag: string, min: number, max: number): (text: string) => number {
	return (text) => {
		const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
		if (!(value >= min && value <= max))
			throw new InputError(`${flag} is "${text}": use a number from ${String(min)} to ${String(max)}.`);
		return value;
	};
}

/** Several of them, with commas between. */
export function listOf<T>(one: (text: string) => T): (text: string) => T[] {
	return (text) => text.split(',').map((piece) => one(piece.trim()));
}

/** `1500ms` or `10s`, in milliseconds. */
export function durationOf(flag: string, leastMs = 0): (text: string) => number {
	return (text) => {
		const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
		const ms = Number(number) * (unit === 's' ? 1000 : 1);
		if (number === undefined || ms < leastMs || ms > 86_400_000)
			throw new InputError(`${flag} is "${text}": write a time like 1500ms or 10s.`);
		return ms;
	};
}

/** `http://localhost:8000,weight=2,maxconn=100,backup,id=A`, appended to those before. Without an id it is called by host and port. */
export function addBackend(text: string, before: readonly BackendSpec[] = []): BackendSpec[] {
	const [url = '', ...settings] = text.split(',');
	const { origin, socketPath } = addressOf(url);
	let id = socketPath === undefined ? origin.host : (socketPath.split('/').at(-1) ?? '');
	let weight = 1;
	let limit: number | undefined;
	let backup = false;
	for (const setting of settings) {
		const [name, value = ''] = setting.split(/=(.*)/s);
		if (name === 'weight') weight = weightOf(text, value);
		else if (name === 'maxconn') limit = limitOf(text, value);
		else if (setting === 'backup') backup = true;
		else if (name === 'id') id = idOf(text, value);
		else
			throw new InputError(
				`--backend "${text}" has the unknown setting "${setting}": use weight=2, maxconn=100, backup or id=A.`
			);
	}
	if (before.some((other) => other.id === id)) {
		throw new InputError(
			`--backend "${text}" is the second one called "${id}": give it another name with ,id=NAME.`
		);
	}
	return [...before, { id, url, weight, backup, ...(limit !== undefined && { limit }) }];
}

/** `name=value`, added to those before. */
export function addKnob(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
	const [, name, value] = /^([\w-]+)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
	if (name === undefined) throw new InputError(`--knob is "${text}": write it like choices=3.`);
	return { ...before, [name]: Number(value) };
}

/** A strategy with its knobs, both checked against the shelf. */
export function strategyOf(name: string, knobs: Readonly<Record<string, number>>): StrategyChoice {
	const known = strategyNames.find((other) => other === name);
	if (known === undefined) {
		throw new InputError(
			`--strategy is "${name}": there is no such strategy; golangia strategies lists the ${String(strategyNames.length)} there are.`
		);
	}
	const read = StrategyChoiceSchema.safeParse({ name, knobs });
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	const knob = String(issue?.path[1]);
	const says =
		shelf[known].knobs[knob] === undefined
			? issue?.message
			: `${String(knobs[knob])} ${issue?.message ?? ''}`;
	throw new InputError(`--knob ${knob}: ${says ?? ''}.`);
}

function weightOf(text: string, value: string): number {
	const weight = /^\d+(\.\d+)?$/.test(value) ? Number(value) : 0;
	if (weight < 0.001 || weight > 1000)
		throw new InputError(`--backend "${text}" has the weight "${value}": use a number from 0.001 to 1000.`);
	return weight;
}

function limitOf(text: string, value: string): number {
	const limit = /^\d{1,7}$/.test(value) ? Number(value) : 0;
	if (limit < 1 || limit > 1_000_000)
		throw new InputError(`--backend "${text}" has the maxconn "${value}": use a number from 1 to 1000000.`);
	return limit;
}

/** `address`, `uri`, `header:X-User` or `param:user`: what of a request is its key. */
export function keyRuleOf(text: string): ClientKey {
	if (text === 'address' || text === 'uri') return { by: text };
	const [, kind, name] = /^(header|param|cookie):([\w-]+)$/.exec(text) ?? [];
	if (kind === 'header' && name !== undefined) return { by: 'header', name };
	if (kind === 'param' && name !== undefined) return { by: 'parameter', name };
	if (kind === 'cookie' && name !== undefined) return { by: 'cookie', name };
	throw new InputError(`--key is "${text}": use address, uri, header:NAME, param:NAME or cookie:NAME.`);
}

/** One of a few words. */
export function wordOf<W extends string>(flag: string, words: readonly W[]): (text: string) => W {
	return (text) => {
		const word = words.find((other) => other === text);
		if (word === undefined) throw new InputError(`${flag} is "${text}": use ${words.join(', ')}.`);
		return word;
	};
}

function idOf(text: string, value: string): string {
	if (!/^[\w.:-]{1,40}$/.test(value)) {
		throw new InputError(`--backend "${text}" has the id "${value}": use 1 to 40 letters, digits or . _ : -`);
	}
	return value;
}
