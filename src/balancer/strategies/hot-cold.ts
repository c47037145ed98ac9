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
		const histories = new WeakMap<Backend, History>();
		/** The last counts seen, going round, and a copy to sort; reused. */
		const counts = new Uint32Array(128);
		const sorted = new Uint32Array(counts.length);
		let seen = 0;
		/** Above this many in flight a server is hot. */
		let threshold = Infinity;
		const see = (inflight: number): void => {
			counts[seen++ % counts.length] = inflight;
			// Often enough: it is a quantile of many.
			if (seen % 16 !== 0) return;
			const size = Math.min(seen, counts.length);
			sorted.set(counts);
			const some = size < sorted.length ? sorted.subarray(0, size) : sorted;
			some.sort();
			threshold = some[Math.ceil((quantile / 100) * (size - 1))] ?? Infinity;
		};
		/** Places drawn so far in this pick, ascending; reused. */
		const drawn: number[] = [];
		return {
			pick(backends) {
				const draws = Math.min(choices, backends.length);
				let coldest: Backend | undefined;
				let fastest = Infinity;
				let emptiest: Backend | undefined;
				for (let count = 0; count < draws; count++) {
					const lot = Math.floor(random() * (backends.length - count));
					const backend = backends[stepOver(drawn, count, lot)];
					if (backend === undefined) continue;
					if (emptiest === undefined || backend.inflight < emptiest.inflight) emptiest = backend;
					const latency = histories.get(backend)?.median ?? 0;
					if (backend.inflight <= threshold && latency < fastest) {
						coldest = backend;
						fastest = latency;
					}
					see(backend.inflight);
				}
				return coldest ?? emptiest;
			},
			done(backend, { latency, result }) {
				if (result !== 'ok') return;
				let history = histories.get(backend);
				if (history === undefined) {
					history = new History();
					histories.set(backend, history);
				}
				history.hear(latency);
			}
		};
	}
};

/** The last eight latencies of one server. */
class History {
	/** The upper one of the two in the middle, if there are two. */
	median = 0;
	readonly #latencies = new Float64Array(8);
	readonly #sorted = new Float64Array(8);
	#heard = 0;

	hear(latency: number): void {
		const latencies = this.#latencies;
		latencies[this.#heard++ % latencies.length] = latency;
		const size = Math.min(this.#heard, latencies.length);
		// Sorted by insertion: eight are too few for anything else.
		const sorted = this.#sorted;
		for (let i = 0; i < size; i++) {
			const one = latencies[i] ?? 0;
			let at = i;
			for (; at > 0 && (sorted[at - 1] ?? 0) > one; at--) sorted[at] = sorted[at - 1] ?? 0;
			sorted[at] = one;
		}
		this.median = sorted[size >> 1] ?? 0;
	}
}
