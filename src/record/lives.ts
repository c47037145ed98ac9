import type { RequestEvent, TraceEvent } from './event.ts';
import { lifeOf, type Life, type LifeEvent } from './life.ts';

/** Answered requests whose events are kept, so that one can still be asked about that has just gone home. */
const mostAnswered = 500;
const mostPicks = 12;

/** The events of every request that is out, and of the latest that were answered: of constant size but for those who are out. */
export class Lives {
	/** The latest decisions, oldest first. */
	readonly picks: (RequestEvent & { kind: 'pick' })[] = [];
	#events = new Map<number, LifeEvent[]>();
	/** Answered, oldest first. */
	#answered: number[] = [];

	/** What is known of a request; undefined when that has been forgotten. */
	of(id: number): Life | undefined {
		const events = this.#events.get(id);
		return events && lifeOf(events);
	}

	/**
	 * One that knows the same of those who are out, and goes its own way from here. Of those that were answered it knows nothing:
	 * there are so many that it soon would not in any case.
	 */
	copy(): Lives {
		const copy = new Lives();
		copy.picks.push(...this.picks);
		copy.#answered = this.#answered.slice();
		copy.#events = new Map(this.#events);
		for (const id of this.#answered) copy.#events.delete(id);
		for (const [id, events] of copy.#events) copy.#events.set(id, events.slice());
		return copy;
	}

	hear(event: TraceEvent): void {
		if (event.kind === 'strategy') return;
		if (event.kind === 'backend') {
			if (event.change === 'stop' || event.change === 'fail')
				for (const events of this.#events.values()) events.push(event);
			return;
		}
		const events = this.#events.get(event.id);
		if (events !== undefined) events.push(event);
		// A ghost's last steps, after its request has been forgotten, are nobody's.
		else if (event.kind === 'send' || event.kind === 'pick') this.#events.set(event.id, [event]);
		if (event.kind === 'pick') {
			this.picks.push(event);
			if (this.picks.length > mostPicks) this.picks.shift();
		} else if (event.kind === 'answer' && events !== undefined) this.#retire(event.id);
	}

	#retire(id: number): void {
		this.#answered.push(id);
		if (this.#answered.length < 2 * mostAnswered) return;
		// By halves: to shift a long array for each answer would cost more than the rest.
		for (const old of this.#answered.splice(0, mostAnswered)) this.#events.delete(old);
	}
}
