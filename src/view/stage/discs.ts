import type { LiveRequest, Scene, SceneServer } from '#record/scene.ts';
import { isRefusal, workLeft } from '#record/scene.ts';
import { noRules, shareLeft, type Rules } from './deadline.ts';
import { slotPitch, type Geometry, type Seat } from './geometry.ts';
import type { Point, Road } from './road.ts';

/**
 * State by form. `filled`: on its way there or being served; `outlined`: waits; `hollow`: on its way home with an
 * answer; `crossed`: turned away; `broken`: failed.
 */
export type DiscForm = 'filled' | 'outlined' | 'hollow' | 'crossed' | 'broken';

/** Class by shape: `square`: tried again; `triangle`: races another; `hexagon`: a boulder, with more work than the largest disc shows; `round`: any other. */
export type DiscShape = 'round' | 'square' | 'triangle' | 'hexagon';

export interface Disc {
	id: number;
	x: number;
	y: number;
	/** Of a round one; other shapes have the same area. */
	radius: number;
	form: DiscForm;
	shape: DiscShape;
	/** From a client who sends far more than its share. */
	striped: boolean;
	/** Share of the time to its deadline that is left, NaN without one; and how far out that is drawn. */
	ring: number;
	ringRadius: number;
	/** In a lit window, where it needs a rim to stand out. */
	lit: boolean;
	/** The learner's own. */
	mine: boolean;
	/** The one that is selected. */
	chosen: boolean;
}

/** What a disc's place depends on. `at` and `hopMs` are virtual milliseconds. */
export interface DiscPlan {
	readonly scene: Scene;
	readonly geometry: Geometry;
	readonly at: number;
	/** One way between two stations; 0 shows no way at all. */
	readonly hopMs: number;
	/** Deadlines and roads; none unless told. */
	readonly rules?: Rules | undefined;
	/** No flight: only who waits and who is served. */
	readonly still: boolean;
	readonly mine: ReadonlySet<number> | undefined;
	/** The request that is selected. */
	readonly chosen?: number | undefined;
}

/** The radius of a request with typical work; area is work. */
const typicalRadius = 4.6;
const leastRadius = 1.8;
const mostRadius = 9;
const mostInSlot = 6;
/** Among towers everything is smaller: their names stand close to the roads. */
const amongTowers = 0.7;
/** A ring is so far from its disc, but in a queue it leaves its neighbours alone. */
const ringGap = 2.4;
const ringInSlot = slotPitch / 2;

/** Discs of one frame. The objects are used again in the next, so that frames allocate nothing. */
export class Discs {
	#discs: Disc[] = [];
	#length = 0;
	#point: Point = { x: 0, y: 0 };
	#seats: ReadonlyMap<string, Seat> = new Map();
	#seatsOf: Geometry | undefined;

	get length(): number {
		return this.#length;
	}

	/** By its place in the order in which they are painted; undefined beyond the last. */
	at(index: number): Disc | undefined {
		return index < this.#length ? this.#discs[index] : undefined;
	}

	/** Every disc of the frame, in the same order. For each frame's own loops `at` is faster. */
	*[Symbol.iterator](): Iterator<Disc> {
		for (let i = 0; i < this.#length; i++) {
			const disc = this.#discs[i];
			if (disc !== undefined) yield disc;
		}
	}

	/** The disc nearest to a point, if its rim is at most `reach` pixels away. */
	nearest(x: number, y: number, reach: number): Disc | undefined {
		let best: Disc | undefined;
		let least = reach;
		for (let i = 0; i < this.#length; i++) {
			const disc = this.#discs[i];
			if (disc === undefined) continue;
			const distance = Math.hypot(disc.x - x, disc.y - y) - disc.radius;
			if (distance <= least) {
				least = distance;
				best = disc;
			}
		}
		return best;
	}

	/** Put every request where it is at `at`. */
	place(plan: DiscPlan): void {
		this.#length = 0;
		const { scene, geometry } = plan;
		if (this.#seatsOf !== geometry) {
			this.#seatsOf = geometry;
			this.#seats = new Map(geometry.seats.map((seat) => [seat.id, seat]));
		}
		for (const server of scene.servers) {
			const seat = this.#seats.get(server.id);
			if (seat === undefined) continue;
			this.#placeWaiting(plan, server, seat);
			this.#placeServing(plan, server, seat);
		}
		if (scene.held > 0) this.#placeHeld(plan);
		if (plan.still || plan.hopMs <= 0) this.#placeOpaque(plan);
		else {
			for (const request of scene.requests.values()) this.#placeTraveller(plan, request);
			for (const request of scene.others.values()) this.#placeTraveller(plan, request);
		}
	}

	/** They stand before the gate, whoever came first next to it; of a long line the end is out of sight. */
	#placeHeld(plan: DiscPlan): void {
		const { travellers } = plan.geometry;
		let distance = travellers.length - 14;
		for (const request of plan.scene.requests.values()) {
			if (request.phase !== 'held') continue;
			if (distance < 0) return;
			const { x, y } = travellers.pointAt(distance, this.#point);
			this.#add(plan, request, x, y, mostInSlot, 'outlined');
			distance -= 2 * mostInSlot - 2;
		}
	}

	#placeWaiting(plan: DiscPlan, server: SceneServer, seat: Seat): void {
		const { scene, mine, chosen, geometry } = plan;
		const shown = Math.min(server.waiting.length, seat.slots.length);
		for (let i = 0; i < shown; i++) {
			const place = server.waiting[i];
			const slot = seat.slots[i];
			if (place === undefined || slot === undefined) continue;
			const request = scene.attempt(place.id, place.attempt);
			const form = request?.wanted === false ? 'hollow' : 'outlined';
			if (request !== undefined) this.#add(plan, request, slot.x, slot.y, mostInSlot, form);
		}
		if (chosen === undefined && (mine === undefined || mine.size === 0)) return;
		// The learner's own is shown even where the others are only counted, and so is the one that is looked at.
		for (let i = shown; i < server.waiting.length; i++) {
			const id = server.waiting[i]?.id;
			if (id === undefined || !(id === chosen || mine?.has(id) === true)) continue;
			const y = geometry.dense ? seat.door.y : seat.rest.y + 12;
			const request = scene.requests.get(id);
			if (request !== undefined) this.#add(plan, request, seat.rest.x, y, mostInSlot, 'outlined');
		}
	}

	#placeServing(plan: DiscPlan, server: SceneServer, seat: Seat): void {
		const { scene, geometry, at, mine, chosen } = plan;
		const workers = server.machine?.workers ?? 1;
		const sharing = server.machine?.slots !== undefined;
		const alone = !geometry.dense && (sharing || workers <= seat.windows.length);
		for (const serving of server.serving) {
			const seen = alone && (!sharing || serving.worker < seat.windows.length);
			if (!seen && mine?.has(serving.id) !== true && serving.id !== chosen) continue;
			const place = sharing ? serving.worker : Math.floor((serving.worker / workers) * seat.windows.length);
			const window = seat.windows[place] ?? seat.windows[0];
			const request = scene.attempt(serving.id, serving.attempt);
			if (window === undefined || request === undefined) continue;
			const { work } = serving;
			const left = workLeft(serving, server, at);
			const cap = Math.min(window.width, window.height) / 2 - 0.5;
			const disc = this.#add(
				plan,
				request,
				window.x + window.width / 2,
				window.y + window.height - Math.max(cap, window.height * 0.42),
				cap,
				// Nobody waits for it any more: the worker is busy in vain.
				request.wanted ? 'filled' : 'hollow',
				work
			);
			disc.lit = true;
			// Capped or not, its area is the share of its work that is left.
			if (work !== undefined && work > 0 && left !== undefined) {
				disc.radius = Math.max(1, disc.radius * Math.sqrt(left / work));
				disc.ringRadius = Math.min(cap, disc.radius + ringGap);
			}
		}
	}

	/** Machines that cannot be looked into: whoever is there stands on the road before the door. */
	#placeOpaque(plan: DiscPlan): void {
		const { scene, geometry, still } = plan;
		if (geometry.dense) return;
		const taken = new Map<string, number>();
		for (const request of scene.requests.values()) {
			if (request.phase !== 'to-server' || request.backend === undefined) continue;
			const server = scene.server(request.backend);
			if (server === undefined || server.machine !== undefined) continue;
			const seat = this.#seats.get(request.backend);
			const index = taken.get(request.backend) ?? 0;
			taken.set(request.backend, index + 1);
			const slot = seat?.slots[index];
			if (slot !== undefined)
				this.#add(plan, request, slot.x, slot.y, mostInSlot, still ? 'outlined' : 'filled');
		}
	}

	#placeTraveller(plan: DiscPlan, request: LiveRequest): void {
		const { phase } = request;
		if (phase === 'held' || phase === 'waiting' || phase === 'serving') return;
		const { geometry, at, rules = noRules } = plan;
		const toServer = phase === 'to-server' || phase === 'to-gate-back';
		const farther = toServer && rules.farther.size > 0 ? (rules.farther.get(request.backend ?? '') ?? 0) : 0;
		const done = Math.max(0, at - request.since) / (plan.hopMs + farther);
		const { travellers } = geometry;
		switch (phase) {
			case 'to-gate':
				// Nobody was picked in time to be told: it has been turned away and walks home.
				if (done <= 1 || !rules.steady)
					this.#onRoad(plan, request, travellers, travellers.length * Math.min(1, done), 'filled');
				else if (done <= 2)
					this.#onRoad(plan, request, travellers, travellers.length * (2 - done), 'crossed');
				return;
			case 'to-client':
				if (done <= 1) {
					this.#onRoad(plan, request, travellers, travellers.length * (1 - done), formOf(request));
				}
				return;
			case 'to-server': {
				const seat = this.#seats.get(request.backend ?? '');
				if (seat === undefined) return;
				const server = plan.scene.server(seat.id);
				const target = placeFor(seat, request.ahead, server);
				const form = request.wanted ? 'filled' : 'hollow';
				if (done <= 1) this.#onRoad(plan, request, seat.road, target * done, form);
				else if (server?.machine === undefined || !rules.steady)
					this.#onRoad(plan, request, seat.road, target, form);
				// The server took it neither up nor in: it was turned away at the door, which the gate hears a hop later.
				else if (done <= 2) {
					const failing = server.fault === 'fail';
					this.#onRoad(
						plan,
						request,
						seat.road,
						seat.road.length * (2 - done),
						failing ? 'broken' : 'crossed'
					);
				}
				return;
			}
			case 'to-gate-back': {
				const seat = this.#seats.get(request.backend ?? '');
				if (seat !== undefined && done <= 1) {
					this.#onRoad(plan, request, seat.road, seat.road.length * (1 - done), formOf(request));
				}
			}
		}
	}

	#onRoad(plan: DiscPlan, request: LiveRequest, road: Road, distance: number, form: DiscForm): void {
		const { x, y } = road.pointAt(distance, this.#point);
		this.#add(plan, request, x, y, mostRadius, form);
	}

	/** `work` where it is not the request's own. */
	#add(
		{ scene, geometry, at, rules, mine, chosen }: DiscPlan,
		request: LiveRequest,
		x: number,
		y: number,
		most: number,
		form: DiscForm,
		work = request.work
	): Disc {
		let disc = this.#discs[this.#length];
		if (disc === undefined) {
			disc = {
				id: 0,
				x: 0,
				y: 0,
				radius: 0,
				form: 'filled',
				shape: 'round',
				striped: false,
				ring: NaN,
				ringRadius: 0,
				lit: false,
				mine: false,
				chosen: false
			};
			this.#discs.push(disc);
		}
		this.#length++;
		const typical = scene.typicalWork;
		const known = work !== undefined && typical > 0;
		const radius = known ? typicalRadius * Math.sqrt(work / typical) : typicalRadius;
		disc.id = request.id;
		disc.x = x;
		disc.y = y;
		disc.radius = Math.min(most, Math.max(leastRadius, radius)) * (geometry.dense ? amongTowers : 1);
		disc.form = form;
		disc.shape = shapeOf(request, radius > mostRadius);
		disc.striped = request.giant;
		disc.ring = rules === undefined ? NaN : shareLeft(request, rules, at);
		disc.ringRadius =
			form === 'outlined' ? Math.min(ringInSlot, disc.radius + ringGap) : disc.radius + ringGap;
		disc.lit = false;
		disc.mine = mine?.has(request.id) ?? false;
		disc.chosen = request.id === chosen;
		return disc;
	}
}

/** What it is now matters more than what it was born as. */
function shapeOf({ role }: LiveRequest, boulder: boolean): DiscShape {
	if (role === 'retry') return 'square';
	if (role === 'hedge') return 'triangle';
	return boulder ? 'hexagon' : 'round';
}

/** How far along its road a request walks that has `ahead` others before it: to a worker's door or the tail of the queue. */
export function placeFor(seat: Seat, ahead: number, server: SceneServer | undefined): number {
	const before = ahead - (server?.machine?.workers ?? 1);
	if (before < 0) return seat.road.length;
	const slot = seat.slots[before];
	// The road ends straight, so a place's distance from the door is its distance along the road.
	return seat.road.length - (seat.door.x - (slot?.x ?? seat.rest.x));
}

function formOf({ result, reason }: LiveRequest): DiscForm {
	if (result === undefined || result === 'ok') return 'hollow';
	return reason !== undefined && isRefusal(reason) ? 'crossed' : 'broken';
}
