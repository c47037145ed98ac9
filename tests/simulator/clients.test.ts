import { expect, test } from 'vitest';
import { randomWords } from '#balancer/random.ts';
import { Clients } from '#simulator/clients.ts';
import { readScenario } from '#simulator/scenario.ts';

const draws = 200_000;

function tallyOf(traffic: object, seed = 5): { clients: Clients; tally: Map<string, number> } {
	const scenario = readScenario({ servers: [{ id: 'a' }], traffic });
	const clients = new Clients(scenario.traffic, randomWords(seed));
	const tally = new Map<string, number>();
	for (let i = 0; i < draws; i++) {
		const key = clients.senderOf(i).address;
		tally.set(key, (tally.get(key) ?? 0) + 1);
	}
	return { clients, tally };
}

function expectShare(times: number | undefined, share: number): void {
	// Six standard errors of a binomial count.
	expect(Math.abs((times ?? 0) - draws * share)).toBeLessThan(
		6 * Math.sqrt(draws * share * (1 - share)) + 1e-9
	);
}

test('clients have addresses of their own, in networks of their own, and are equally busy', () => {
	const count = 500;
	const { clients, tally } = tallyOf({ clients: count });
	expect(tally.size).toBe(count);
	const networks = new Set([...tally.keys()].map((key) => key.split('.').slice(0, 3).join('.')));
	expect(networks.size).toBeGreaterThan(0.9 * count);
	for (const key of tally.keys()) {
		expect(key.split('.').every((part) => Number(part) >= 0 && Number(part) <= 255)).toBe(true);
	}
	for (let i = 0; i < count; i++) expectShare(tally.get(clients.client(i).address), 1 / count);
});

test('two hundred thousand clients have as many addresses', () => {
	const { traffic } = readScenario({ servers: [{ id: 'a' }], traffic: { clients: 200_000 } });
	const clients = new Clients(traffic, randomWords(1));
	const addresses = new Set<string>();
	for (let i = 0; i < 200_000; i++) addresses.add(clients.client(i).address);
	expect(addresses.size).toBe(200_000);
});

test('by Zipf’s law the k-th client sends in proportion to 1/k^s', () => {
	for (const zipf of [0.5, 1.2]) {
		const { clients, tally } = tallyOf({ clients: 50, zipf });
		const weights = Array.from({ length: 50 }, (_, i) => (i + 1) ** -zipf);
		const sum = weights.reduce((all, one) => all + one, 0);
		weights.forEach((weight, i) => {
			expectShare(tally.get(clients.client(i).address), weight / sum);
		});
	}
});

test('a giant sends its share of everything, and the others divide the rest as they would without it', () => {
	const { clients, tally } = tallyOf({ clients: 3, giant: 0.5 });
	expectShare(tally.get(clients.client(0).address), 0.5);
	expectShare(tally.get(clients.client(1).address), 0.25);
	expectShare(tally.get(clients.client(2).address), 0.25);
	const skewed = tallyOf({ clients: 4, giant: 0.7, zipf: 1 });
	[0.7, (0.3 * 6) / 11, (0.3 * 3) / 11, (0.3 * 2) / 11].forEach((share, i) => {
		expectShare(skewed.tally.get(skewed.clients.client(i).address), share);
	});
});

test('an office behind one address has as many sessions as people, equally busy, and the others one each', () => {
	const scenario = readScenario({
		servers: [{ id: 'a' }],
		traffic: { clients: 3, giant: 0.5, giantSessions: 10 }
	});
	const clients = new Clients(scenario.traffic, randomWords(5));
	const sessions = new Map<string, Map<string, number>>();
	for (let i = 0; i < draws; i++) {
		const { address, session } = clients.senderOf(i);
		const tally = sessions.get(address) ?? new Map<string, number>();
		tally.set(session, (tally.get(session) ?? 0) + 1);
		sessions.set(address, tally);
	}
	expect([...sessions.values()].map(({ size }) => size).toSorted((a, b) => a - b)).toEqual([1, 1, 10]);
	for (const times of sessions.get(clients.client(0).address)?.values() ?? []) expectShare(times, 0.05);
});

test('one client alone sends everything, giant or not', () => {
	for (const giant of [0, 0.4, 1]) expect(tallyOf({ clients: 1, giant }).tally.size).toBe(1);
});

test('an arrival has the same sender whoever was asked for before', () => {
	const { traffic } = readScenario({ servers: [{ id: 'a' }], traffic: { zipf: 1, giant: 0.3 } });
	const one = new Clients(traffic, randomWords(5));
	const other = new Clients(traffic, randomWords(5));
	const forwards = Array.from({ length: 1000 }, (_, arrival) => one.senderOf(arrival));
	for (let arrival = 999; arrival >= 0; arrival -= 7)
		expect(other.senderOf(arrival)).toEqual(forwards[arrival]);
});
