/**
 * Hot and cold: Prequal's rule. First nobody who is too full, and of the others the one that answers fastest.
 *
 * The idea: requests in flight warn early and latency tells the truth, but late. So a server counts as hot when it has more
 * in flight than most had lately (more than a quantile of what was seen), and hot ones are out. Of the cold
 * ones the fastest wins; where all are hot, the one with the fewest in flight. Fast servers get more until they
 * run hot, which is before they run slow.
 *
 * This is the rule without Prequal's probes, and says less than they do: Prequal asks a few servers ahead of time how many
 * requests they hold, from everyone, and how long those took that came when there were about as many. Here a few are
 * drawn by lot for each pick, the count is this balancer's own, and the latency is the median of the last eight good answers.
 *
 * Cost: O(choices) a pick, eight latencies per server and the last 128 counts that were seen. It fails with many balancers, each
 * of which sees little of what is in flight, and on a server that has never given a good answer: it looks like a newcomer,
 * and newcomers are tried.
 */
import { figuresOf, inFlight, listed, rounded } from '../because.ts';
import { drawLot } from '../random.ts';
import { BySlot } from '../structures/by-slot.ts';
import { Recent } from '../structures/recent.ts';
import { RecentCounts } from '../structures/recent-counts.ts';
import type { Backend, StrategyDefinition } from '../strategy.ts';
import { stepOver } from './two-choices.ts';

export const hotCold: StrategyDefinition<'choices' | 'quantile'> = {
	title: 'Hot and cold',
	says: 'Of a few drawn by lot the fastest that is not too full; if all are, the least full.',
	cost: 'O(choices) a pick, however many servers; eight latencies a server.',
	fails: 'With many balancers each sees too little of what is in flight.',
	sources: [
		'Wydrowski, Kleinberg, Rumble and Archer, Load is not what you should balance: Introducing Prequal (NSDI 2024)'
	],
	knobs: {
		choices: {
			title: 'Choices',
			says: 'How many servers are drawn for a pick.',
			min: 2,
			max: 16,
			step: 1,
			initial: 3,
			unit: 'choices'
		},
		quantile: {
			title: 'Hot above',
			says: 'The share of recent counts that a server must exceed to be hot.',
			min: 0,
			max: 100,
			step: 1,
			initial: 84,
			unit: '%'
		}
	},
	elsewhere: {},
	create({ choices, quantile }, random) {
		const histories = new BySlot<History>();
		/** How many in flight the servers had that were looked at lately. */
		const counts = new RecentCounts(128);
		let looks = 0;
		/** Above this many in flight a server is hot. */
		let threshold = Infinity;
		const see = (inflight: number): void => {
			counts.add(inflight);
			// Often enough: it is a quantile of many.
			if (++looks % 16 === 0) threshold = counts.quantile(quantile / 100);
		};
		/** Places drawn so far in this pick, ascending; reused. */
		const drawn: number[] = [];
		/** Those drawn were all hot. */
		let allHot = false;
		return {
			pick(backends) {
				const draws = Math.min(choices, backends.length);
				let coldest: Backend | undefined;
				let fastest = Infinity;
				let emptiest: Backend | undefined;
				for (let count = 0; count < draws; count++) {
					const lot = drawLot(random, backends.length - count);
					const backend = backends[stepOver(drawn, count, lot)];
					if (backend === undefined) continue;
					if (emptiest === undefined || backend.inflight < emptiest.inflight) emptiest = backend;
					const latency = medianOf(histories.get(backend));
					if (backend.inflight <= threshold && latency < fastest) {
						coldest = backend;
						fastest = latency;
					}
					see(backend.inflight);
				}
				allHot = coldest === undefined;
				return coldest ?? emptiest;
			},
			because(picked, backends) {
				const draws = drawn.slice(0, Math.min(choices, backends.length));
				const candidates = backends.filter((_, place) => draws.includes(place));
				const latencyOf = (backend: Backend): number => medianOf(histories.get(backend));
				const told = candidates.map((backend) => {
					const median = latencyOf(backend);
					return `${backend.id} (${inFlight(backend)}, ${median === 0 ? 'never timed' : `${rounded(median)} ms`})`;
				});
				const hot =
					threshold === Infinity
						? 'Nobody counts as hot before more were seen'
						: `Hot is who has more than ${String(threshold)} in flight`;
				const verdict = allHot
					? `all are, and ${picked.id} is the least full`
					: `${picked.id} is the fastest that was not`;
				return {
					says: `Drawn by lot: ${listed(told)}. ${hot}: ${verdict}.`,
					figures: figuresOf('ms, median', candidates, latencyOf)
				};
			},
			done(backend, { latency, result }) {
				if (result !== 'ok') return;
				let history = histories.get(backend);
				if (history === undefined) {
					history = { backend, latencies: new Recent(8) };
					histories.add(history);
				}
				history.latencies.add(latency);
			}
		};
	}
};

/** The last eight latencies of one server. */
interface History {
	readonly backend: Backend;
	readonly latencies: Recent;
}

/** The upper one of the two in the middle, if there are two; 0 for one that was never timed. */
function medianOf(history: History | undefined): number {
	return history === undefined ? 0 : history.latencies.ranked(history.latencies.size >> 1);
}
