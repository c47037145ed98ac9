import { randomWords, type Words } from '#balancer/random.ts';
import type { Backend, Millis } from '#balancer/strategy.ts';
import { backendFacts } from '#record/rules.ts';
import type { Yard } from './autoscaler.ts';
import type { Gate } from './gate.ts';
import type { Scenario, ServerSpec } from './scenario.ts';
import { Server, type Surroundings } from './server.ts';
import type { Sights } from './sights.ts';
import { announcement } from './voice.ts';
import { OneEach, Sharing, type Workers } from './workers.ts';

/** What a fleet is part of. */
export interface Harbour extends Surroundings {
	readonly scenario: Scenario;
	readonly seed: number;
	readonly gates: readonly Gate[];
	readonly sights: Sights | undefined;
}

/** All machines there ever were: those at work or on their way out, and those that are gone. */
export class Fleet implements Yard {
	/** By number. */
	readonly every: Server[] = [];
	/** By name, in the order of building. */
	readonly byId = new Map<string, Server>();
	#world: Harbour;
	#workersOf: (server: Server) => Workers;

	constructor(world: Harbour) {
		this.#world = world;
		const { clockwork, attempts } = world;
		const oneEach = new OneEach(clockwork, attempts);
		this.#workersOf = (server) =>
			server.spec.discipline === 'fcfs' ? oneEach : new Sharing(clockwork, attempts, server);
	}

	get scenario(): Scenario {
		return this.#world.scenario;
	}

	/** Those that are not gone, in the order of building. */
	get servers(): readonly Server[] {
		return this.every.filter(({ goneAt }) => goneAt === Infinity);
	}

	/** A gate's record of a server has the server's number, from 1. */
	of({ number }: Backend): Server {
		return this.at(number - 1);
	}

	/** By number, from 0. */
	at(number: number): Server {
		const server = this.every[number];
		if (server === undefined)
			throw new RangeError(`There is no server number ${String(number + 1)} in this run.`);
		return server;
	}

	named(id: string): Server {
		const server = this.byId.get(id);
		if (server === undefined) throw new RangeError(`There is no server "${id}" in this run.`);
		return server;
	}

	/** Whether one of this name is there and not on its way out. */
	has(id: string): boolean {
		return this.byId.get(id)?.goneAt === Infinity;
	}

	build(spec: ServerSpec): void {
		const world = this.#world;
		const number = this.every.length;
		const tally = world.metrics.numberOf(spec.id);
		const random = (): Words => randomWords(world.seed, 'server', spec.id);
		const server = new Server(spec, number, tally, world, this.#workersOf, random);
		this.every.push(server);
		this.byId.set(spec.id, server);
		for (const { cluster } of world.gates)
			cluster.add(spec.id, { ...backendFacts(spec), number: number + 1 }, world.clockwork.now);
		world.sights?.look();
	}

	/** It ends what it has and takes no more. */
	retire(id: string): void {
		const { gates, clockwork } = this.#world;
		this.named(id).goneAt = clockwork.now;
		for (const { cluster } of gates) cluster.remove(id, clockwork.now);
	}

	/** One is to come. */
	order(spec: ServerSpec, inMs: Millis): void {
		const { voice, clockwork } = this.#world;
		voice.tell(announcement(clockwork.now, spec, inMs));
	}

	/** One was ordered, and will not come. */
	callOff(id: string): void {
		const { voice, clockwork } = this.#world;
		voice.tell({ kind: 'backend', at: clockwork.now, backend: id, change: 'called-off' });
	}
}
