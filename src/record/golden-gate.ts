import type { Cluster } from '#balancer/cluster.ts';
import { Queue } from '#balancer/queue.ts';
import { nextTry } from '#balancer/retry.ts';
import type { Backend, Call, Millis, Result } from '#balancer/strategy.ts';
import type { Golden } from './golden-file.ts';
import type { GoldenHost } from './golden-host.ts';

/** What became of one request. */
export interface Played {
	/** Who took it at once; null: nobody did. */
	pick: string | null;
	/** Whom it was sent to, in order; `be` says that nobody was left, as NGINX has it. */
	readonly tried: string[];
	/** Who took it after it had waited, and after which step. */
	admitted?: { readonly afterStep: number; readonly server: string };
	/** It had waited, and was told during this step that nobody takes it. */
	expired?: number;
}

/** A request on its way. */
export interface Wish {
	readonly id: number;
	readonly key: string;
	readonly played: Played;
	readonly failed: Backend[];
	/** Whom the next choice leaves out. */
	avoided: readonly Backend[];
	/** It was still in the queue when all had settled after its start; before that nobody looks. */
	hasWaited: boolean;
	backend?: Backend;
	call?: Call;
	/** It holds no slot; see `grab`. */
	uncounted?: boolean;
}

/**
 * What the recorded program does with requests around its choices: lets them wait, connects, tries again, takes them out of
 * the queue. Like the program it does one thing after the other: a request that comes out of the queue connects after
 * the one that made the room has gone on.
 */
export class GoldenGate {
	at: Millis = 0;
	step = 0;
	/** Servers that refuse connections, by name. */
	readonly refusing = new Set<string>();
	#golden: Golden;
	#cluster: Cluster;
	#host: GoldenHost;
	#queue: Queue<Wish> | undefined;
	#backups: ReadonlySet<string>;
	/** Requests about to connect; and those that try again only after a moment, when the others have gone on. */
	readonly #connecting: Wish[] = [];
	readonly #again: Wish[] = [];
	readonly #uncounted = new Map<Backend, number>();
	/** Since when whoever came out of maintenance has been starting. */
	readonly #started = new Map<Backend, Millis>();

	constructor(golden: Golden, cluster: Cluster, host: GoldenHost) {
		this.#golden = golden;
		this.#cluster = cluster;
		this.#host = host;
		this.#backups = new Set(golden.servers.filter(({ backup }) => backup).map(({ name }) => name));
		this.#queue = host.queues ? new Queue<Wish>(cluster, { patienceMs: host.patience }) : undefined;
	}

	/** Place a request, with as many tries as the host has for it. */
	start(id: number, key: string): Wish {
		const wish: Wish = {
			id,
			key,
			played: { pick: null, tried: [] },
			failed: [],
			avoided: [],
			hasWaited: false
		};
		this.#place(wish);
		this.#settle();
		wish.hasWaited = this.#queue?.has(wish) === true;
		return wish;
	}

	finish(wish: Wish): void {
		if (this.#queue?.leave(wish) !== true) this.#release(wish, 'ok');
		this.#settle();
	}

	/** Those whose patience has ended go. */
	expire(): void {
		for (let wish = this.#queue?.expire(this.at); wish !== undefined; wish = this.#queue?.expire(this.at)) {
			wish.played.expired = this.step;
		}
	}

	/** A server went out: who waits for it alone is placed anew, if requests may go elsewhere at all. */
	left(backend: Backend, isMaintenance: boolean): void {
		if (isMaintenance) this.#started.delete(backend);
		if (this.#host.retry.redispatch === 'never') return;
		for (const wish of this.#queue?.disperse(backend) ?? []) {
			wish.avoided = [backend];
			this.#place(wish);
		}
		this.#settle();
	}

	/** A server left maintenance, if only to drain. */
	returned(backend: Backend, isReady: boolean): void {
		this.#started.set(backend, this.at);
		if (isReady) this.#grab(backend);
		this.#settle();
	}

	#place(wish: Wish): void {
		const { id, key, failed, avoided, played } = wish;
		const call: Call = { id, key, attempt: failed.length, at: this.at };
		const answer =
			this.#queue === undefined
				? this.#cluster.acquire(call, avoided)
				: this.#queue.enter(wish, call, avoided);
		if (answer === 'waits') return;
		if (answer === undefined || answer === 'refused') {
			played.tried.push('be');
			this.#lose(wish);
			return;
		}
		wish.call = call;
		this.#send(wish, answer);
	}

	#send(wish: Wish, backend: Backend): void {
		wish.backend = backend;
		wish.played.tried.push(backend.id);
		this.#connecting.push(wish);
	}

	#settle(): void {
		for (;;) {
			const wish = this.#connecting.shift() ?? this.#again.shift();
			if (wish === undefined) return;
			if (wish.backend === undefined) this.#place(wish);
			else this.#connect(wish, wish.backend);
		}
	}

	#connect(wish: Wish, backend: Backend): void {
		const { played, failed } = wish;
		if (!this.refusing.has(backend.id)) {
			if (wish.hasWaited) played.admitted = { afterStep: this.step, server: backend.id };
			else played.pick = backend.id;
			return;
		}
		failed.push(backend);
		const { retry } = this.#host;
		const next = nextTry(
			this.#movesAtOnce(backend) ? { ...retry, redispatch: 'avoid' } : retry,
			failed.length
		);
		if (next === 'the same again') {
			// It keeps its slot meanwhile.
			played.tried.push(backend.id);
			this.#again.push(wish);
			return;
		}
		// Whoever gets its slot connects after it has gone on.
		const before = this.#connecting.length;
		this.#release(wish, 'error');
		const admitted = this.#connecting.splice(before);
		delete wish.backend;
		delete wish.uncounted;
		wish.avoided = next === 'elsewhere' ? failed : [backend];
		if (next === 'give up') this.#lose(wish);
		// HAProxy pauses unless it can well go to another.
		else if (this.#host.queues && this.#active < 2) this.#again.push(wish);
		else this.#place(wish);
		this.#connecting.push(...admitted);
	}

	/** HAProxy waits for no other failure where its strategy is free to move and there is another, or the server is just starting. */
	#movesAtOnce(backend: Backend): boolean {
		const { moves, retry } = this.#host;
		if (typeof retry.redispatch !== 'number') return false;
		return this.#isStarting(backend) || (moves && this.#active > 1);
	}

	/** How many are there, backups not counted. */
	get #active(): number {
		return this.#cluster.available.filter(({ id }) => !this.#backups.has(id)).length;
	}

	#lose({ hasWaited, played }: Wish): void {
		if (hasWaited) played.expired = this.step;
	}

	#release({ backend, call, uncounted }: Wish, result: Result): void {
		if (backend === undefined || call === undefined) return;
		if (uncounted === true) {
			this.#uncounted.set(backend, (this.#uncounted.get(backend) ?? 0) - 1);
			this.#cluster.wait(undefined, -1);
		} else this.#cluster.release(backend, { call, at: this.at, latency: 0, result });
		this.#admitTo(backend);
	}

	/**
	 * Whoever waits and has room at this backend now goes there. Where there is no limit a release makes no room, HAProxy
	 * thinks, and yet lots may have fallen on full ones only. But starting slowly it has room for one, by the rule for limits.
	 */
	#admitTo(backend: Backend): void {
		// HAProxy looks at what is open before it looks at the slots.
		if (backend.inflight + (this.#uncounted.get(backend) ?? 0) >= backend.limit) return;
		while (backend.limit < Infinity || (backend.inflight === 0 && this.#isStarting(backend))) {
			const wish = this.#queue?.next(backend, this.at);
			if (wish === undefined) return;
			this.#admit(wish, backend);
		}
	}

	#admit(wish: Wish, backend: Backend): void {
		wish.call = { id: wish.id, key: wish.key, attempt: wish.failed.length, at: this.at };
		this.#send(wish, backend);
	}

	/**
	 * A server that comes out of maintenance takes from the common queue what it has room for, and HAProxy 2.6 forgets to
	 * count it (queue.c, pendconn_grab_from_px, 2022): the same slots are given away once more.
	 */
	#grab(backend: Backend): void {
		const cluster = this.#cluster;
		// A dynamic limit reckons with one call more than are here, and nobody comes now.
		cluster.wait(undefined, -1);
		for (let taken = 0; backend.inflight + taken < backend.limit; taken++) {
			const wish = cluster.available.includes(backend) ? this.#queue?.shift() : undefined;
			if (wish === undefined) break;
			this.#admit(wish, backend);
			wish.uncounted = true;
			this.#uncounted.set(backend, (this.#uncounted.get(backend) ?? 0) + 1);
			cluster.wait(undefined, 1);
		}
		cluster.wait(undefined, 1);
	}

	#isStarting(backend: Backend): boolean {
		const ms = (this.#golden.options.slowstart ?? 0) * 1000;
		return this.at - (this.#started.get(backend) ?? -Infinity) < ms;
	}
}
