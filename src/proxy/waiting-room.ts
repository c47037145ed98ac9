import type { ClusterChange } from '#balancer/cluster.ts';
import { Reception } from '#balancer/reception.ts';
import type { Millis, Strategy } from '#balancer/strategy.ts';
import { receptionRules, type HostRules } from '#record/rules.ts';
import type { Attempt } from './attempt.ts';

/** A reception in real time: whoever waits gives up, and whoever was left out is back, even if nobody comes or goes. */
export class WaitingRoom {
	readonly reception: Reception<Attempt>;
	#now: () => Millis;
	/** When somebody looks next, if that is planned. */
	#due = Infinity;

	constructor(
		strategy: Strategy,
		rules: HostRules,
		onChange: (change: ClusterChange) => void,
		now: () => Millis
	) {
		this.#now = now;
		const heard = (change: ClusterChange): void => {
			onChange(change);
			// It is to be back in time even if nobody asks meanwhile.
			if (change.change === 'ejected') this.watch();
		};
		this.reception = new Reception<Attempt>(strategy, receptionRules(rules, heard), {
			admit: (attempt, backend, at) => {
				attempt.admitted(backend, at);
			},
			replace: (attempt) => {
				attempt.placeAgain();
			}
		});
	}

	/** Nobody waits here any more: these did. */
	empty(): Attempt[] {
		const waiting: Attempt[] = [];
		for (
			let next = this.reception.expire(Infinity);
			next !== undefined;
			next = this.reception.expire(Infinity)
		)
			waiting.push(next);
		return waiting;
	}

	/** Somebody has begun to wait, or is left out for a while: look again when it is time to. */
	watch(): void {
		const { reception } = this;
		// Where nothing comes or goes, time alone may make room: an ejection ends, a limit grows.
		const soonest = Math.min(reception.due, reception.cluster.due);
		if (soonest >= this.#due) return;
		this.#due = soonest;
		const wait = Math.max(0, soonest - this.#now());
		setTimeout(() => {
			// A sooner one has been planned since, and has looked.
			if (this.#due !== soonest) return;
			this.#due = Infinity;
			reception.cluster.pass(this.#now());
			for (let late = reception.expire(this.#now()); late !== undefined; late = reception.expire(this.#now()))
				late.gaveUp();
			this.watch();
		}, wait).unref();
	}
}
