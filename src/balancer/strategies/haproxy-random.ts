/**
 * HAProxy's random: draw a few servers by lot, each as likely as its weight says, and take the least loaded of them.
 *
 * The idea is that of two choices, built on what was there already: a lot is a random position on the ring of consistent
 * hashing, whose points give each server its weight. Draws are independent, so the same server may be drawn twice; of two
 * equally loaded the later draw wins. If the winner is full the request waits at the balancer, even while others have room.
 *
 * The lots come from a xorshift generator (Marsaglia, 2003), begun here with a number given at birth. HAProxy
 * 2.6 begins every process with 2463534242, so that all its fresh processes draw alike; newer ones with real entropy.
 *
 * Cost: O(1) a draw, 16 points for each unit of weight. It fails on few points: at weight 1 the ring itself is
 * uneven (of five equal servers one got 14 and another 25 percent with a single draw). Give them weights of 100.
 */
import { leastOfDrawn } from '../because.ts';
import { whenListChanges } from '../choose.ts';
import { isFull } from '../full.ts';
import { HaproxyRing } from '../structures/haproxy-ring.ts';
import type { Backend, Strategy, StrategyDefinition } from '../strategy.ts';

/** What a thread of HAProxy 2.6 starts from. To draw as it does, give `create` a chance that says this over 2^32. */
export const firstXorshiftSeed = 2463534242;

export const haproxyRandom: StrategyDefinition<'draws'> = {
	title: 'HAProxy random',
	says: 'A few servers drawn by weight, with replacement; the one with the fewest requests for its weight wins.',
	cost: 'O(1) a draw; 16 points for each unit of weight.',
	fails:
		'With small weights the ring itself is uneven, and a full winner makes the request wait while others have room.',
	sources: ['HAProxy 2.6, src/backend.c, get_server_rnd (2022)', 'Marsaglia, Xorshift RNGs (2003)'],
	knobs: {
		draws: {
			title: 'Draws',
			says: 'How many lots are drawn before the least busy of them is taken.',
			min: 1,
			max: 8,
			step: 1,
			initial: 2,
			unit: 'draws'
		}
	},
	elsewhere: {
		haproxy: 'balance random',
		nginx: 'random two least_conn (no ring)',
		caddy: 'lb_policy random_choose (no weights)',
		envoy: 'LEAST_REQUEST (no ring)'
	},
	create({ draws }, random) {
		const ring = new HaproxyRing();
		// The one number from which xorshift never leaves is 0.
		let state = Math.floor(random() * 2 ** 32) | 0 || firstXorshiftSeed | 0;
		const lot = (): number => {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			return state;
		};
		const strategy: Strategy = {
			walks: true,
			overtakes: true,
			// Lots are drawn even where only one stands in, and all from one generator.
			forBackups: (which) => {
				if (which === 'group') return undefined;
				const first = whenListChanges((backups) => backups.slice(0, 1));
				return {
					...strategy,
					pick: (backups, call, tried) => strategy.pick(first(backups), call, tried)
				};
			},
			pick(backends, _call, tried) {
				ring.follow(backends);
				const avoid = tried?.[tried.length - 1];
				let best = ring.passOver(ring.nearest(lot()), avoid);
				for (let drawn = 1; drawn < draws; drawn++) {
					const point = ring.passOver(ring.nearest(lot()), avoid);
					const other = ring.owner(point);
					const before = ring.owner(best);
					if (other === undefined || before === undefined) return undefined;
					const size = ring.pointsOf(ring.place(point));
					const sizeBefore = ring.pointsOf(ring.place(best));
					if (other === before || other.inflight * sizeBefore <= before.inflight * size) best = point;
				}
				const picked = ring.owner(best);
				return picked === undefined || isFull(picked) ? undefined : picked;
			},
			because(picked, backends, _call, tried) {
				const avoid = tried?.[tried.length - 1];
				const after = state;
				for (let drawn = 0; drawn < draws; drawn++) state = before(state);
				const points = Array.from({ length: draws }, () => ring.passOver(ring.nearest(lot()), avoid));
				state = after;
				const candidates = points
					.map((point) => ring.owner(point))
					.filter((backend) => backend !== undefined);
				const loadOf = ({ inflight, weight }: Backend): number => inflight / weight;
				const { says, figures } = leastOfDrawn(
					picked,
					candidates,
					'in flight per weight',
					loadOf,
					'was drawn last'
				);
				const piece = points[candidates.lastIndexOf(picked)];
				return { says, ...(figures && { figures }), ...(piece !== undefined && { mark: { piece } }) };
			},
			space(backends) {
				ring.follow(backends);
				return ring.space();
			}
		};
		return strategy;
	}
};

/** The state of the generator before this one: each of its three steps, taken back. */
function before(state: number): number {
	let word = state ^ (state << 5);
	word ^= word << 10;
	word ^= word << 20;
	word ^= word >>> 17;
	word ^= word << 13;
	return word ^ (word << 26);
}
