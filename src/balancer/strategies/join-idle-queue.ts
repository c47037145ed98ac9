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
import { listed } from '../because.ts';
import { drawLot } from '../random.ts';
import { BySlot } from '../structures/by-slot.ts';
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
		let places = new BySlot<Place>();
		/** Places of idle servers, first come first, going round; as long as the list. */
		let queue = new Uint32Array(0);
		let head = 0;
		let length = 0;
		/** 1 for each place that stands in the queue. */
		let queued = new Uint8Array(0);
		/** Nobody stood in the queue at the last pick. */
		let byLot = false;

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
			places = new BySlot<Place>();
			backends.forEach((backend, place) => {
				places.add({ backend, place });
			});
			queue = new Uint32Array(backends.length);
			queued = new Uint8Array(backends.length);
			head = 0;
			for (const backend of waiting) {
				const at = places.get(backend);
				if (at !== undefined) join(at.place);
			}
			const newcomers = backends.filter(
				(backend) => before.get(backend) === undefined && backend.inflight === 0
			);
			for (const backend of shuffled(newcomers, random)) join(places.get(backend)?.place ?? 0);
			seen = backends;
		};
		/** Who stands in the queue now, first come first. */
		const line = (): number[] =>
			Array.from({ length }, (_, behind) => queue[(head + behind) % queue.length] ?? 0);
		return {
			pick(backends) {
				if (backends !== seen) relist(backends);
				byLot = false;
				while (length > 0) {
					const backend = backends[leave()];
					if (backend?.inflight === 0) return backend;
				}
				byLot = true;
				return backends[drawLot(random, backends.length)];
			},
			done(backend) {
				if (backend.inflight > 0) return;
				const at = places.get(backend);
				if (at !== undefined) join(at.place);
			},
			because({ id }, backends) {
				if (byLot)
					return { says: `Nobody stands in line, so all are taken to be busy, and the lot fell on ${id}.` };
				const behind = listed(line().map((place) => backends[place]?.id ?? ''));
				return {
					says: `${id} stood first in the line of the idle. ${behind === '' ? 'Nobody is behind it' : `Behind it: ${behind}`}.`
				};
			},
			space: () => ({ kind: 'line', backends: seen, owners: line() })
		};
	}
};

/** Where one stands in the list. */
interface Place {
	readonly backend: Backend;
	readonly place: number;
}

function shuffled(backends: readonly Backend[], random: () => number): readonly Backend[] {
	const order = [...backends];
	for (let left = order.length; left > 1; left--) {
		const lot = drawLot(random, left);
		const [a, b] = [order[lot], order[left - 1]];
		if (a === undefined || b === undefined) break;
		order[lot] = b;
		order[left - 1] = a;
	}
	return order;
}
