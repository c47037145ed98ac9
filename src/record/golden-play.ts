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
}

/** A request on its way through the script. */
interface Wish {
	readonly key: string;
	readonly played: Played;
	backend?: Backend;
	call?: Call;
	/** It holds no slot; see `grab`. */
	uncounted?: boolean;
}

/** Carry the script out on a cluster, with no socket and no clock, and tell what became of each request, in order. */
export function playSteps(
	{ steps, servers }: Golden,
	cluster: Cluster,
	{ retry, queues }: GoldenHost,
	keyOf: (input: string | null) => string
): readonly Played[] {
	const wishes: Wish[] = [];
	const refusing = new Set<string>();
	const open = new Map<string, Wish>();
	const queue = queues ? new Queue<Wish>(cluster) : undefined;
	let at: Millis = 0;
	let stepIndex = 0;

	/** Out of service by command; a server that only drained takes nobody from the queue when it comes back. */
	const maintained = new Set(servers.filter(({ down }) => down).map(({ name }) => name));
	const uncounted = new Map<Backend, number>();

	const release = ({ backend, call, uncounted: free }: Wish, result: Result): void => {
		if (backend === undefined || call === undefined) return;
		if (free === true) uncounted.set(backend, (uncounted.get(backend) ?? 0) - 1);
		else cluster.release(backend, { call, at, latency: 0, result });
		admitTo(backend);
	};

	const admit = (wish: Wish, backend: Backend): void => {
		wish.backend = backend;
		wish.call = { id: wishes.indexOf(wish), key: wish.key, attempt: 0, at };
		wish.played.admitted = { afterStep: stepIndex, server: backend.id };
	};

	/** Whoever waits and has room at this backend now goes there. */
	const admitTo = (backend: Backend): void => {
		// HAProxy looks at what is open before it looks at the slots.
		if (backend.inflight + (uncounted.get(backend) ?? 0) >= backend.limit) return;
		for (;;) {
			const wish = queue?.next(backend, at, 'release');
			if (wish === undefined) return;
			admit(wish, backend);
		}
	};

	/**
	 * A server that comes out of maintenance takes from the common queue what it has room for, and HAProxy 2.6 forgets to
	 * count it (queue.c, pendconn_grab_from_px, 2022): the same slots are given away once more.
	 */
	const grab = (backend: Backend): void => {
		for (let taken = 0; backend.inflight + taken < backend.limit; taken++) {
			const wish = cluster.available.includes(backend) ? queue?.shift() : undefined;
			if (wish === undefined) return;
			admit(wish, backend);
			wish.uncounted = true;
			uncounted.set(backend, (uncounted.get(backend) ?? 0) + 1);
		}
	};

	/** Place a request, with as many tries as the host has for it. */
	const start = (input: string | null): Wish => {
		const wish: Wish = { key: keyOf(input), played: { pick: null, tried: [] } };
		const { tried } = wish.played;
		const id = wishes.push(wish) - 1;
		const failed: Backend[] = [];
		let avoided: readonly Backend[] = [];
		let same: Backend | undefined;
		for (;;) {
			const call: Call = { id, key: wish.key, attempt: failed.length, at };
			let backend: Backend | undefined = same;
			if (same !== undefined) cluster.take(same, at);
			else if (queue === undefined) backend = cluster.acquire(call, avoided);
			else {
				const entered = queue.enter(wish, call, avoided);
				if (typeof entered === 'string') return wish;
				backend = entered;
			}
			tried.push(backend?.id ?? 'be');
			if (backend === undefined) return wish;
			wish.backend = backend;
			wish.call = call;
			if (!refusing.has(backend.id)) {
				wish.played.pick = backend.id;
				return wish;
			}
			release(wish, 'error');
			delete wish.backend;
			failed.push(backend);
			const next = nextTry(retry, failed.length);
			if (next === 'give up') return wish;
			same = next === 'the same again' ? backend : undefined;
			avoided = next === 'elsewhere' ? failed : [backend];
		}
	};

	const finish = (wish: Wish): void => {
		if (queue?.leave(wish) !== true) release(wish, 'ok');
	};

	const backendOf = (name: string): Backend | undefined => cluster.members.find(({ id }) => id === name);

	steps.forEach((step, index) => {
		stepIndex = index;
		// What changes at different steps changes at different instants, a microsecond apart.
		at += 0.001;
		switch (step.op) {
			case 'requests':
				for (const input of step.inputs ?? Array<null>(step.count).fill(null)) finish(start(input));
				break;
			case 'start':
				open.set(step.id, start(step.input ?? null));
				break;
			case 'finish': {
				const wish = open.get(step.id);
				if (wish !== undefined) finish(wish);
				break;
			}
			case 'refuse':
				refusing.add(step.server);
				break;
			case 'accept':
				refusing.delete(step.server);
				break;
			case 'down':
			case 'drain':
				cluster.setState(step.server, step.op, at);
				if (step.op === 'down') maintained.add(step.server);
				else maintained.delete(step.server);
				break;
			case 'up': {
				cluster.setState(step.server, 'ready', at);
				const backend = backendOf(step.server);
				if (backend !== undefined && maintained.delete(step.server)) grab(backend);
				break;
			}
			case 'weight':
				cluster.setWeight(step.server, step.weight, at);
				break;
			case 'sleep':
				at += step.seconds * 1000;
				cluster.pass(at);
		}
	});
	return wishes.map(({ played }) => played);
}
