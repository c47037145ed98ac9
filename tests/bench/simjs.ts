import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import type { Done } from './workloads.ts';

/** The model of the bench as users of simjs write it; `file` is the package's sim.js, fetched for the bench. */
export function simjsRun(file: string, servers: number, requests: number, seed: number): Done {
	const { Sim, Entity, Facility, Random } = load(file);
	const random = new Random(seed);
	const workers = Array.from({ length: servers }, (_, index) => new Facility(`s${String(index)}`));
	const inside = workers.map(() => 0);
	const lot = (below: number): number => Math.floor(random.random() * below);
	const change = (server: number, by: number): void => {
		inside[server] = (inside[server] ?? 0) + by;
	};
	const shorter = (): number => {
		const first = lot(servers);
		const second = (first + 1 + lot(servers - 1)) % servers;
		return (inside[second] ?? 0) < (inside[first] ?? 0) ? second : first;
	};
	let sent = 0;
	let answered = 0;
	let sum = 0;
	class Traffic extends Entity {
		start(): void {
			this.setTimer(random.exponential(0.8 * servers)).done(() => {
				this.arrive();
			});
		}

		arrive(): void {
			const server = shorter();
			const at = this.time();
			change(server, 1);
			const worker = workers[server];
			if (worker === undefined) return;
			this.useFacility(worker, random.exponential(1)).done(() => {
				change(server, -1);
				answered++;
				sum += this.time() - at;
			});
			if (++sent < requests) this.start();
		}
	}
	const sim = new Sim();
	sim.addEntity(Traffic);
	sim.simulate(Infinity);
	return { requests: answered, mean: sum / answered };
}

/** What is used of it. */
interface Simjs {
	readonly Sim: new () => { addEntity(kind: new () => Thing): void; simulate(until: number): void };
	readonly Entity: new () => Thing;
	readonly Facility: new (name: string) => Facility;
	readonly Random: new (seed: number) => { random(): number; exponential(rate: number): number };
}

interface Thing {
	time(): number;
	setTimer(delay: number): Wish;
	useFacility(facility: Facility, duration: number): Wish;
}

interface Facility {
	readonly name: string;
}

interface Wish {
	done(happen: () => void): void;
}

/** It knows browsers only, and leaves itself in their window. */
function load(file: string): Simjs {
	const world = globalThis as unknown as { window: { Sim?: Simjs } };
	world.window = {};
	runInThisContext(readFileSync(file, 'utf8'), file);
	const { Sim } = world.window;
	if (Sim === undefined) throw new Error(`${file} is not the simjs that this bench knows.`);
	return Sim;
}
