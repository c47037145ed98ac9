import { follow, type LiveStatus } from '#bridge/live.ts';
import { Retelling } from '#bridge/retelling.ts';
import type { StrategyChoice } from '#record/choice.ts';
import { Histogram } from '#record/histogram.ts';
import type { LiveFigures, LiveMessage } from '#record/live.ts';
import { Witness } from '#record/witness.ts';
import type { Point } from '#view/chart/series.ts';

/** Every way on the stage takes so long, so that an eye can follow it. */
export const hopMs = 160;
/** Frames come every 50 ms, so the picture stays that much behind and never has to wait for one. */
const behindMs = 100;
/** What the charts look back over. */
const chartSeconds = 60;

/** One second of a running proxy. */
interface Second {
	readonly at: number;
	readonly over: number;
	readonly failed: number;
	/** Over the requests that were followed. */
	readonly p50: number;
	readonly p99: number;
	readonly n: number;
}

/** A running proxy as the page sees it: what its feed says, retold for the stage and summed up for the charts. */
export class Live {
	status = $state<LiveStatus>('connecting');
	/** Raised whenever there is something new to draw. */
	frame = $state(0);
	/** The instant that is drawn. */
	at = $state(0);
	figures = $state.raw<LiveFigures>();
	strategy = $state.raw<StrategyChoice>({ name: 'round-robin', knobs: {} });
	witness = $state.raw(new Witness());
	seconds = $state.raw<readonly Second[]>([]);
	/** Of the requests of the last second, how many are drawn: 1 is all. */
	share = $state(1);
	/** Why the latest pick that was followed fell on whom it did. */
	because = $state<string | undefined>();
	#retelling = new Retelling(hopMs);
	#stop: () => void;
	#request: number | undefined;
	/** The feed's clock at a moment of this page's. */
	#heardAt = 0;
	#heardAtPage = 0;
	#drawn = 0;
	#latencies = new Histogram();
	#second: { readonly at: number; readonly over: number; readonly failed: number } | undefined;
	#followed = 0;
	#left = 0;

	constructor() {
		this.#stop = follow(this.#hear, (status) => {
			this.status = status;
		});
		this.#request = requestAnimationFrame(this.#tick);
	}

	close(): void {
		this.#stop();
		if (this.#request !== undefined) cancelAnimationFrame(this.#request);
	}

	#hear = (message: LiveMessage): void => {
		this.status = 'live';
		if (message.kind === 'snapshot') {
			this.#retelling = new Retelling(hopMs);
			this.witness = new Witness();
			this.strategy = message.strategy;
			this.#second = undefined;
			// Another proxy than before: its clock has begun anew, and so does what is drawn over it.
			if (message.at < this.#heardAt) {
				this.seconds = [];
				this.#drawn = 0;
				this.because = undefined;
			}
			for (const event of message.events) this.witness.hear(event);
		} else {
			this.#left += message.left;
			for (const event of message.events) {
				if (event.kind === 'send') this.#followed++;
				if (event.kind === 'answer' && event.result === 'ok') this.#latencies.record(event.latency);
				if (event.kind === 'pick' && event.because !== undefined) this.because = event.because.says;
				if (event.kind === 'strategy') {
					this.strategy = { name: event.name, knobs: event.knobs } as StrategyChoice;
					this.because = undefined;
				}
				this.#retelling.hear(event);
			}
		}
		this.figures = message;
		this.#heardAt = message.at;
		this.#heardAtPage = performance.now();
		this.#sumUp(message);
	};

	#tick = (now: number): void => {
		this.#request = requestAnimationFrame(this.#tick);
		const { figures } = this;
		if (figures === undefined || (this.status !== 'live' && now - this.#heardAtPage > 2000)) return;
		// Never back, whatever the two clocks do.
		this.#drawn = Math.max(this.#drawn, this.#heardAt + (now - this.#heardAtPage) - behindMs);
		if (this.#drawn > this.#heardAt + 5000) this.#drawn = this.#heardAt;
		this.#retelling.tell(this.#drawn, (event) => {
			this.witness.hear(event);
		});
		// The picture shows a sample, late; what stands on it in numbers is exact.
		for (const { id, inflight, over, failed } of figures.backends) {
			const server = this.witness.scene.server(id);
			if (server === undefined) continue;
			server.inflight = inflight;
			server.picked = over + inflight;
			server.ok = over - failed;
			server.failed = failed;
		}
		this.at = this.#drawn;
		this.frame++;
	};

	#sumUp({ at, totals: { over, failed } }: LiveFigures): void {
		const since = this.#second;
		if (since !== undefined && at - since.at < 1000) return;
		this.#second = { at, over, failed };
		if (since === undefined) return;
		const span = (at - since.at) / 1000;
		const n = this.#latencies.total;
		this.seconds = [
			...this.seconds.slice(1 - chartSeconds),
			{
				at,
				over: (over - since.over) / span,
				failed: (failed - since.failed) / span,
				p50: n === 0 ? NaN : this.#latencies.valueAt(n / 2),
				p99: n === 0 ? NaN : this.#latencies.valueAt(n * 0.99),
				n
			}
		];
		const came = this.#followed + this.#left;
		this.share = came === 0 ? 1 : this.#followed / came;
		this.#latencies.clear();
		this.#followed = 0;
		this.#left = 0;
	}

	points(figure: 'over' | 'failed' | 'p50' | 'p99'): Point[] {
		return this.seconds.map((second) => ({
			at: second.at,
			value: second[figure],
			...(figure.startsWith('p') && { n: second.n })
		}));
	}
}
