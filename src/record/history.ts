import type { Millis } from '#balancer/strategy.ts';
import type { TraceEvent } from './event.ts';
import { isRefusal, type Scene } from './scene.ts';

/** One second of a run, for charts over time. */
export interface Second {
	/** The second's end. */
	readonly at: Millis;
	readonly sent: number;
	/** Answers by how they went: `refused` were turned away at a door, `failed` are all others without success. */
	readonly ok: number;
	readonly refused: number;
	readonly failed: number;
	/** Worker time spent on what nobody waited for any more. */
	readonly wastedMs: Millis;
	/** How servers stood at the second's end. */
	readonly servers: ReadonlyMap<string, Standing>;
}

export interface Standing {
	/** Picked and not ended, as the balancer counts them. */
	readonly inflight: number;
	readonly serving: number;
	readonly waiting: number;
	/** Workers that could take somebody up at once; 0 where nobody can look inside or the gate sends nothing. */
	readonly free: number;
}

const second = 1000;

/**
 * A run second by second, folded from its events. A second's end is how things stood before the first event past it,
 * so `hear` comes before the scene hears the same event.
 */
export class History {
	readonly seconds: Second[] = [];
	#scene: Scene;
	#wasted: () => Millis;
	#wastedBefore = 0;
	#wastedNow = 0;
	#end = second;
	#sent = 0;
	#ok = 0;
	#refused = 0;
	#failed = 0;

	/** `wasted` is the worker time spent in vain so far, where the world knows it. */
	constructor(scene: Scene, wasted: () => Millis = () => 0) {
		this.#scene = scene;
		this.#wasted = wasted;
	}

	/** One that knows the same of another scene, which is a copy of its own, and goes its own way from here. */
	copy(scene: Scene, wasted: () => Millis): History {
		const copy = new History(scene, wasted);
		copy.seconds.push(...this.seconds);
		copy.#wastedBefore = this.#wastedBefore;
		copy.#wastedNow = this.#wastedNow;
		copy.#end = this.#end;
		copy.#sent = this.#sent;
		copy.#ok = this.#ok;
		copy.#refused = this.#refused;
		copy.#failed = this.#failed;
		return copy;
	}

	hear(event: TraceEvent): void {
		this.passed(event.at);
		this.#wastedNow = this.#wasted();
		if (event.kind === 'send') this.#sent++;
		else if (event.kind === 'answer') {
			if (event.result === 'ok') this.#ok++;
			else if (event.reason !== undefined && isRefusal(event.reason)) this.#refused++;
			else this.#failed++;
		}
	}

	/** Time has come to `at`: close the seconds that are over. */
	passed(at: Millis): void {
		while (at >= this.#end) this.#close();
	}

	#close(): void {
		this.seconds.push({
			at: this.#end,
			sent: this.#sent,
			ok: this.#ok,
			refused: this.#refused,
			failed: this.#failed,
			wastedMs: this.#wastedNow - this.#wastedBefore,
			servers: new Map(
				this.#scene.servers
					.filter(({ site }) => site === undefined)
					.map(({ id, inflight, serving, waiting, machine, state, fault, leaving }) => [
						id,
						{
							inflight,
							serving: serving.length,
							waiting: waiting.length,
							free:
								machine === undefined ||
								state !== 'ready' ||
								leaving ||
								(fault !== 'none' && fault !== 'slow')
									? 0
									: Math.max(0, machine.workers - serving.length)
						}
					])
			)
		});
		this.#end += second;
		this.#wastedBefore = this.#wastedNow;
		this.#sent = this.#ok = this.#refused = this.#failed = 0;
	}
}
