/**
 * HAProxy's first: fill up one server before the next gets anything.
 *
 * The idea is the reverse of all others: not to spread the load but to pack it. The servers stand in the order of their
 * numbers, and a request goes to the first that has room, so the last ones stay idle and may be switched off. It
 * only makes sense with limits: without one the first takes everything. Weights play no part.
 *
 * Cost: O(log n) for a request that begins or ends while limits are reached, O(1) else. If all are full it declines. It
 * fails as a way to be fast: the servers in use are always as full as they may be.
 */
import { passedOver } from '../because.ts';
import { isFull } from '../full.ts';
import { BySlot } from '../structures/by-slot.ts';
import { KeyedQueue, type Queued } from '../structures/keyed-queue.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const haproxyFirst: StrategyDefinition<never> = {
	title: 'HAProxy first',
	says: 'The first server that has room, so that the last ones may sleep.',
	cost: 'O(log n) a pick; a heap of the servers that have room, by number.',
	fails: 'Without limits the first server gets everything; with them the ones in use are always full.',
	sources: ['HAProxy 2.6, src/lb_fas.c (2022)'],
	knobs: {},
	elsewhere: {
		haproxy: 'balance first',
		caddy: 'lb_policy first',
		go: 'gRPC: pick_first (one for all calls)'
	},
	create() {
		let seen: readonly Backend[] | undefined;
		let seats = new BySlot<Seat>();
		const withRoom = new KeyedQueue<Seat>();
		const see = (backends: readonly Backend[]): void => {
			if (backends === seen) return;
			seen = backends;
			withRoom.clear();
			seats = new BySlot<Seat>();
			for (const backend of backends) {
				const seat = { backend, key: 0, turn: 0, place: -1 };
				seats.add(seat);
				withRoom.add(seat, backend.number);
			}
		};
		/** A full one that was met at the front left the heap; now it may have room again. */
		const lookAgain = (backend: Backend): void => {
			const seat = seats.get(backend);
			if (seat !== undefined && seat.place < 0 && !isFull(backend)) withRoom.restore(seat);
		};
		return {
			walks: true,
			pick(backends, _call, tried) {
				see(backends);
				const avoid = tried?.[tried.length - 1];
				let avoided: Seat | undefined;
				let seat = withRoom.first();
				while (seat !== undefined && (seat.backend === avoid || isFull(seat.backend))) {
					withRoom.remove(seat);
					if (!isFull(seat.backend)) avoided = seat;
					seat = withRoom.first();
				}
				if (avoided !== undefined) withRoom.restore(avoided);
				return (seat ?? avoided)?.backend;
			},
			counted: lookAgain,
			done: lookAgain,
			because(picked, backends, _call, tried) {
				const before = backends.filter(({ number }) => number < picked.number);
				const room =
					picked.limit === Infinity
						? 'has no limit'
						: `has room: ${String(picked.inflight)} in flight of at most ${String(picked.limit)}`;
				const passed = before.length === 0 ? 'first of all' : `first after ${passedOver(before, tried)}`;
				return { says: `${picked.id}, by its number ${passed}, ${room}.` };
			}
		};
	}
};

interface Seat extends Queued {
	readonly backend: Backend;
}
