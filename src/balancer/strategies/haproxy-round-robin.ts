/**
 * HAProxy's round robin: weighted turns whose weights may change while it runs.
 *
 * The idea: a round has as many positions as all weights together (HAProxy counts in sixteenths). A server of weight w
 * wants a position every (sum / w); each pick serves whoever's wanted position is due, the heavier first. Who has not
 * been served in this round waits in `init`, heaviest first, and fills the gaps; who has had its share of it waits in
 * `next` for the following one. A changed weight alters only where that server wants to be next, so the
 * others keep their rhythm: no burst after a deploy, no restart of the round.
 *
 * With weights 3, 2, 1 it gives a b a c a b; NGINX's smooth round robin gives a b a c b a, and HAProxy's own
 * static-rr a a b a b c. The shares are the same.
 *
 * Cost: O(log n) a pick (HAProxy keeps trees, here there are heaps), a few numbers a server. Full servers are passed
 * over and lose their position; if all are full it declines. It fails where every round robin does: it counts requests, not work.
 */
import { figuresOf, rounded } from '../because.ts';
import { effectiveWeight } from '../structures/haproxy-weight.ts';
import { isFull } from '../full.ts';
import { KeyedQueue, type Queued } from '../structures/keyed-queue.ts';
import { listWatch } from '../structures/list-changes.ts';
import type { Backend, Because, StrategyDefinition } from '../strategy.ts';

export const haproxyRoundRobin: StrategyDefinition<never> = {
	title: 'HAProxy round robin',
	says: 'Weighted turns, evenly spaced, that keep their rhythm when weights and servers change.',
	cost: 'O(log n) a pick; three heaps of servers by the position they wait for.',
	fails:
		'It counts requests, not work: the turn of a server comes even while it is still buried in the last one.',
	sources: ['HAProxy 2.6, src/lb_fwrr.c, fast weighted round robin by Willy Tarreau (2022; from 2007 on)'],
	knobs: {},
	elsewhere: {
		haproxy: 'balance roundrobin',
		nginx: 'server … weight= (another order)',
		caddy: 'lb_policy weighted_round_robin (another order)',
		envoy: 'ROUND_ROBIN, load_balancing_weight (another order)',
		go: 'Traefik: wrr (another order)'
	},
	create(knobs, random) {
		const group = newGroup();
		const watch = listWatch({
			added: (backend) => {
				add(group, backend);
			},
			joined: (backend) => {
				join(group, backend);
			},
			left: (backend) => {
				leave(group, backend);
			},
			withdrawn: (backend) => {
				leave(group, backend);
				group.weight = group.position = group.nextWeight;
			},
			weighed: (backend) => {
				weigh(group, backend);
			}
		});
		return {
			walks: true,
			forBackups: (which) => (which === 'group' ? haproxyRoundRobin.create(knobs, random) : undefined),
			changed: watch.see,
			pick(backends, _call, tried) {
				watch.see(backends);
				watch.started();
				return pick(group, tried?.[tried.length - 1]);
			},
			because: (picked, backends) => because(group, picked, backends)
		};
	}
};

/** A server's place in the round. */
interface Seat extends Queued {
	readonly backend: Backend;
	/** Its effective weight. */
	weight: number;
	/** The position it wants next, the one it had last, and the fraction of a position, in units of its weight, that it has coming. */
	wants: number;
	had: number;
	rest: number;
	queue: KeyedQueue<Seat> | undefined;
}

interface Group {
	readonly seats: WeakMap<Backend, Seat>;
	/** Those with a position in this round, those not yet served in it, those done with it. */
	readonly current: KeyedQueue<Seat>;
	init: KeyedQueue<Seat>;
	next: KeyedQueue<Seat>;
	/** The length of this round, of the next one, and the position we are at. Positions are unsigned 32-bit numbers. */
	weight: number;
	nextWeight: number;
	position: number;
}

function newGroup(): Group {
	return {
		seats: new WeakMap(),
		current: new KeyedQueue(),
		init: new KeyedQueue(),
		next: new KeyedQueue(),
		weight: 0,
		nextWeight: 0,
		position: 0
	};
}

/** The first round is as long as the weights of all who are there from the start. */
function add(group: Group, backend: Backend): void {
	const seat = seatOf(group, backend);
	group.nextWeight += seat.weight;
	group.weight = group.position = group.nextWeight;
	enqueueByWeight(group.init, seat);
}

function seatOf({ seats }: Group, backend: Backend): Seat {
	const weight = effectiveWeight(backend.weight);
	let seat = seats.get(backend);
	if (seat === undefined) {
		const nowhere = { key: 0, turn: 0, place: -1, queue: undefined };
		seat = { backend, weight, wants: 0, had: 0, rest: 0, ...nowhere };
		seats.set(backend, seat);
	}
	seat.weight = weight;
	return seat;
}

/** Whoever comes back keeps its fraction, and gets a position as if the rest of both rounds were shared out. */
function join(group: Group, backend: Backend): void {
	const seat = seatOf(group, backend);
	group.nextWeight += seat.weight;
	const left = (group.nextWeight + group.weight - group.position) >>> 0;
	seat.wants = (group.position + Math.floor(left / seat.weight)) >>> 0;
	enqueue(group, seat);
}

function leave(group: Group, backend: Backend): void {
	const seat = group.seats.get(backend);
	if (seat === undefined) return;
	group.nextWeight -= seat.weight;
	dequeue(seat);
}

function weigh(group: Group, backend: Backend): void {
	const before = group.seats.get(backend)?.weight ?? 0;
	const seat = seatOf(group, backend);
	if (seat.weight === before) return;
	group.nextWeight += seat.weight - before;
	if (seat.queue === group.init) {
		dequeue(seat);
		enqueueByWeight(group.init, seat);
		return;
	}
	if (seat.queue === group.next) seat.wants = (seat.wants + group.weight) >>> 0;
	const step = Math.floor(group.nextWeight / seat.weight);
	// Never later than it was promised, and not so soon that it would be served at once.
	seat.wants = Math.min((seat.had + step) >>> 0, seat.wants);
	if (seat.wants < group.position + 2) seat.wants = (group.position + step) >>> 0;
	seat.rest = 0;
	dequeue(seat);
	enqueue(group, seat);
}

function pick(group: Group, avoid: Backend | undefined): Backend | undefined {
	/** Those who are full or avoided; they go back afterwards, the last one first. */
	let passed = 0;
	let avoided: Seat | undefined;
	let seat: Seat | undefined;
	let isNewRound = false;
	for (;;) {
		if (group.weight === 0) group.position = group.weight = group.nextWeight;
		seat = candidate(group);
		if (seat === undefined) {
			if (isNewRound) {
				seat = avoided;
				break;
			}
			isNewRound = true;
			beginRound(group);
			continue;
		}
		advance(group, seat);
		group.position++;
		if (!isFull(seat.backend)) {
			if (seat.backend !== avoid || avoided !== undefined) break;
			avoided = seat;
		}
		dequeue(seat);
		passedOver[passed++] = seat;
	}
	if (seat !== undefined) enqueue(group, seat);
	while (passed > 0) {
		const other = passedOver[--passed];
		if (other === undefined || other === seat) continue;
		// In a new round the positions of the old one mean nothing.
		if (isNewRound) enqueueByWeight(group.init, other);
		else enqueue(group, other);
	}
	return seat?.backend;
}

/** The pick has taken one position: it was made at the one before. */
function because(group: Group, picked: Backend, backends: readonly Backend[]): Because {
	const at = group.position - 1;
	const seat = group.seats.get(picked);
	if (seat === undefined) return { says: `${picked.id} is alone on the list.` };
	const dueIn = (backend: Backend): number => {
		const { queue, wants, had } = group.seats.get(backend) ?? seat;
		if (backend === picked) return had - at;
		return queue === group.next ? wants + group.weight - at : wants - at;
	};
	const early = dueIn(picked);
	const place =
		early > 0
			? `nobody’s place has come, and ${picked.id}’s, ${String(seat.had - group.weight)}, is next`
			: `${picked.id}’s place has come${early < 0 ? `, which was ${String(seat.had - group.weight)}` : ''}`;
	const every = rounded(group.nextWeight / seat.weight);
	return {
		says: `At position ${String(at - group.weight)} of a round of ${String(group.weight)} ${place}. With ${String(seat.weight)} of ${String(group.nextWeight)} by weight it wants one position in ${every}.`,
		figures: figuresOf(
			'positions to go',
			backends.filter((backend) => group.seats.get(backend)?.queue !== group.init),
			dueIn
		)
	};
}

/** Reused, because a pick should not allocate. */
const passedOver: Seat[] = [];

/** Whoever is due; else the heaviest of those not yet served; else whoever comes next. */
function candidate({ current, init, position }: Group): Seat | undefined {
	const due = current.first();
	if (due !== undefined && due.wants <= position) return due;
	const waiting = init.first();
	if (waiting === undefined) return due;
	waiting.wants = waiting.rest = 0;
	return waiting;
}

/** Who is done with the last round is unserved in this one. */
function beginRound(group: Group): void {
	[group.init, group.next] = [group.next, group.init];
	group.position = group.weight = group.nextWeight;
}

/** From the position it gets now to the one it wants after it. */
function advance({ position, nextWeight }: Group, seat: Seat): void {
	if (seat.wants === 0) seat.wants = position;
	seat.had = seat.wants;
	seat.wants += Math.floor(nextWeight / seat.weight);
	seat.rest += nextWeight % seat.weight;
	if (seat.rest >= seat.weight) {
		seat.rest -= seat.weight;
		seat.wants++;
	}
	seat.wants >>>= 0;
}

/** Into this round if the wanted position lies in it, else into the next. */
function enqueue(group: Group, seat: Seat): void {
	const { weight, nextWeight } = group;
	if (seat.wants >= 2 * weight || seat.wants >= weight + nextWeight) {
		seat.wants = (seat.wants - weight) >>> 0;
		enqueueByWeight(group.next, seat);
		return;
	}
	put(seat, group.current, (256 * seat.wants + Math.floor((4096 + seat.rest - seat.weight) / 16)) >>> 0);
}

/** Heavy ones first: they need their turns early to spread them. */
function enqueueByWeight(queue: KeyedQueue<Seat>, seat: Seat): void {
	put(seat, queue, 4096 - seat.weight);
}

function put(seat: Seat, queue: KeyedQueue<Seat>, key: number): void {
	if (seat.queue !== queue) dequeue(seat);
	seat.queue = queue;
	queue.add(seat, key);
}

function dequeue(seat: Seat): void {
	seat.queue?.remove(seat);
	seat.queue = undefined;
}
