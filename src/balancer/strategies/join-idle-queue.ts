/**
 * Join idle queue: servers that run out of work queue up for more, and the first in that queue is next.
 *
 * The idea: turn the question round. Instead of asking, while a request waits, which server is free, let each server say
 * so when it becomes free, which is when nobody waits. A pick takes the server at the head of the queue; with the
 * queue empty all are busy, and one is drawn by lot.
 *
 * In the paper a server that becomes idle reports to one of many balancers. Here the report rides on the answer that
 * emptied the server, so it goes to the balancer that had sent it, and of several balancers each believes a server idle
 * that is idle of its own requests. A server that was given work meanwhile is dropped from the queue when its turn comes.
 * Newcomers queue up in random order, or several balancers would all begin with the same one.
 *
 * Cost: O(1) a pick, one place in the queue per server. It fails where all are busy: it is blind then, and no better than random;
 * and as it asks who is idle, not who is fast, a broken server that answers errors at once is idle all the time.
 */
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const joinIdleQueue: StrategyDefinition<never> = {
	title: 'Join idle queue',
	says: 'Idle servers queue up for work; if there are none, any server by lot.',
	cost: 'O(1) a pick; one place in a queue a server.',
	fails: 'When all are busy it is no better than random, and a server that fails at once is always idle.',
	sources: ['Lu, Xie, Kliot, Geller, Larus and Greenberg, Join-Idle-Queue, Performance Evaluation 68 (2011)'],
	knobs: {},
	elsewhere: {},
	create(_knobs, random) {
		let seen: readonly Backend[] = [];
		let places = new Map<Backend, number>();
		/** Places of idle servers, first come first, going round; as long as the list. */
		let queue = new Uint32Array(0);
		let head = 0;
		let length = 0;
		/** 1 for each place that stands in the queue. */
		let queued = new Uint8Array(0);

		const join = (place: number): void => {
			if (queued[place] !== 0) return;
			queued[place] = 1;
			queue[(head + length++) % queue.length] = place;
		};
		const leave = (): number => {
			const place = queue[head] ?? 0;
			queued[place] = 0;
			head = (head + 1) % queue.length;
			length--;
			return place;
		};
		/** Who was in the queue keeps its turn; who has joined the list idle comes behind, in random order. */
		const relist = (backends: readonly Backend[]): void => {
			const waiting: Backend[] = [];
			while (length > 0) {
				const backend = seen[leave()];
				if (backend !== undefined) waiting.push(backend);
			}
			const before = places;
			places = new Map(backends.map((backend, place) => [backend, place]));
			queue = new Uint32Array(backends.length);
			queued = new Uint8Array(backends.length);
			head = 0;
			for (const backend of waiting) {
				const place = places.get(backend);
				if (place !== undefined) join(place);
			}
			const newcomers = backends.filter((backend) => !before.has(backend) && backend.inflight === 0);
			for (const backend of shuffled(newcomers, random)) join(places.get(backend) ?? 0);
			seen = backends;
		};
		return {
			pick(backends) {
				if (backends !== seen) relist(backends);
				while (length > 0) {
					const backend = backends[leave()];
					if (backend?.inflight === 0) return backend;
				}
				return backends[Math.floor(random() * backends.length)];
			},
			done(backend) {
				if (backend.inflight > 0) return;
				const place = places.get(backend);
				if (place !== undefined) join(place);
			}
		};
	}
};

function shuffled(backends: readonly Backend[], random: () => number): readonly Backend[] {
	const order = [...backends];
	for (let left = order.length; left > 1; left--) {
		const lot = Math.floor(random() * left);
		const [a, b] = [order[lot], order[left - 1]];
		if (a === undefined || b === undefined) break;
		order[lot] = b;
		order[left - 1] = a;
	}
	return order;
}
