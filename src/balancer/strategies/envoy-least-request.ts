/**
 * Envoy's least request: two choices while all weights are equal, and another algorithm when they are not.
 *
 * The idea, with equal weights: draw servers by lot and take the one with fewer requests in flight, the first drawn of
 * equals. Envoy draws with replacement, so now and then it draws one twice and has not chosen at all, where our `two-choices`
 * always draws different ones. With unequal weights nobody is drawn: servers come round by earliest deadline first, each as
 * often as its weight divided by its requests in flight and this one says. That quotient is taken when a server has had its turn,
 * and holds until the next one: it follows the load with a delay.
 *
 * The first turn after a change of the list falls to a server by lot, so that many balancers do not begin alike. Past one
 * that failed this request or has no room it picks again, as often as there are servers, and then keeps what it has.
 *
 * Cost: O(choices) a pick with equal weights, O(log n) with unequal ones. It fails where least connections fails, and with
 * unequal weights where requests are long: a crowd is noticed only at the next turn.
 */
import { inFlight, leastOfDrawn, rounded } from '../because.ts';
import { isPassed, whenListChanges } from '../choose.ts';
import { drawLot } from '../random.ts';
import { Deadlines } from '../structures/deadlines.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const envoyLeastRequest: StrategyDefinition<'choices' | 'bias'> = {
	title: 'Envoy least request',
	says: 'Two choices among equals; with weights, turns as often as weight over requests in flight.',
	cost: 'O(choices) a pick with equal weights, O(log n) with others; two numbers a server.',
	fails: 'With unequal weights it looks at a server only when its turn has come, so bursts go unnoticed.',
	sources: ['Envoy 1.25, load_balancer_impl.cc and edf_scheduler.h (2023)'],
	knobs: {
		choices: {
			title: 'Choices',
			says: 'How many servers are drawn, one perhaps twice, while all weights are equal.',
			min: 2,
			max: 5,
			step: 1,
			initial: 2,
			unit: 'choices'
		},
		bias: {
			title: 'Active request bias',
			says: 'How much requests in flight lower a weight, as an exponent in tenths.',
			min: 0,
			max: 20,
			step: 1,
			initial: 10,
			unit: 'tenths'
		}
	},
	elsewhere: {
		haproxy: 'balance random (by weight)',
		nginx: 'random two least_conn (by weight)',
		caddy: 'lb_policy random_choose (no weights)',
		envoy: 'LEAST_REQUEST',
		go: 'gRPC: least_request'
	},
	create({ choices, bias }, random) {
		const weightNow = ({ weight, inflight }: Backend): number =>
			bias === 10 ? weight / (inflight + 1) : weight / Math.pow(inflight + 1, bias / 10);
		/** Turns, where weights are unequal. */
		const turnsOf = whenListChanges((backends): Deadlines | undefined => {
			if (backends.every(({ weight }) => weight === backends[0]?.weight)) return undefined;
			const turns = new Deadlines(backends.map(weightNow));
			for (let skipped = drawLot(random, backends.length); skipped > 0; skipped--) {
				const backend = backends[turns.next];
				if (backend !== undefined) turns.putOff(weightNow(backend));
			}
			return turns;
		});
		/** Places drawn for the last pick; reused. */
		const drawn = new Uint32Array(choices);
		const draw = (backends: readonly Backend[]): Backend | undefined => {
			let best: Backend | undefined;
			for (let lot = 0; lot < choices; lot++) {
				const place = drawLot(random, backends.length);
				const other = backends[place];
				drawn[lot] = place;
				if (best === undefined || (other !== undefined && other.inflight < best.inflight)) best = other;
			}
			return best;
		};
		return {
			walks: true,
			pick(backends, _call, tried) {
				const turns = turnsOf(backends);
				let picked: Backend | undefined;
				for (let attempt = 0; attempt <= backends.length; attempt++) {
					if (turns === undefined) picked = draw(backends);
					else {
						picked = backends[turns.next];
						if (picked !== undefined) turns.putOff(weightNow(picked));
					}
					if (picked === undefined || !isPassed(picked, tried)) break;
				}
				return picked;
			},
			because(picked, backends) {
				const turns = turnsOf(backends);
				if (turns === undefined) {
					const candidates = [...drawn]
						.map((place) => backends[place])
						.filter((backend) => backend !== undefined);
					return leastOfDrawn(picked, candidates, 'in flight', ({ inflight }) => inflight, 'was drawn first');
				}
				const step = 1 / weightNow(picked);
				const due = backends.map((backend, place) => turns.dueOf(place) - (backend === picked ? step : 0));
				const place = backends.indexOf(picked);
				return {
					says: `${picked.id}’s turn was due first, at ${rounded(due[place] ?? 0)}. With ${inFlight(picked)} its next one is ${rounded(step)} later.`,
					figures: { measure: 'due at', of: backends.map(({ id }, place) => [id, due[place] ?? 0] as const) }
				};
			}
		};
	}
};
