import type { Cluster } from '#balancer/cluster.ts';
import type { Backend, Millis } from '#balancer/strategy.ts';
import type { Clockwork } from './clockwork.ts';
import type { Gate } from './gate.ts';
import type { Scenario } from './scenario.ts';
import type { Server } from './server.ts';

/**
 * What balancers see of the servers instead of their own counts: how many requests are inside, for whomever, as it was
 * when they looked last (Mitzenmacher's bulletin board, How Useful Is Old Information?, 2000), and perhaps long ago, where
 * the news takes its time. What a balancer itself does in between is not on the board.
 */
export class Sights {
	/** By the server's number. */
	#board: number[] = [];
	#always: boolean;
	#delayMs: Millis;
	#clockwork: Clockwork;
	#gates: () => readonly Gate[];
	#serverOf: (backend: Backend) => Server;

	constructor(
		{ everyMs, delayMs }: Scenario['balancer'],
		clockwork: Clockwork,
		gates: () => readonly Gate[],
		serverOf: (backend: Backend) => Server
	) {
		this.#always = everyMs === 0;
		this.#delayMs = delayMs;
		this.#clockwork = clockwork;
		this.#gates = gates;
		this.#serverOf = serverOf;
		if (everyMs > 0)
			clockwork.every(
				everyMs,
				() => {
					this.look();
				},
				everyMs + delayMs
			);
	}

	/** Somebody is about to choose. */
	refresh(): void {
		if (this.#always) this.look();
	}

	/** Write down how things stand, and let every balancer see it, now or when the news has come. */
	look(): void {
		const board = this.#delayMs === 0 ? this.#board : [];
		for (const { cluster } of this.#gates())
			for (const backend of cluster.members) board[backend.number] = this.#serverOf(backend).inside;
		if (this.#delayMs === 0) {
			this.#show(board);
			return;
		}
		this.#clockwork.lookers++;
		this.#clockwork.later(this.#delayMs, () => {
			this.#clockwork.lookers--;
			this.#show(board);
		});
	}

	#show(board: number[]): void {
		this.#board = board;
		for (const { cluster } of this.#gates())
			for (const backend of cluster.members) cluster.tell(backend, this.#shown(backend));
		for (const gate of this.#gates()) gate.letIn();
	}

	/** Something is back from a server: those who wait at a gate may see room there. */
	left(): void {
		if (this.#always && this.#gates().some(({ waiting }) => waiting > 0)) this.look();
	}

	/** A cluster has counted a call there: its strategy goes on seeing the board. */
	counted(cluster: Cluster, backend: Backend): void {
		cluster.tell(backend, this.#shown(backend));
	}

	/** A cluster is about to count one less. */
	uncounting(cluster: Cluster, backend: Backend): void {
		cluster.tell(backend, this.#shown(backend) + 1);
	}

	#shown({ number }: Backend): number {
		return this.#board[number] ?? 0;
	}
}
