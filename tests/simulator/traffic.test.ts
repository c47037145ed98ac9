import { expect, test } from 'vitest';
import { randomStream, randomWords } from '#balancer/random.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { Traffic } from '#simulator/traffic.ts';

function trafficOf(traffic: object): Scenario['traffic'] {
	return readScenario({ servers: [{ id: 'a' }], traffic }).traffic;
}

function arrivalsOf(traffic: object, seed = 1): Traffic {
	return new Traffic(trafficOf(traffic), randomWords(seed, 'arrivals'), randomWords(seed, 'moods'));
}

/** The instants of all that come until then. */
function until(traffic: Traffic, end: number): number[] {
	const instants: number[] = [];
	while (traffic.next <= end) {
		instants.push(traffic.next);
		traffic.advance();
	}
	return instants;
}

test('steady traffic comes one every 1/rate', () => {
	expect(until(arrivalsOf({ arrivals: 'steady', perSecond: 8 }), 500)).toEqual([125, 250, 375, 500]);
});

test('a change of rate keeps the share of the gap that has passed', () => {
	const traffic = arrivalsOf({ arrivals: 'steady', perSecond: 10 });
	traffic.setRate(20, 25);
	expect(traffic.next).toBe(62.5);
	traffic.setRate(0, 50);
	expect(traffic.next).toBe(Infinity);
	traffic.setRate(1, 1000);
	expect(traffic.next).toBe(1250);
	traffic.advance();
	expect(traffic.next).toBe(2250);
});

const rise = [
	{ at: 1000, times: 1 },
	{ at: 3000, times: 5 },
	{ at: 3001, times: 0 },
	{ at: 4000, times: 0 },
	{ at: 6000, times: 2 }
];

/** The area under that curve up to each second, by hand: level at 1, a ramp to 5, a cliff, nothing, a ramp to 2, level. */
const areas = [0, 1000, 3000, 7000, 7002.5, 7502.5, 9002.5, 11_002.5];

test('steady traffic along a curve has come as often as the area under it says, at each second', () => {
	const instants = until(arrivalsOf({ arrivals: 'steady', perSecond: 100, curve: rise }), 7000);
	areas.forEach((area, second) => {
		const came = instants.filter((at) => at <= second * 1000 + 1e-6).length;
		expect(Math.abs(came - area / 10), `after ${String(second)} s`).toBeLessThanOrEqual(1);
	});
	expect(instants.every((at) => at <= 3001 || at >= 4000)).toBe(true);
});

test('along a curve each arrival is one unit of area after the one before', () => {
	const instants = until(arrivalsOf({ arrivals: 'steady', perSecond: 1000, curve: rise }), 3000 + 1e-6);
	const areaAt = (at: number): number => (at <= 1000 ? at : 1000 + (at - 1000) + (at - 1000) ** 2 / 1000);
	instants.forEach((at, i) => {
		expect(areaAt(at)).toBeCloseTo(i + 1, 6);
	});
	expect(instants.length).toBe(7000);
});

test('poisson traffic along a curve has the mean and the variance of its area', () => {
	const counts = Array.from(
		{ length: 400 },
		(_, seed) => until(arrivalsOf({ perSecond: 20, curve: rise }, seed), 3000).length
	);
	const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
	const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
	const expected = 20 * 7;
	expect(Math.abs(mean - expected)).toBeLessThan(4 * Math.sqrt(expected / counts.length));
	expect(variance / expected).toBeGreaterThan(0.7);
	expect(variance / expected).toBeLessThan(1.35);
});

test('a curve that ends at 0 ends the traffic', () => {
	const traffic = arrivalsOf({
		arrivals: 'steady',
		perSecond: 11,
		curve: [
			{ at: 0, times: 1 },
			{ at: 1000, times: 0 }
		]
	});
	expect(until(traffic, 1e9)).toHaveLength(5);
	expect(traffic.next).toBe(Infinity);
});

test('bursts keep the stated rate in the long run, at two rates of the stated ratio', () => {
	const bursts = { times: 6, quietMs: 800, busyMs: 200 };
	const length = 4_000_000;
	const instants = until(arrivalsOf({ arrivals: 'bursts', perSecond: 100, bursts }), length);
	// Spells of a second make 4000 rounds, and so a rate that is known to a few parts in a hundred.
	expect(instants.length / (length / 1000) / 100).toBeGreaterThan(0.95);
	expect(instants.length / (length / 1000) / 100).toBeLessThan(1.05);
	// By hand: quiet 50 and busy 300 a second, a fifth of the time. Over 10 ms the count's second factorial moment is that of the rates.
	const bins = new Float64Array(length / 10);
	for (const at of instants) {
		const bin = Math.min(bins.length - 1, Math.floor(at / 10));
		bins[bin] = (bins[bin] ?? 0) + 1;
	}
	const mean = bins.reduce((sum, count) => sum + count, 0) / bins.length;
	const pairs = bins.reduce((sum, count) => sum + count * (count - 1), 0) / bins.length;
	const ratio = pairs / mean ** 2;
	// E[rate²] / E[rate]² = (0.8·50² + 0.2·300²) / 100² = 2, and a little less, for a spell may end within a bin.
	expect(ratio).toBeGreaterThan(1.8);
	expect(ratio).toBeLessThan(2.1);
});

test('no change of rate makes a request due in the past', () => {
	for (const more of [
		{},
		{ curve: rise },
		{ arrivals: 'bursts', bursts: { times: 9, quietMs: 300, busyMs: 100 } }
	]) {
		const random = randomStream(4);
		const traffic = arrivalsOf({ perSecond: 30, ...more }, 4);
		let now = 0;
		for (let i = 0; i < 20_000; i++) {
			// Just before the next request, where rounding bites.
			now = Math.max(now, traffic.next === Infinity ? now : traffic.next * (1 - random() * 1e-15));
			traffic.setRate(random() < 0.5 ? 1 : 1e6 * random(), now);
			if (traffic.next < now)
				throw new Error(`At ${String(now)} the next request is due at ${String(traffic.next)}.`);
			if (random() < 0.5 && traffic.next < Infinity) {
				now = traffic.next;
				traffic.advance();
			}
		}
		expect(now).toBeGreaterThan(0);
	}
});

test('a trace is sent at its instants, to the last bit, with its own clients and work', () => {
	const trace = [
		{ at: 0.1, key: 'x', work: 3 },
		{ at: 0.3 },
		{ at: 0.3, work: 7 },
		{ at: 700.7, key: 'y' },
		{ at: 2000, key: 'too late' }
	];
	const engine = new Engine(
		readScenario({ servers: [{ id: 'a' }], traffic: { arrivals: 'trace', trace }, durationMs: 1000 })
	);
	const sent: object[] = [];
	engine.listen((event) => {
		if (event.kind === 'send') sent.push(event);
	});
	engine.runToEnd();
	expect(sent).toMatchObject(trace.slice(0, 4));
	expect(sent).toHaveLength(4);
});

test('users send, wait for the answer, think and send again, so that no more are inside than there are', () => {
	const engine = new Engine(
		readScenario({
			servers: [{ id: 'a' }],
			traffic: { arrivals: 'users', users: 5, think: { law: 'fixed', meanMs: 30 } },
			work: { law: 'fixed', meanMs: 10 },
			durationMs: 1030
		})
	);
	const inside: number[] = [];
	engine.listen(() => inside.push(engine.inside));
	engine.runToEnd();
	expect(Math.max(...inside)).toBe(5);
	// All come at 30, and the worker never rests again: one is answered every 10, and comes again 30 later, from 70 to 1030.
	expect(engine.metrics.ok).toBe(5 + 97);
});

test('users who are turned away at once do not make time stand still', () => {
	const engine = new Engine(
		readScenario({
			servers: [{ id: 'a', queue: 0 }],
			traffic: { arrivals: 'users', users: 3, think: { meanMs: 0 } },
			durationMs: 200
		})
	);
	let events = 0;
	engine.listen(() => {
		if (++events > 10_000) throw new Error(`Time stands still at ${String(engine.now)}.`);
	});
	engine.runToEnd();
	expect(engine.metrics.failed).toBeGreaterThan(300);
	expect(engine.metrics.failed).toBeLessThanOrEqual(600);
});
