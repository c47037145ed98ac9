import { randomStream } from '#balancer/random.ts';

/**
 * The same model as one writes it in an afternoon: an object and a closure for each event on a binary heap. Clear,
 * idiomatic and made for this one question. Returns how many requests were answered, and their mean response.
 */
export function afternoonRun(
	servers: number,
	requests: number,
	seed: number
): { requests: number; mean: number } {
	const random = randomStream(seed, 'afternoon');
	const exponential = (mean: number): number => -Math.log(1 - random()) * mean;
	const heap = new Heap();
	const queues: number[][] = Array.from({ length: servers }, () => []);
	const gap = 1 / (servers * 0.8);
	const latencies: number[] = [];
	let sent = 0;
	let now = 0;
	const after = (delay: number, happen: () => void): void => {
		heap.push({ at: now + delay, happen });
	};
	const serve = (queue: number[]): void => {
		after(exponential(1), () => {
			latencies.push(now - (queue.shift() ?? NaN));
			if (queue.length > 0) serve(queue);
		});
	};
	const shorter = (): number[] => {
		const first = Math.floor(random() * servers);
		const second = servers === 1 ? first : (first + 1 + Math.floor(random() * (servers - 1))) % servers;
		const [a = [], b = []] = [queues[first], queues[second]];
		return b.length < a.length ? b : a;
	};
	const arrive = (): void => {
		const queue = shorter();
		queue.push(now);
		if (queue.length === 1) serve(queue);
		if (++sent < requests) after(exponential(gap), arrive);
	};
	after(exponential(gap), arrive);
	for (let event = heap.pop(); event !== undefined; event = heap.pop()) {
		now = event.at;
		event.happen();
	}
	const sum = latencies.reduce((total, latency) => total + latency, 0);
	return { requests: latencies.length, mean: sum / latencies.length };
}

interface Happening {
	readonly at: number;
	readonly happen: () => void;
}

/** A plain binary heap of events. */
class Heap {
	#events: Happening[] = [];

	push(event: Happening): void {
		const events = this.#events;
		let place = events.push(event) - 1;
		while (place > 0) {
			const up = (place - 1) >> 1;
			const parent = events[up];
			if (parent === undefined || parent.at <= event.at) break;
			events[place] = parent;
			place = up;
		}
		events[place] = event;
	}

	pop(): Happening | undefined {
		const events = this.#events;
		const first = events[0];
		const last = events.pop();
		if (last === undefined || events.length === 0) return first;
		let place = 0;
		for (;;) {
			let down = 2 * place + 1;
			let child = events[down];
			if (child === undefined) break;
			const other = events[down + 1];
			if (other !== undefined && other.at < child.at) {
				child = other;
				down++;
			}
			if (last.at <= child.at) break;
			events[place] = child;
			place = down;
		}
		events[place] = last;
		return first;
	}
}
