import { expect, test } from 'vitest';
import { randomStream } from '#balancer/random.ts';
import { clientsOf } from '#simulator/clients.ts';
import { Server } from '#simulator/server.ts';
import { Request } from '#simulator/request.ts';
import { Traffic } from '#simulator/traffic.ts';
import { workOf } from '#simulator/work.ts';

const draws = 200_000;

function sample(draw: () => number): number[] {
	return Array.from({ length: draws }, draw);
}

const meanOf = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

/** Squared coefficient of variation of each law of work: variance over squared mean. */
test.each([
	['fixed', 0],
	['exponential', 1],
	['heavy', 2.7]
] as const)('%s work has the mean it was given, and its own spread', (law, spread) => {
	const work = sample(workOf({ law, meanMs: 40 }, randomStream(1, 'work')));
	const mean = meanOf(work);
	// Five standard errors.
	expect(Math.abs(mean - 40)).toBeLessThanOrEqual(5 * 40 * Math.sqrt(spread / draws));
	const found = meanOf(work.map((value) => (value / 40 - 1) ** 2));
	expect(Math.abs(found - spread)).toBeLessThanOrEqual(0.1 * spread);
	expect(Math.min(...work.slice(0, 1000))).toBeGreaterThan(0);
});

test('heavy work spans a factor of a hundred, and follows its distribution in between', () => {
	const work = sample(workOf({ law: 'heavy', meanMs: 1 }, randomStream(2, 'work')));
	const least = 0.37;
	for (const value of work) {
		if (value < least * 0.999999 || value > 100 * least * 1.000001)
			throw new Error(`${String(value)} is out of bounds`);
	}
	for (const x of [2, 10, 50]) {
		const beyond = (x ** -1.5 - 100 ** -1.5) / (1 - 100 ** -1.5);
		const found = work.filter((value) => value > x * least).length / draws;
		expect(Math.abs(found - beyond)).toBeLessThan(5 * Math.sqrt((beyond * (1 - beyond)) / draws));
	}
});

test('exponential work forgets how long it has lasted', () => {
	const work = sample(workOf({ law: 'exponential', meanMs: 1 }, randomStream(3, 'work')));
	const beyond = (x: number): number => work.filter((value) => value > x).length / draws;
	for (const x of [0.5, 1, 2])
		expect(Math.abs(beyond(x) - Math.exp(-x))).toBeLessThan(5 * Math.sqrt(0.25 / draws));
	expect(Math.abs(beyond(3) / beyond(2) - beyond(1))).toBeLessThan(0.02);
});

test('steady traffic comes one every 1/rate', () => {
	const traffic = new Traffic({ arrivals: 'steady', perSecond: 8, clients: 1 }, randomStream(1));
	const times: number[] = [];
	for (let i = 0; i < 4; i++) {
		times.push(traffic.next);
		traffic.advance();
	}
	expect(times).toEqual([125, 250, 375, 500]);
});

test('a change of rate keeps the share of the gap that has passed', () => {
	const traffic = new Traffic({ arrivals: 'steady', perSecond: 10, clients: 1 }, randomStream(1));
	traffic.setRate(20, 25);
	expect(traffic.next).toBe(62.5);
	traffic.setRate(0, 50);
	expect(traffic.next).toBe(Infinity);
	traffic.setRate(1, 1000);
	expect(traffic.next).toBe(1250);
	traffic.advance();
	expect(traffic.next).toBe(2250);
});

test('no change of rate makes a request due in the past', () => {
	const random = randomStream(4);
	const traffic = new Traffic(
		{ arrivals: 'poisson', perSecond: 30, clients: 1 },
		randomStream(4, 'arrivals')
	);
	let now = 0;
	for (let i = 0; i < 100_000; i++) {
		// Just before the next request, where rounding bites.
		now = Math.max(now, traffic.next === Infinity ? now : traffic.next * (1 - random() * 1e-15));
		traffic.setRate(random() < 0.5 ? 1e-3 : 1e6 * random(), now);
		if (traffic.next < now)
			throw new Error(`At ${String(now)} the next request is due at ${String(traffic.next)}.`);
		if (random() < 0.5) {
			now = traffic.next;
			traffic.advance();
		}
	}
	expect(now).toBeGreaterThan(0);
});

test('clients have addresses of their own, in networks of their own, and are equally busy', () => {
	const count = 500;
	const client = clientsOf(count, randomStream(5));
	const tally = new Map<string, number>();
	for (let i = 0; i < draws; i++) {
		const key = client();
		tally.set(key, (tally.get(key) ?? 0) + 1);
	}
	expect(tally.size).toBe(count);
	expect(new Set([...tally.keys()].map((key) => key.split('.').slice(0, 3).join('.'))).size).toBeGreaterThan(
		0.9 * count
	);
	for (const key of tally.keys()) {
		expect(key.split('.').every((part) => Number(part) >= 0 && Number(part) <= 255)).toBe(true);
	}
	const expected = draws / count;
	for (const times of tally.values())
		expect(Math.abs(times - expected)).toBeLessThan(6 * Math.sqrt(expected));
});

test('a server seats as many as it has workers, lets anyone go, and serves its queue in order', () => {
	const tally = { picked: 0, ok: 0, failed: 0, busyMs: 0 };
	const server = new Server({ id: 'a', workers: 3, queue: 2, speed: 1, weight: 1 }, 0, tally);
	const requests = Array.from({ length: 5 }, (_, id) => {
		const request = new Request();
		request.begin(id, '', 1, 0);
		return request;
	});
	const [a, b, c, d, e] = requests;
	if (!a || !b || !c || !d || !e) throw new Error('Five requests were made.');
	for (const request of [a, b, c]) {
		expect(server.idle).toBe(true);
		server.seat(request);
	}
	expect([server.idle, server.full]).toEqual([false, false]);
	server.enqueue(d);
	server.enqueue(e);
	expect(server.full).toBe(true);
	server.unseat(a);
	server.unseat(c);
	expect(server.serving).toEqual([b]);
	server.unseat(b);
	expect(server.serving).toEqual([]);
	expect([server.dequeue(), server.dequeue(), server.dequeue()]).toEqual([d, e, undefined]);
	expect(server.waiting).toBe(0);
	server.enqueue(a);
	expect(server.dequeue()).toBe(a);
});
