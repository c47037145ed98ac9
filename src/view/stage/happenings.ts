import type { Happening } from '#record/chronicle.ts';
import type { BackendEvent } from '#record/event.ts';
import { stageWords } from '#words/stage.ts';
import type { Moment } from '../controls/timeline.ts';
import { brief, duration, reasonWords } from './words.ts';

const say = stageWords.happened;

/** A happening in a few words, as a list or a mark has it: `12 turned away at A and C: road full`. */
export function happeningWords(happening: Happening): string {
	const { kind, count: times, reason, change, strategy, value, backends } = happening;
	const where = backends.length === 0 ? say.gate : listed(backends);
	if (strategy !== undefined) return say.charge(strategy);
	if (kind === 'panic') return say.panic;
	if (reason !== undefined)
		return say[kind as 'refused' | 'timeout' | 'failed'](times, where, reasonWords[reason]);
	if (change === undefined) return where;
	const does = changeWords[change]?.(Math.max(1, backends.length), measured(change, value ?? 0)) ?? change;
	const what = say.change(where, does);
	return times > backends.length ? say.often(what, times) : what;
}

/** The caption when a run stops at something: what it is, and where to look. */
export function captionOf({ kind, reason, change, value, backends, id }: Happening): {
	title: string;
	says: string;
} {
	const [where] = backends;
	const { caption: told, request } = stageWords;
	const who = id === undefined ? '' : request(id);
	switch (kind) {
		case 'refused':
			return {
				title: told.refused,
				says: told.finds(who, where ?? say.gate, reason === undefined ? told.closed : reasonWords[reason])
			};
		case 'timeout':
			return {
				title: reason === 'client-left' ? told.clientLeft : told.timeout,
				says:
					reason === 'client-left'
						? told.leaves(who)
						: where === undefined
							? told.atGate(who)
							: told.tooLong(who, where)
			};
		case 'failed':
			return {
				title: told.failed,
				says: told[reason === 'reset' ? 'reset' : 'error'](who, where ?? say.gate)
			};
		case 'ejected':
			return {
				title: told.ejected(where ?? told.aServer),
				says: change === 'down' ? told.unchecked : told.tooOften
			};
		case 'panic':
			return { title: told.panic, says: told.nobody };
		case 'fleet':
			return fleetCaption(where ?? told.aServer, change, value);
		default:
			return { title: told[kind], says: '' };
	}
}

function fleetCaption(
	server: string,
	change: Happening['change'],
	value = 0
): { title: string; says: string } {
	const told = stageWords.caption;
	if (change === 'ordered') return { title: told.ordered(server), says: told.built(duration(value)) };
	if (change === 'called-off') return { title: told.calledOff(server), says: told.unneeded };
	return change === 'removed'
		? { title: told.removed(server), says: told.ends }
		: { title: told.added(server), says: told.may };
}

const changeWords: Readonly<
	Partial<Record<BackendEvent['change'], (servers: number, value: string) => string>>
> = say.does;

/** The value of a change in its unit: a length of time, a weight or a speed. */
function measured(change: BackendEvent['change'], value: number): string {
	return change === 'ordered' || change === 'pause' ? duration(value) : brief(value);
}

/** `A`, `A and B`, `A, B and 3 more` */
function listed(names: readonly string[]): string {
	const [one = '', two, three] = names;
	if (two === undefined) return one;
	if (three === undefined) return say.two(one, two);
	return names.length === 3 ? say.three(one, two, three) : say.many(one, two, names.length - 2);
}

/** Happenings as marks of the time line; `name` is that of their run, where there are several. */
export function momentsOf(happenings: readonly Happening[], lane = 0, name = ''): Moment[] {
	return happenings.map((happening) => ({
		at: happening.at,
		until: happening.until,
		sign: happening.kind,
		lane,
		label: name === '' ? happeningWords(happening) : say.of(name, happeningWords(happening))
	}));
}
