/**
 * HAProxy's leastconn: whoever has the fewest requests for its weight, and among equals whoever has had that few longest.
 *
 * The idea: keep the servers in order of (requests + 1) / weight, and take the first. The 1 stands for the request that
 * is about to be placed: it asks who will be least loaded with it. Idle servers come before all others, whatever their
 * weight, so that a quiet site does not always wake the same big machine. A server moves only when its own count
 * does, behind those with the same key: so equals take turns, without a counter for it.
 *
 * Keys are whole numbers (4096 for one request more at weight 1/16), so two different loads may tie.
 *
 * Cost: O(log n) for each request that begins or ends, one number a server. Full servers are passed over; if all are it
 * declines. It fails where the count deceives, as least connections does: a broken server that answers errors at
 * once always has the fewest.
 */
import { figuresOf } from '../because.ts';
import { BySlot } from '../structures/by-slot.ts';
import { effectiveWeight } from '../structures/haproxy-weight.ts';
import { KeyedQueue, type Queued } from '../structures/keyed-queue.ts';
import { listWatch } from '../structures/list-changes.ts';
import type { Backend, Millis, StrategyDefinition } from '../strategy.ts';

export const haproxyLeastConnections: StrategyDefinition<never> = {
	title: 'HAProxy least connections',
	says: 'The fewest requests in flight for its weight; equals take turns, and the idle come first.',
	cost: 'O(log n) for each request that begins or ends; a heap of servers by load.',
	fails: 'A server that answers errors at once always has the fewest in flight, and swallows everything.',
	sources: ['HAProxy 2.6, src/lb_fwlc.c (2022); since 3.2 (2025) the order of equals is no longer defined'],
	knobs: {},
	elsewhere: {
		haproxy: 'balance leastconn',
		nginx: 'least_conn (other ties)',
		caddy: 'lb_policy least_conn (no weights)'
	},
	create(knobs, random) {
		const seats = new BySlot<Seat>();
		const order = new KeyedQueue<Seat>();
		/** Full ones that were met at the front: they keep their turn, but need not be met again until they change. */
		const full = new Set<Seat>();
		/** Who was picked last: the host counts that call only after the pick. */
		let picked: Seat | undefined;

		const join = (backend: Backend): void => {
			const seat = { backend, weight: effectiveWeight(backend.weight), key: 0, turn: 0, place: -1 };
			seats.add(seat);
			order.add(seat, keyOf(seat, countOf(backend)));
		};
		const leave = (backend: Backend): void => {
			const seat = seats.get(backend);
			if (seat === undefined) return;
			seats.delete(backend);
			order.remove(seat);
			full.delete(seat);
		};
		/** Only a key that changed sends a server behind its equals. */
		const reposition = (seat: Seat, count: number): void => {
			const key = keyOf(seat, count);
			if (key === seat.key || seats.get(seat.backend) !== seat) return;
			if (full.size > 0) full.delete(seat);
			order.add(seat, key);
		};
		/** Catch up with the last pick. */
		const settle = (ended?: Backend): void => {
			if (picked === undefined) return;
			const { backend } = picked;
			reposition(picked, countOf(backend) + (backend === ended ? 1 : 0));
			picked = undefined;
		};
		const watch = listWatch({
			added: join,
			joined: join,
			left: leave,
			withdrawn: leave,
			weighed(backend) {
				leave(backend);
				join(backend);
			}
		});
		let seen: readonly Backend[] | undefined;
		const see = (backends: readonly Backend[], at?: Millis): void => {
			if (picked !== undefined) settle();
			if (backends === seen) return;
			seen = backends;
			// Their limits may be others now.
			for (const seat of full) order.restore(seat);
			full.clear();
			watch.see(backends, at);
		};

		return {
			walks: true,
			forBackups: (which) => (which === 'group' ? haproxyLeastConnections.create(knobs, random) : undefined),
			overtakes: true,
			changed: see,
			pick(backends, _call, tried) {
				see(backends);
				watch.started();
				const avoid = tried?.[tried.length - 1];
				let avoided: Seat | undefined;
				let seat = order.first();
				while (seat !== undefined) {
					const { backend } = seat;
					if (keyOf(seat, countOf(backend)) > seat.key) reposition(seat, countOf(backend));
					else if (isFull(backend)) {
						order.remove(seat);
						full.add(seat);
					} else if (backend === avoid) {
						order.remove(seat);
						avoided = seat;
					} else break;
					seat = order.first();
				}
				if (avoided !== undefined) order.restore(avoided);
				picked = seat ?? avoided;
				return picked?.backend;
			},
			counted(backend) {
				settle();
				const seat = seats.get(backend);
				if (seat === undefined) return;
				reposition(seat, countOf(backend));
				// Its limit may have grown.
				if (!isFull(backend) && full.delete(seat)) order.restore(seat);
			},
			done(backend) {
				settle(backend);
				const seat = seats.get(backend);
				if (seat !== undefined) reposition(seat, countOf(backend));
			},
			load: (backend) => loadOf(effectiveWeight(backend.weight), countOf(backend)),
			because(picked, backends) {
				const rankOf = (backend: Backend): number =>
					loadOf(effectiveWeight(backend.weight), countOf(backend));
				const rank = rankOf(picked);
				const count = String(countOf(picked));
				const weight = String(effectiveWeight(picked.weight));
				const least =
					rank === 0
						? `${picked.id} is idle, and the idle come first`
						: `${picked.id} has the lowest rank, (${count} + 1) · 4096 / ${weight} = ${String(rank)}`;
				const tied = backends.some((backend) => backend !== picked && rankOf(backend) === rank);
				return {
					says: `${least}${tied ? '; of its equals it has been so longest' : ''}.`,
					figures: figuresOf('rank', backends, rankOf)
				};
			}
		};
	}
};

interface Seat extends Queued {
	readonly backend: Backend;
	readonly weight: number;
}

/** Those it works on and those that wait for it alone. */
function countOf({ inflight, queued }: Backend): number {
	return inflight + queued;
}

function keyOf({ weight }: Seat, count: number): number {
	return loadOf(weight, count);
}

function loadOf(weight: number, count: number): number {
	return count === 0 ? 0 : Math.floor(((count + 1) * 4096) / weight);
}

function isFull(backend: Backend): boolean {
	return countOf(backend) >= backend.limit;
}
