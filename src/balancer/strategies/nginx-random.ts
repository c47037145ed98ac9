/**
 * NGINX's random: a server by lot, a heavier one more often, or the less busy of two.
 *
 * The idea: throw a dart at a row in which each server is as long as its weight. With two darts at two servers the one with
 * fewer requests for its weight is taken, the second on a tie; that is two choices by weight. A dart that hits
 * a server that is down, full or has just failed is thrown again, up to twenty times; then the turns of weighted
 * round robin decide.
 *
 * Cost: O(1) a dart. With one it fails as random does, by crowds that come together by chance; with two, where
 * counts deceive.
 */
import { leastOfDrawn } from '../because.ts';
import { HashWalk } from '../structures/hash-walk.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';

export const nginxRandom: StrategyDefinition<'choices'> = {
	title: 'NGINX random',
	says: 'A server by lot, by weight, or the less busy of two.',
	cost: 'O(1) a draw; a row of numbers, made anew when the list changes.',
	fails: 'With one draw chance makes crowds; with two, a server that fails fast looks idle.',
	sources: ['NGINX 1.22.1, ngx_http_upstream_random_module.c (2022)'],
	knobs: {
		choices: {
			title: 'Choices',
			says: 'How many different servers are drawn and compared.',
			min: 1,
			max: 2,
			step: 1,
			initial: 2,
			unit: 'choices'
		}
	},
	elsewhere: {
		haproxy: 'balance random (on a ring)',
		nginx: 'random, random two least_conn',
		caddy: 'lb_policy random, random_choose (no weights)',
		envoy: 'LEAST_REQUEST (no weights in the draw)'
	},
	create({ choices }, random) {
		const walk = new HashWalk();
		const place = (_question: number, length: number): number => random() * length;
		/** Drawn last for the last pick, and the one before it where two were drawn. */
		let drawn: Backend | undefined;
		let passed: Backend | undefined;
		return {
			members: (all) => {
				walk.members(all);
			},
			pick(backends) {
				const first = walk.pick(backends, undefined, place);
				drawn = first;
				passed = undefined;
				if (choices === 1 || backends.length === 1 || walk.gaveUp() || first === undefined) return first;
				const second = walk.pick(backends, undefined, place, first);
				if (walk.gaveUp() || second === undefined) return second;
				drawn = second;
				passed = first;
				return loadOf(second) > loadOf(first) ? first : second;
			},
			done: walk.turns.done,
			load: loadOf,
			because(picked, backends) {
				if (walk.gaveUp()) {
					const { says, figures } = walk.turns.because(picked, backends);
					return { says: `Too many lots missed, so turns decide. ${says}`, ...(figures && { figures }) };
				}
				const candidates = [passed, drawn].filter((backend) => backend !== undefined);
				const mark = { piece: walk.space(backends).backends.indexOf(picked) };
				return {
					...leastOfDrawn(picked, candidates, 'in flight per weight', loadOf, 'was drawn last'),
					mark
				};
			},
			space: (backends) => walk.space(backends)
		};
	}
};

function loadOf({ inflight, weight }: Backend): number {
	return inflight / weight;
}
