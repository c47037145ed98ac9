import type { BackendTally } from '#record/metrics.ts';
import type { Request } from './request.ts';
import type { ServerSpec } from './scenario.ts';

/** `fail` answers everything at once with an error; `stop` is a dead machine that refuses. */
export type Fault = 'none' | 'fail' | 'stop';

/**
 * The truth about a machine, which no balancer sees: workers that serve first come, first served, and a
 * bounded queue before them. It keeps who is where; the engine owns time.
 */
export class Server {
	readonly id: string;
	/** In the order of building, from 0. */
	readonly number: number;
	readonly tally: BackendTally;
	readonly workers: number;
	readonly queue: number;
	readonly nominalSpeed: number;
	speed: number;
	fault: Fault = 'none';
	/** In no order: a request leaves by its `place`. */
	readonly serving: Request[] = [];
	waiting = 0;
	#first: Request | undefined;
	#last: Request | undefined;

	constructor({ id, workers, queue, speed }: ServerSpec, number: number, tally: BackendTally) {
		this.id = id;
		this.number = number;
		this.tally = tally;
		this.workers = workers;
		this.queue = queue;
		this.nominalSpeed = speed;
		this.speed = speed;
	}

	get idle(): boolean {
		return this.serving.length < this.workers;
	}

	get full(): boolean {
		return !this.idle && this.waiting >= this.queue;
	}

	seat(request: Request): void {
		request.place = this.serving.length;
		this.serving.push(request);
	}

	unseat(request: Request): void {
		const last = this.serving.pop();
		if (last === undefined || last === request) return;
		last.place = request.place;
		this.serving[request.place] = last;
	}

	enqueue(request: Request): void {
		request.behind = undefined;
		if (this.#last === undefined) this.#first = request;
		else this.#last.behind = request;
		this.#last = request;
		this.waiting++;
	}

	dequeue(): Request | undefined {
		const first = this.#first;
		if (first === undefined) return undefined;
		this.#first = first.behind;
		if (this.#first === undefined) this.#last = undefined;
		first.behind = undefined;
		this.waiting--;
		return first;
	}
}
