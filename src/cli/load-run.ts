import { Agent, request, type IncomingMessage } from 'node:http';
import { Histogram } from '#record/histogram.ts';

export interface LoadOptions {
	/** Milliseconds to the next request; undefined: users wait for their answers instead. */
	readonly gap: (() => number) | undefined;
	readonly users: number;
	/** Milliseconds a user thinks. */
	readonly think: number;
	readonly duration: number;
	readonly requests?: number;
	/** Addresses 127.0.0.1 and on. */
	readonly clients: number;
	readonly method: string;
	readonly timeout: number;
}

/** Latencies in milliseconds, null where nothing was measured; of all that were answered, well or not. */
export interface LoadReport {
	readonly url: string;
	readonly seconds: number;
	readonly sent: number;
	readonly answered: number;
	/** Answered with 5xx, or not at all. */
	readonly failed: number;
	readonly inflight: number;
	/** Answers a second. */
	readonly perSecond: number;
	readonly latency: Readonly<Record<'mean' | 'p50' | 'p90' | 'p99' | 'p999' | 'max', number | null>>;
	readonly statuses: Readonly<Record<string, number>>;
	/** By the backend that X-Served-By names. */
	readonly servedBy: Readonly<Record<string, number>>;
	readonly errors: Readonly<Record<string, number>>;
	/** Milliseconds by which the latest request left after it was due. */
	readonly late: number;
}

/**
 * One run of load. In an open loop each request has the instant at which it is due from the arrivals alone, and its
 * latency counts from there: were it counted from when it really left, waits that a stalled server causes would vanish.
 */
export class LoadRun {
	#url: URL;
	#options: LoadOptions;
	#agents: Agent[];
	#latencies = new Histogram();
	#sum = 0;
	#max = 0;
	#sent = 0;
	#answered = 0;
	#failed = 0;
	#late = 0;
	#inflight = 0;
	#statuses = new Map<string, number>();
	#servedBy = new Map<string, number>();
	#errors = new Map<string, number>();
	#began = 0;
	#ended: number | undefined;
	#stopped = false;
	#idle: (() => void) | undefined;
	#sleepers = new Set<() => void>();

	constructor(url: URL, options: LoadOptions) {
		this.#url = url;
		this.#options = options;
		this.#agents = Array.from(
			{ length: options.clients },
			() => new Agent({ keepAlive: true, scheduling: 'lifo' })
		);
	}

	/** Send until the time is over, then wait for the answers. */
	async run(): Promise<void> {
		const { gap, users } = this.#options;
		this.#began = performance.now();
		const over = setTimeout(() => {
			this.stop();
		}, this.#options.duration);
		if (gap === undefined) await Promise.all(Array.from({ length: users }, () => this.#user()));
		else await this.#arrivals(gap);
		clearTimeout(over);
		if (this.#inflight > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
		this.#ended = performance.now();
		for (const agent of this.#agents) agent.destroy();
	}

	/** Send no more; those that are out are waited for. */
	stop(): void {
		this.#stopped = true;
		for (const wake of this.#sleepers) wake();
	}

	report(): LoadReport {
		const seconds = ((this.#ended ?? performance.now()) - this.#began) / 1000;
		const { total } = this.#latencies;
		const at = (share: number): number | null =>
			total === 0 ? null : Math.min(this.#max, this.#latencies.valueAt(Math.ceil(total * share)));
		return {
			url: this.#url.href,
			seconds,
			sent: this.#sent,
			answered: this.#answered,
			failed: this.#failed,
			inflight: this.#inflight,
			perSecond: seconds > 0 ? this.#answered / seconds : 0,
			latency: {
				mean: total === 0 ? null : this.#sum / total,
				p50: at(0.5),
				p90: at(0.9),
				p99: at(0.99),
				p999: at(0.999),
				max: total === 0 ? null : this.#max
			},
			statuses: Object.fromEntries(this.#statuses),
			servedBy: Object.fromEntries(this.#servedBy),
			errors: Object.fromEntries(this.#errors),
			late: this.#late
		};
	}

	#isEnough(): boolean {
		return this.#stopped || this.#sent >= (this.#options.requests ?? Infinity);
	}

	async #arrivals(gap: () => number): Promise<void> {
		let due = performance.now() + gap();
		while (!this.#isEnough()) {
			const wait = due - performance.now();
			// A timer is a millisecond late at best, so all that are due by now leave together.
			if (wait > 0) await this.#sleep(wait);
			while (!this.#isEnough() && due <= performance.now()) {
				void this.#send(due);
				due += gap();
			}
		}
	}

	async #user(): Promise<void> {
		while (!this.#isEnough()) {
			await this.#send(performance.now());
			if (this.#options.think > 0 && !this.#isEnough()) await this.#sleep(this.#options.think);
		}
	}

	/** Shorter when it is stopped meanwhile. */
	#sleep(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const wake = (): void => {
				clearTimeout(timer);
				this.#sleepers.delete(wake);
				resolve();
			};
			const timer = setTimeout(wake, ms);
			this.#sleepers.add(wake);
		});
	}

	#send(due: number): Promise<void> {
		const client = this.#sent++ % this.#agents.length;
		this.#late = Math.max(this.#late, performance.now() - due);
		this.#inflight++;
		return new Promise((resolve) => {
			let over = false;
			const end = (failure: string | undefined): void => {
				if (over) return;
				over = true;
				this.#inflight--;
				if (failure !== undefined) {
					this.#failed++;
					count(this.#errors, failure);
				}
				if (this.#inflight === 0) this.#idle?.();
				resolve();
			};
			const asked = request(
				this.#url,
				{
					agent: this.#agents[client],
					method: this.#options.method,
					...(this.#agents.length > 1 && { localAddress: addressOf(client) })
				},
				(answer) => {
					answer.resume();
					answer.on('end', () => {
						if (!over) this.#hear(answer, performance.now() - due);
						end(undefined);
					});
					answer.on('error', () => {
						end('cut short');
					});
					answer.on('aborted', () => {
						end('cut short');
					});
				}
			);
			asked.setTimeout(this.#options.timeout, () => {
				end('timeout');
				asked.destroy();
			});
			asked.on('error', ({ code = 'failed' }: NodeJS.ErrnoException) => {
				end(code);
			});
			asked.end();
		});
	}

	#hear({ statusCode = 0, headers }: IncomingMessage, latency: number): void {
		this.#answered++;
		if (statusCode >= 500) this.#failed++;
		count(this.#statuses, String(statusCode));
		const by = headers['x-served-by'];
		if (typeof by === 'string') count(this.#servedBy, by);
		this.#latencies.record(latency);
		this.#sum += latency;
		this.#max = Math.max(this.#max, latency);
	}
}

function count(counts: Map<string, number>, name: string): void {
	counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** 127.0.0.1, 127.0.0.2 … 127.0.1.1 …: all of them are this machine. */
function addressOf(client: number): string {
	return `127.0.${String(Math.floor(client / 250))}.${String((client % 250) + 1)}`;
}
