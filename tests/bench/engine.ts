import { randomStream } from '#balancer/random.ts';
import { readScenario } from '#simulator/scenario.ts';
import { simulate } from '#simulator/simulate.ts';

const load = 0.8;
const requests = 300_000;
const rounds = 7;

/**
 * Simulated requests a CPU-second: n single-worker servers at 80 % load, Poisson arrivals, exponential work and two
 * choices. Beside it the same model as one writes it in an afternoon, an object and a closure for each event on a
 * binary heap, in turn with the engine so that both meet the same machine.
 */
export async function benchEngine(): Promise<string[]> {
	const lines = ['servers  engine, requests/s  afternoon, requests/s  ratio'];
	for (const servers of [1, 10, 100]) {
		const engines: number[] = [];
		const peers: number[] = [];
		const ratios: number[] = [];
		for (let round = 0; round <= rounds; round++) {
			const engine = rateOf(() => engineRun(servers, round + 1));
			const peer = rateOf(() => afternoonRun(servers, round + 1));
			// The first round is for the compiler.
			if (round === 0) continue;
			engines.push(engine);
			peers.push(peer);
			ratios.push(engine / peer);
			// Let timers and signals through.
			await new Promise((resolve) => setImmediate(resolve));
		}
		const cells = [
			String(servers).padStart(7),
			thousands(median(engines)).padStart(18),
			thousands(median(peers)).padStart(21),
			`${median(ratios).toFixed(2)}x`.padStart(5)
		];
		lines.push(cells.join('  '));
	}
	return lines;
}

/** Requests a CPU-second of one run, which says how many requests it simulated. */
function rateOf(run: () => Run): number {
	const before = process.cpuUsage();
	const { answered, meanLatency, servers } = run();
	const { user, system } = process.cpuUsage(before);
	// A figure for work that was not done, or done wrong, is worth nothing.
	const least = 0.99 * requests;
	const most = servers === 1 ? 7 : 3.5;
	if (answered < least || meanLatency < 1 || meanLatency > most) {
		throw new Error(`The run went wrong: ${String(answered)} answers, mean ${String(meanLatency)} ms.`);
	}
	return answered / ((user + system) / 1e6);
}

interface Run {
	readonly servers: number;
	readonly answered: number;
	readonly meanLatency: number;
}

function engineRun(servers: number, seed: number): Run {
	const perMs = servers * load;
	const scenario = readScenario({
		strategy: { name: 'two-choices' },
		traffic: { perSecond: 1000 * perMs },
		work: { meanMs: 1 },
		servers: Array.from({ length: servers }, (_, index) => ({ id: `s${String(index)}`, queue: 100_000 })),
		durationMs: requests / perMs
	});
	const { metrics } = simulate(scenario, seed);
	return { servers, answered: metrics.answered, meanLatency: metrics.meanLatency };
}

/** The peer: clear, idiomatic and made for this one question. */
function afternoonRun(servers: number, seed: number): Run {
	const random = randomStream(seed, 'afternoon');
	const exponential = (mean: number): number => -Math.log(1 - random()) * mean;
	const heap = new Heap();
	const queues: number[][] = Array.from({ length: servers }, () => []);
	const gap = 1 / (servers * load);
	const end = requests * gap;
	const latencies: number[] = [];
	let now = 0;
	const after = (delay: number, happen: () => void): void => {
		heap.push({ at: now + delay, happen });
	};
	const serve = (queue: number[]): void => {
		after(exponential(1), () => {
			latencies.push(now - (queue.shift() ?? NaN));
			if (queue.length > 0) serve(queue);
		});
	};
	const shorter = (): number[] => {
		const first = Math.floor(random() * servers);
		const second = servers === 1 ? first : (first + 1 + Math.floor(random() * (servers - 1))) % servers;
		const [a = [], b = []] = [queues[first], queues[second]];
		return b.length < a.length ? b : a;
	};
	const arrive = (): void => {
		const queue = shorter();
		queue.push(now);
		if (queue.length === 1) serve(queue);
		const delay = exponential(gap);
		if (now + delay <= end) after(delay, arrive);
	};
	after(exponential(gap), arrive);
	for (let event = heap.pop(); event !== undefined; event = heap.pop()) {
		now = event.at;
		event.happen();
	}
	const sum = latencies.reduce((total, latency) => total + latency, 0);
	return { servers, answered: latencies.length, meanLatency: sum / latencies.length };
}

interface Happening {
	readonly at: number;
	readonly happen: () => void;
}

/** A plain binary heap of events. */
class Heap {
	#events: Happening[] = [];

	push(event: Happening): void {
		const events = this.#events;
		let place = events.push(event) - 1;
		while (place > 0) {
			const up = (place - 1) >> 1;
			const parent = events[up];
			if (parent === undefined || parent.at <= event.at) break;
			events[place] = parent;
			place = up;
		}
		events[place] = event;
	}

	pop(): Happening | undefined {
		const events = this.#events;
		const first = events[0];
		const last = events.pop();
		if (last === undefined || events.length === 0) return first;
		let place = 0;
		for (;;) {
			let down = 2 * place + 1;
			let child = events[down];
			if (child === undefined) break;
			const other = events[down + 1];
			if (other !== undefined && other.at < child.at) {
				child = other;
				down++;
			}
			if (last.at <= child.at) break;
			events[place] = child;
			place = down;
		}
		events[place] = last;
		return first;
	}
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const thousands = (value: number): string => Math.round(value).toLocaleString('en');
