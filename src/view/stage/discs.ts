import type { LiveRequest, Scene, SceneServer } from '#record/scene.ts';
import { isRefusal, workLeft } from '#record/scene.ts';
import type { Geometry, Seat } from './geometry.ts';
import type { Point, Road } from './road.ts';

/**
 * State by form. `filled`: on its way there or being served; `outlined`: waits; `hollow`: on its way home with an
 * answer; `crossed`: turned away; `broken`: failed.
 */
export type DiscForm = 'filled' | 'outlined' | 'hollow' | 'crossed' | 'broken';

export interface Disc {
	id: number;
	x: number;
	y: number;
	radius: number;
	form: DiscForm;
	/** In a lit window, where it needs a rim to stand out. */
	lit: boolean;
	/** Its work is more than the largest disc shows. */
	boulder: boolean;
	/** The learner's own. */
	mine: boolean;
}

/** What a disc's place depends on. `at` and `hopMs` are virtual milliseconds. */
export interface DiscPlan {
	readonly scene: Scene;
	readonly geometry: Geometry;
	readonly at: number;
	/** One way between two stations; 0 shows no way at all. */
	readonly hopMs: number;
	/** No flight: only who waits and who is served. */
	readonly still: boolean;
	readonly mine: ReadonlySet<number> | undefined;
}

/** The radius of a request with typical work; area is work. */
const typicalRadius = 4.6;
const leastRadius = 1.8;
const mostRadius = 9;
const mostInSlot = 6;

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

	/** Every disc of the frame, in the order in which they are painted. */
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
		for (const disc of this) {
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
		else for (const request of scene.requests.values()) this.#placeTraveller(plan, request);
	}

	/** They stand before the gate, whoever came first next to it; of a long line the end is out of sight. */
	#placeHeld({ scene, geometry, mine }: DiscPlan): void {
		const { travellers } = geometry;
		let distance = travellers.length - 14;
		for (const request of scene.requests.values()) {
			if (request.phase !== 'held') continue;
			if (distance < 0) return;
			const { x, y } = travellers.pointAt(distance, this.#point);
			this.#add(scene, request.id, request.work, x, y, mostInSlot, 'outlined', mine);
			distance -= 2 * mostInSlot - 2;
		}
	}

	#placeWaiting({ scene, mine, geometry }: DiscPlan, server: SceneServer, seat: Seat): void {
		const shown = Math.min(server.waiting.length, seat.slots.length);
		for (let i = 0; i < shown; i++) {
			const place = server.waiting[i];
			const slot = seat.slots[i];
			if (place === undefined || slot === undefined) continue;
			const request = scene.attempt(place.id, place.attempt);
			const form = request?.wanted === false ? 'hollow' : 'outlined';
			this.#add(scene, place.id, request?.work, slot.x, slot.y, mostInSlot, form, mine);
		}
		if (mine === undefined || mine.size === 0) return;
		// The learner's own is shown even where the others are only counted.
		for (let i = shown; i < server.waiting.length; i++) {
			const id = server.waiting[i]?.id;
			if (id === undefined || !mine.has(id)) continue;
			const y = geometry.dense ? seat.door.y : seat.rest.y + 12;
			this.#add(scene, id, scene.requests.get(id)?.work, seat.rest.x, y, mostInSlot, 'outlined', mine);
		}
	}

	#placeServing({ scene, geometry, at, mine }: DiscPlan, server: SceneServer, seat: Seat): void {
		const workers = server.machine?.workers ?? 1;
		const alone = !geometry.dense && workers <= seat.windows.length;
		for (const serving of server.serving) {
			if (!alone && mine?.has(serving.id) !== true) continue;
			const window =
				seat.windows[Math.floor((serving.worker / workers) * seat.windows.length)] ?? seat.windows[0];
			if (window === undefined) continue;
			const request = scene.attempt(serving.id, serving.attempt);
			const { work } = serving;
			const left = workLeft(serving, server, at);
			const cap = Math.min(window.width, window.height) / 2 - 0.5;
			const disc = this.#add(
				scene,
				serving.id,
				work,
				window.x + window.width / 2,
				window.y + window.height - Math.max(cap, window.height * 0.42),
				cap,
				// Nobody waits for it any more: the worker is busy in vain.
				request?.wanted === false ? 'hollow' : 'filled',
				mine
			);
			disc.lit = true;
			// Capped or not, its area is the share of its work that is left.
			if (work !== undefined && work > 0 && left !== undefined) {
				disc.radius = Math.max(1, disc.radius * Math.sqrt(left / work));
			}
		}
	}

	/** Machines that cannot be looked into: whoever is there stands on the road before the door. */
	#placeOpaque({ scene, mine, geometry, still }: DiscPlan): void {
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
			if (slot !== undefined) {
				this.#add(
					scene,
					request.id,
					request.work,
					slot.x,
					slot.y,
					mostInSlot,
					still ? 'outlined' : 'filled',
					mine
				);
			}
		}
	}

	#placeTraveller(plan: DiscPlan, request: LiveRequest): void {
		const { geometry, at, hopMs } = plan;
		const done = Math.max(0, at - request.since) / hopMs;
		const { travellers } = geometry;
		switch (request.phase) {
			case 'to-gate':
				// Nobody was picked in time to be told: it has been turned away and walks home.
				if (done <= 1) this.#onRoad(plan, request, travellers, travellers.length * done, 'filled');
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
				if (done <= 1) this.#onRoad(plan, request, seat.road, target * done, 'filled');
				else if (server?.machine === undefined) this.#onRoad(plan, request, seat.road, target, 'filled');
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
				return;
			}
			case 'held':
			case 'waiting':
			case 'serving':
		}
	}

	#onRoad(
		{ scene, mine }: DiscPlan,
		request: LiveRequest,
		road: Road,
		distance: number,
		form: DiscForm
	): void {
		const { x, y } = road.pointAt(distance, this.#point);
		this.#add(scene, request.id, request.work, x, y, mostRadius, form, mine);
	}

	#add(
		scene: Scene,
		id: number,
		work: number | undefined,
		x: number,
		y: number,
		most: number,
		form: DiscForm,
		mine: ReadonlySet<number> | undefined
	): Disc {
		let disc = this.#discs[this.#length];
		if (disc === undefined) {
			disc = { id: 0, x: 0, y: 0, radius: 0, form: 'filled', lit: false, boulder: false, mine: false };
			this.#discs.push(disc);
		}
		this.#length++;
		const typical = scene.typicalWork;
		const radius =
			work === undefined || typical === 0 ? typicalRadius : typicalRadius * Math.sqrt(work / typical);
		disc.id = id;
		disc.x = x;
		disc.y = y;
		disc.radius = Math.min(most, Math.max(leastRadius, radius));
		disc.form = form;
		disc.lit = false;
		disc.boulder = radius > mostRadius;
		disc.mine = mine?.has(id) ?? false;
		return disc;
	}
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
