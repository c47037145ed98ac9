/**
 * Smooth weighted round robin: turns in proportion to the weights, spread out rather than bunched.
 *
 * The idea: everyone saves up. At each pick every backend earns its weight; the richest is chosen and pays what all
 * of them earned together. Who earns fast is rich often, and who has just paid must save again, so weights 5, 1, 1
 * give a a b a c a a, where a list that repeats names would send five in a row to a. The purses always sum to what
 * they summed to before, so over a full round each backend gets exactly its share.
 *
 * Who fails is trusted less: each failure takes a piece of what it earns, as large as its weight over the failures it
 * may have before it is left out. Of what was taken one unit comes back at every turn it takes part in, so a server that
 * returns gets its share little by little. Where nobody is ever left out, nothing is taken.
 *
 * Cost: O(n) a pick, two numbers per backend. It fails where round robin fails: it counts requests, not work. HAProxy's
 * and Envoy's weighted round robin give the same shares in another order.
 */
import { figuresOf, rounded } from '../because.ts';
import type { Backend, Because, Outcome, StrategyDefinition } from '../strategy.ts';

export const smoothWeightedRoundRobin: StrategyDefinition<never> = {
	title: 'Weighted round robin',
	says: 'Turns in proportion to the weights, as evenly spaced as they will go.',
	cost: 'O(n) a pick; two numbers a server.',
	fails: 'It counts requests, not work, and the weights it trusts are promises about machines.',
	sources: [
		'NGINX, ngx_http_upstream_round_robin.c, smooth weighted round-robin balancing by Maxim Dounin (2012)'
	],
	knobs: {},
	most: 64,
	elsewhere: {
		haproxy: 'balance roundrobin, server … weight (another order)',
		nginx: 'server … weight=',
		caddy: 'lb_policy weighted_round_robin (another order)',
		envoy: 'ROUND_ROBIN, load_balancing_weight (another order)',
		go: 'Traefik: wrr (another order)'
	},
	create() {
		const turns = smoothTurns();
		return {
			pick: (backends) => turns.next(backends),
			done: turns.done,
			because: (picked, backends) => turns.because(picked, backends)
		};
	}
};

/** What NGINX's other strategies share with this one: they take turns where their own rule does not decide. */
export interface SmoothTurns {
	/** One turn among those who take part (all, unless said): they earn, and the richest is picked and pays; the first one on a tie. */
	readonly next: (
		backends: readonly Backend[],
		takesPart?: (backend: Backend) => boolean
	) => Backend | undefined;
	/** A turn of one alone: it earns and pays the same, and is trusted a little more. */
	readonly alone: (backend: Backend) => Backend;
	/** A failure makes its backend earn less for a while. */
	readonly done: (backend: Backend, outcome: Outcome) => void;
	/** Why the last turn was this one's. */
	readonly because: (picked: Backend, partakers: readonly Backend[]) => Because;
}

interface Purse {
	readonly backend: Backend;
	/** What it has saved up, in units of weight; it goes below zero after paying. */
	saved: number;
	/** How much less than its weight it earns. */
	distrust: number;
}

export function smoothTurns(): SmoothTurns {
	const purses = new WeakMap<Backend, Purse>();
	const purseOf = (backend: Backend): Purse => {
		const purse = purses.get(backend) ?? { backend, saved: 0, distrust: 0 };
		purses.set(backend, purse);
		return purse;
	};
	let seen: readonly Backend[] = [];
	let inOrder: readonly Purse[] = [];
	/** What all together earned for the last turn. */
	let paid = 0;
	return {
		next(backends, takesPart) {
			if (backends !== seen) {
				seen = backends;
				inOrder = backends.map(purseOf);
			}
			let richest: Purse | undefined;
			let earned = 0;
			for (const purse of inOrder) {
				const { backend } = purse;
				if (takesPart !== undefined && !takesPart(backend)) continue;
				const earns = Math.max(0, backend.weight - purse.distrust);
				if (purse.distrust > 0) purse.distrust = Math.max(0, purse.distrust - 1);
				purse.saved += earns;
				earned += earns;
				if (richest === undefined || purse.saved > richest.saved) richest = purse;
			}
			if (richest !== undefined) richest.saved -= paid = earned;
			return richest?.backend;
		},
		alone(backend) {
			if (backend.fall > 0) {
				const purse = purseOf(backend);
				purse.distrust = Math.max(0, purse.distrust - 1);
			}
			return backend;
		},
		done(backend, { result }) {
			if (result === 'ok' || result === 'cancelled' || backend.fall === 0) return;
			const purse = purseOf(backend);
			const lost = Math.floor(backend.weight / backend.fall);
			purse.distrust = Math.min(backend.weight, purse.distrust + lost);
		},
		because(picked, partakers) {
			const savedBefore = (backend: Backend): number =>
				(purses.get(backend)?.saved ?? 0) + (backend === picked ? paid : 0);
			const saved = rounded(savedBefore(picked));
			return {
				says: `${picked.id} has saved up the most, ${saved}, and pays ${rounded(paid)}, which is what all earned for this turn.`,
				figures: figuresOf('saved up', partakers, savedBefore)
			};
		}
	};
}
