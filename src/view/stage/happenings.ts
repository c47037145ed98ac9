import type { Happening } from '#record/chronicle.ts';
import type { BackendEvent } from '#record/event.ts';
import type { Moment } from '../controls/timeline.ts';
import { brief, count, duration, reasonWords } from './words.ts';

/** A happening in a few words, as a list or a mark has it: `12 turned away at A and C: road full`. */
export function happeningWords(happening: Happening): string {
	const { kind, count: times, reason, change, strategy, value, backends } = happening;
	const where = backends.length === 0 ? 'the gate' : listed(backends);
	if (strategy !== undefined) return `${strategy} takes charge`;
	if (reason !== undefined) {
		const what = { refused: 'turned away', timeout: 'given up', failed: 'failed' }[
			kind as 'refused' | 'timeout' | 'failed'
		];
		return `${count(times)} ${what} at ${where}: ${reasonWords[reason]}`;
	}
	if (change === undefined) return where;
	const again = times > backends.length ? `, ${count(times)} times` : '';
	const words = changeWords[change]?.(value ?? 0) ?? change;
	return `${where} ${backends.length > 1 ? plural(words) : words}${again}`;
}

/** The caption when a run stops at something: what it is, and where to look. */
export function captionOf({ kind, reason, change, value, backends, id }: Happening): {
	title: string;
	says: string;
} {
	const [where] = backends;
	const who = id === undefined ? '' : `Request ${count(id)}`;
	switch (kind) {
		case 'refused':
			return {
				title: 'The first request is turned away',
				says: `${who} finds ${where === undefined ? 'the gate' : where}: ${reason === undefined ? 'closed' : reasonWords[reason]}.`
			};
		case 'timeout':
			return {
				title: reason === 'client-left' ? 'The first client gives up' : 'The first request times out',
				says:
					reason === 'client-left'
						? `${who} has been waited for long enough: its client leaves.`
						: where === undefined
							? `${who} has waited at the gate for as long as it may.`
							: `${who} took too long at ${where}: the gate waits no longer, though ${where} may work on.`
			};
		case 'failed':
			return {
				title: 'The first request fails',
				says: `${who} comes back from ${where ?? 'the gate'} with ${reason === 'reset' ? 'nothing: the connection is lost' : 'an error'}.`
			};
		case 'ejected':
			return {
				title: `${where ?? 'A server'} is left out`,
				says:
					change === 'down'
						? 'It does not answer its health checks: the gate sends it nothing until it does.'
						: 'It failed too often: the gate sends it nothing for a while.'
			};
		case 'fleet':
			if (change === 'ordered')
				return {
					title: `${where ?? 'A server'} is ordered`,
					says: `It is being built, and opens in ${duration(value ?? 0)}. Until then the others bear it all.`
				};
			if (change === 'called-off')
				return { title: `${where ?? 'A server'} is called off`, says: 'It is not needed any more.' };
			return change === 'removed'
				? { title: `${where ?? 'A server'} leaves`, says: 'It ends what it has and takes no more.' }
				: { title: `${where ?? 'A server'} joins`, says: 'The gate may pick it from now on.' };
		default:
			return { title: happeningTitle(kind), says: '' };
	}
}

function happeningTitle(kind: Happening['kind']): string {
	return { restored: 'A server is back', fault: 'A machine changes', rule: 'The rules change' }[
		kind as 'restored' | 'fault' | 'rule'
	];
}

const changeWords: Readonly<Partial<Record<BackendEvent['change'], (value: number) => string>>> = {
	added: () => 'joins',
	removed: () => 'leaves',
	ordered: (value) => `is ordered, opens in ${duration(value)}`,
	'called-off': () => 'is called off',
	weight: (value) => `has weight ${brief(value)}`,
	ready: () => 'takes requests again',
	drain: () => 'is drained',
	down: () => 'is taken down',
	ejected: () => 'is left out',
	restored: () => 'is taken back',
	slow: (value) => `works at speed ×${brief(value)}`,
	fail: () => 'answers with errors',
	stop: () => 'stops',
	hang: () => 'falls silent',
	pause: (value) => `stands still for ${duration(value)}`,
	restart: () => 'starts again'
};

/** What one does, as several do it. */
function plural(words: string): string {
	return words.replace(/^\w+/, (verb) => ({ is: 'are', has: 'have' })[verb] ?? verb.replace(/s$/, ''));
}

/** `A`, `A and B`, `A, B and 3 more` */
function listed(names: readonly string[]): string {
	if (names.length <= 2) return names.join(' and ');
	const [first = '', second = ''] = names;
	return names.length === 3
		? `${first}, ${second} and ${names[2] ?? ''}`
		: `${first}, ${second} and ${String(names.length - 2)} more`;
}

/** Happenings as marks of the time line; `name` is that of their run, where there are several. */
export function momentsOf(happenings: readonly Happening[], lane = 0, name = ''): Moment[] {
	return happenings.map((happening) => ({
		at: happening.at,
		until: happening.until,
		sign: happening.kind,
		lane,
		label: `${name === '' ? '' : `${name}: `}${happeningWords(happening)}`
	}));
}
