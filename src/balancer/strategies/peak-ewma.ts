/**
 * Peak EWMA: of two drawn by lot, the server where a request is expected to take the shorter time.
 *
 * The idea: remember how long answers take, as an average that forgets (by e^−1 in a decay time), but believe bad
 * news at once: a latency above the average replaces it, one below is mixed in as time allows. Expected is the average
 * times the requests in flight and this one. A slow server is noticed by its first slow answer, and as its average
 * decays while nobody asks it, it is tried again in time.
 *
 * A server that has never answered costs nothing, so a newcomer gets one request at once, and while that is in flight
 * it is as good as banned: one is enough to learn from. Two different servers are drawn, as Finagle does; equals go
 * to the first drawn. What a cancelled request has taken until then is a lower bound and counts only where it is bad news.
 *
 * Cost: O(1) a pick, two numbers per server. It fails where being fast is no merit: a broken server that answers
 * errors at once looks like the best of all and draws everything in. `failureMs` mends that: a failure then counts as
 * having taken so long at least. At 0 it is Finagle's rule as it stands. Weights are ignored: speed is measured.
 */
import { figuresOf, inFlight, rounded } from '../because.ts';
import { drawLot } from '../random.ts';
import { BySlot } from '../structures/by-slot.ts';
import type { Backend, Call, Millis, StrategyDefinition } from '../strategy.ts';

export const peakEwma: StrategyDefinition<'decayMs' | 'failureMs'> = {
	title: 'Peak EWMA',
	says: 'The better of two by expected latency, where bad news counts at once and fades slowly.',
	cost: 'O(1) a pick, however many servers; two numbers a server.',
	fails:
		'A broken server that answers errors at once looks like the fastest, unless failures are made to count.',
	sources: [
		'Twitter, Finagle, PeakEwma.scala and P2CPick.scala (2015)',
		'Linkerd, tower, load/peak_ewma.rs (2019)'
	],
	knobs: {
		decayMs: {
			title: 'Decay',
			says: 'How long until an old latency counts for a third (1/e) of what it did.',
			min: 100,
			max: 60_000,
			step: 100,
			initial: 10_000,
			unit: 'ms'
		},
		failureMs: {
			title: 'Failure counts as',
			says: 'How slow, at least, a failed request is taken to have been.',
			min: 0,
			max: 10_000,
			step: 100,
			initial: 0,
			unit: 'ms'
		}
	},
	elsewhere: {},
	create({ decayMs, failureMs }, random) {
		const meters = new BySlot<Meter>();
		const meterOf = (backend: Backend): Meter => {
			const known = meters.get(backend);
			if (known !== undefined) return known;
			const meter = { backend, cost: 0, stamp: backend.since };
			meters.add(meter);
			return meter;
		};
		const decayed = ({ cost, stamp }: Meter, at: Millis): number =>
			cost * Math.exp(Math.min(0, stamp - at) / decayMs);
		const expected = (meter: Meter | undefined, inflight: number, at: Millis): number => {
			const cost = meter === undefined ? 0 : decayed(meter, at);
			return cost === 0 && inflight > 0 ? unmeasured + inflight : cost * (inflight + 1);
		};
		/** Whole objects go in and a yes or no comes out, so that no number with a fraction need be allocated. */
		const isNoWorse = (first: Backend, second: Backend, { at }: Call): boolean =>
			expected(meters.get(first), first.inflight, at) <= expected(meters.get(second), second.inflight, at);
		/** Places drawn for the last pick. */
		let drawnFirst = 0;
		let drawnSecond = 0;
		return {
			pick(backends, call) {
				const size = backends.length;
				if (size === 1) return backends[0];
				const a = drawLot(random, size);
				// The second lot is drawn from one fewer, and steps over the first.
				let b = drawLot(random, size - 1);
				if (b >= a) b++;
				const first = backends[a];
				const second = backends[b];
				drawnFirst = a;
				drawnSecond = b;
				if (first === undefined || second === undefined) return first;
				return isNoWorse(first, second, call) ? first : second;
			},
			done(backend, { at, latency, result }) {
				const meter = meterOf(backend);
				/** How much of the average is left by now, from 1 down to 0. */
				const keep = Math.exp(Math.min(0, meter.stamp - at) / decayMs);
				const failed = result === 'error' || result === 'timeout';
				// An answer within the same instant of a coarse clock has still been measured.
				const seen = Math.max(latency, shortest, failed ? failureMs : 0);
				if (seen > meter.cost * keep) meter.cost = seen;
				else if (result !== 'cancelled') meter.cost = seen * (1 - keep) + meter.cost * keep;
				else return;
				meter.stamp = at;
			},
			load(backend, at) {
				return expected(meters.get(backend), backend.inflight, at);
			},
			because({ id }, backends, { at }) {
				if (backends.length === 1) return { says: `${id} is alone on the list.` };
				const pair = [backends[drawnFirst], backends[drawnSecond]].filter((backend) => backend !== undefined);
				const expectedOf = (backend: Backend): number => expected(meters.get(backend), backend.inflight, at);
				const told = pair.map((backend) => {
					const meter = meters.get(backend);
					const cost = meter === undefined ? 0 : decayed(meter, at);
					if (cost === 0) return `${backend.id} has never answered and has ${inFlight(backend)}`;
					return `${backend.id} is expected to take ${rounded(cost)} ms × (${String(backend.inflight)} in flight + 1) = ${rounded(expectedOf(backend))} ms`;
				});
				const [first, second] = pair.map(expectedOf);
				const verdict = first === second ? 'was drawn first' : 'is the shorter wait';
				return {
					says: `Drawn by lot: ${told.join('; ')}. ${id} ${verdict}.`,
					figures: figuresOf('ms expected', pair, expectedOf)
				};
			}
		};
	}
};

interface Meter {
	readonly backend: Backend;
	/** Milliseconds, as of `stamp`; 0 means never measured. */
	cost: number;
	stamp: Millis;
}

/** What Finagle has for a server that is at its first request: more than any real load, and still a number that counts. */
const unmeasured = 2 ** 47 - 1;
const shortest: Millis = 0.001;
