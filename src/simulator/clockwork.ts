import type { Millis } from '#balancer/strategy.ts';
import { Agenda } from './agenda.ts';

/** Something rare, such as the next look of a health check: done once, when its time has come. */
export type Task = () => void;

/** What can be planned, for a request, an attempt, a server or nobody, whose number stands beside it. */
export const deeds = {
	/** The next request is sent. */
	arrive: 0,
	/** A request reaches its gate. */
	reachGate: 1,
	/** An attempt reaches its server. */
	reachServer: 2,
	/** A worker is done with an attempt. */
	finish: 3,
	/** The first of those who share a server is done. */
	depart: 4,
	/** An attempt is back at its gate. */
	reachGateAgain: 5,
	/** A request's answer reaches the client. */
	reachClient: 6,
	/** Word reaches a server that nobody waits for an attempt any more. */
	reachServerCancelled: 7,
	/** A failed request's pause is over. */
	tryAgain: 8,
	/** A client's patience is over. */
	leave: 9,
	task: 10
} as const;

export type Deed = (typeof deeds)[keyof typeof deeds];

/** An event is a deed in the lowest four bits, and whom it is about in the others. */
const deedBits = 4;

/** What the agenda is given to plan, besides when. One with another stamp than theirs when its time comes was called off. */
export function about(whom: number, deed: Deed): number {
	return (whom << deedBits) | deed;
}

/**
 * What a time is before it is known. Whoever is born with a whole number in a field that will have fractions is made over when
 * the first one comes, and the compiler's work with it.
 */
const born = NaN;

/** Virtual time, and what is planned in it. Everybody in a simulated world shares one. */
export class Clockwork {
	now: Millis = born;
	/** Of all that is planned, how much is no more than somebody who looks again and again. */
	lookers = 0;
	/** How long after the last event somebody who looks may still bring another about. */
	settleMs: Millis = 0;
	readonly agenda = new Agenda();
	/** By the number that stands for each on the agenda. */
	#tasks: (Task | undefined)[] = [];
	#freeTasks: number[] = [];

	constructor() {
		this.now = 0;
	}

	/** The deed taken from the agenda last, and whom it is about. */
	get deed(): number {
		return this.agenda.what & ((1 << deedBits) - 1);
	}

	get whom(): number {
		return this.agenda.what >>> deedBits;
	}

	planTask(at: Millis, task: Task): void {
		const number = this.#freeTasks.pop() ?? this.#tasks.length;
		this.#tasks[number] = task;
		this.agenda.at(at).plan(about(number, deeds.task), 0);
	}

	/** Do the task with this number, whose time has come. */
	doTask(number: number): void {
		const task = this.#tasks[number];
		this.#tasks[number] = undefined;
		this.#freeTasks.push(number);
		task?.();
	}

	/** Do this once, after a while. It cannot be called off: let it look whether it is still wanted. */
	later(delay: Millis, task: Task): void {
		this.planTask(this.now + delay, task);
	}

	/** Do this again and again, first after one interval. `enough`: how long until it has done all that it can about what is. */
	every(interval: Millis, task: Task, enough = interval): void {
		this.settleMs = Math.max(this.settleMs, enough);
		const again = (): void => {
			this.later(interval, again);
			task();
		};
		this.lookers++;
		this.later(interval, again);
	}
}
