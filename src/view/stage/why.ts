import type { Because } from '#balancer/strategy.ts';
import type { Loads } from '#record/event.ts';
import { stageWords } from '#words/stage.ts';
import { belief, duration } from './words.ts';

const say = stageWords.why;

/** A decision, as an event, a scene or a life tells it. */
export interface Decision {
	readonly at: number;
	readonly id: number;
	readonly backend: string;
	readonly loads?: Loads | undefined;
	readonly because?: Because | undefined;
}

/** The answer to "why this server?". */
export interface Why {
	readonly title: string;
	/** The strategy's own reason; empty when it gives none. */
	readonly says: string;
	/** What the numbers are; empty when there are none. */
	readonly measure: string;
	/** Those compared, in the strategy's order; empty when it compared nothing or the world does not explain. */
	readonly compared: readonly Compared[];
	/** Compared as well, and not shown. */
	readonly more: number;
	readonly note: string;
}

export interface Compared {
	readonly id: string;
	readonly load: string;
	/** Of the largest, 0 to 1. */
	readonly share: number;
	readonly picked: boolean;
}

const mostCompared = 12;

/** A decision with the very numbers that were compared. */
export function whyOf({ at, id, backend, loads, because }: Decision, now: number): Why {
	const { figures, says = '' } = because ?? {};
	// Without figures of its own a strategy may still have said what it believes of everybody.
	const numbers = figures?.of ?? (because === undefined ? loads : undefined) ?? [];
	const finite = numbers.map(([, load]) => load).filter(Number.isFinite);
	const largest = Math.max(...finite, 0);
	const compared = numbers.map(([other, load]): Compared => ({
		id: other,
		load: belief(load),
		share: load === Infinity ? 1 : load > 0 ? load / largest : 0,
		picked: other === backend
	}));
	const shown = compared.filter(({ picked }, i) => picked || i < mostCompared);
	return {
		title: say.title(backend),
		says,
		measure: numbers.length > 0 ? (figures?.measure ?? say.load) : '',
		compared: shown,
		more: compared.length - shown.length,
		note: say.note(id, duration(Math.max(0, Math.round(now - at))))
	};
}
