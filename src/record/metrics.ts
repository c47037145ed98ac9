import type { Millis, Result } from '#balancer/strategy.ts';
import { batchMeans } from './estimate/batch-means.ts';
import type { Estimate } from './estimate/estimate.ts';
import { Series } from './estimate/series.ts';
import type { Totals } from './estimate/figures.ts';
import { warmUpOf } from './estimate/warm-up.ts';
import type { Reason, TraceEvent } from './event.ts';
import { Histogram, percentileOf } from './histogram.ts';
import * as itsShare from './tallies.ts';
import { Tallies, type BackendTally } from './tallies.ts';

export type { BackendTally } from './tallies.ts';

/** One second of virtual time; percentiles over the answers of the last `span` seconds, NaN where there were none. */
export interface Window {
	/** The second's end. */
	readonly at: Millis;
	readonly sent: number;
	readonly ok: number;
	readonly failed: number;
	/** Of these the ones that were sent after the warm-up. */
	readonly countedOk: number;
	readonly countedFailed: number;
	/** Clients that came to a server without a session of theirs, with requests sent after the warm-up. */
	readonly missed: number;
	/** The most that one backend has got of all picks so far; NaN before the first. */
	readonly busiestShare: number;
	readonly p50: Millis;
	readonly p95: Millis;
	readonly p99: Millis;
	/** Answers behind the percentiles. */
	readonly n: number;
}

const second = 1000;
// Here and below: a field that is born as NaN may hold fractions at once. One that is born as a whole number would have each of
// its fractions allocated.
/** Seconds that a window's percentiles look back over. */
const span = 5;

/**
 * What a run amounts to. Percentiles are over every request sent after the warm-up and answered, well or not: a
 * failure ranks as "never", so that turning people away cannot make the slowest of the rest look fast.
 */
export class Metrics {
	readonly warmUpMs: Millis;
	readonly endMs: Millis;
	/** Requests sent, answered well and failed; all of them after the warm-up. */
	sent = 0;
	ok = 0;
	failed = 0;
	/** Second attempts that were sent before the first had ended. */
	hedges = 0;
	/** Worker time spent on what nobody waited for any more. */
	wastedMs: Millis = NaN;
	sessionMisses = 0;
	reads = 0;
	staleReads = 0;
	/** Failures by their reason. */
	readonly failures = new Map<Reason, number>();
	readonly backends = new Map<string, BackendTally>();
	readonly #tallies = new Tallies();
	#numbers = new Map<string, number>();
	readonly windows: Window[] = [];
	/** Of the seconds that are over. */
	#latencies = new Histogram();
	#latencySum = NaN;
	/** The latencies of all that went well, from the beginning on: how it settled is told by what came before it had. */
	#series = new Series();
	#waitSum = NaN;
	#waited = 0;
	#started = 0;
	/**
	 * What was told last by `at`. A fraction that is handed over in a call may have to be allocated,
	 * but where the call is so small as `at`, so that comes first: `metrics.at(now).countPick(backend)`.
	 */
	#at: Millis = NaN;
	#length: Millis = NaN;
	/** When something was heard last. */
	#now: Millis = NaN;
	#past: Slice[] = [];
	#current = new Slice();
	/** When the current second is over. */
	#windowEnd: Millis = NaN;
	#recent = new Histogram();
	/** Of all seconds, when somebody asks. */
	#all = new Histogram();

	/** Traffic stops at `endMs`, so rates are over `warmUpMs` to `endMs`, or to now while that is still to come. */
	constructor(warmUpMs: Millis = 0, endMs: Millis = Infinity) {
		this.warmUpMs = warmUpMs;
		this.endMs = endMs;
		this.#latencySum = this.#waitSum = this.wastedMs = this.#now = 0;
		this.#windowEnd = second;
	}

	get answered(): number {
		return this.ok + this.failed;
	}

	/** How many requests the percentiles rest on. */
	get n(): number {
		return this.answered;
	}

	/** Of the requests answered well; NaN when there are none. */
	get meanLatency(): Millis {
		return this.#latencySum / this.ok;
	}

	/** The same with its 95 % interval, from this one run; see `batchMeans` for when it says that it cannot know yet. */
	get meanInterval(): Estimate {
		return batchMeans(this.#series, this.#series.firstFrom(this.warmUpMs), this.meanLatency);
	}

	/** When the latency had settled, by MSER-5: a warm-up should last at least until then. Undefined: not yet, or it cannot be told. */
	get settledAt(): Millis | undefined {
		const cut = warmUpOf(this.#series.means());
		return cut === undefined || cut === 0 ? cut : this.#series.endOf(cut - 1);
	}

	/** What was counted so far: the difference between two of these is what a part of the run amounts to. */
	totals(): Totals {
		const latencies = new Histogram();
		latencies.add(this.#latencies);
		latencies.add(this.#current.latencies);
		return {
			ms: this.#seconds * second,
			ok: this.ok,
			failed: this.failed,
			latencySum: this.#latencySum,
			waitSum: this.#waitSum,
			started: this.#started,
			latencies
		};
	}

	/** Time in a server's queue of the requests that a worker took up. */
	get meanWait(): Millis {
		return this.#waitSum / this.#started;
	}

	/** Share of the requests a worker took up that had to wait for it. */
	get waitShare(): number {
		return this.#waited / this.#started;
	}

	/** Answers a second, well or not; NaN until the warm-up is over. */
	get throughput(): number {
		return this.answered / this.#seconds;
	}

	/** Answers a second that were what the client came for. */
	get goodput(): number {
		return this.ok / this.#seconds;
	}

	/** Seconds of counted traffic so far. */
	get #seconds(): number {
		return Math.max(0, Math.min(this.#now, this.endMs) - this.warmUpMs) / second;
	}

	/** The latency that a share `p` of all answered requests did not exceed; Infinity when more than 1 − p of them failed; NaN before any. */
	percentile(p: number): Millis {
		const all = this.#all;
		all.clear();
		all.add(this.#latencies);
		all.add(this.#current.latencies);
		return percentileOf(all, this.failed, p);
	}

	/** Virtual time has come to `at`: close the windows that are over. */
	passed(at: Millis): void {
		this.#at = at;
		this.#pass();
	}

	#pass(): void {
		this.#now = this.#at;
		if (this.#now >= this.#windowEnd) this.#closeWindows();
	}

	/** When what is counted next happens, and a length of time that belongs to it. */
	at(at: Millis, length = 0): this {
		this.#at = at;
		this.#length = length;
		return this;
	}

	/** A request was sent then. */
	countSend(): void {
		this.#pass();
		this.#current.sent++;
		if (this.#now >= this.warmUpMs) this.sent++;
	}

	/** A balancer decided then. `backend`: its number, here and below; see `numberOf`. */
	countPick(backend: number): void {
		this.#pass();
		this.#tallies.count(backend, itsShare.picked);
	}

	/** A worker took a request up that was sent then, and waited so long. */
	countStart(): void {
		if (this.#at < this.warmUpMs) return;
		this.#started++;
		this.#waitSum += this.#length;
		if (this.#length > 0) this.#waited++;
	}

	/** A worker was busy with a request for so long; in vain when nobody waited for it any more. */
	hearFinish(backend: number, busyMs: Millis, inVain: boolean): void {
		this.#tallies.countBusy(backend, busyMs);
		if (inVain) this.wastedMs += busyMs;
	}

	/** Worker time spent at a backend on requests that finished. */
	busyMsOf(backend: number): Millis {
		return this.#tallies.busyMsOf(backend);
	}

	/** The most that one backend has got of all picks, from the beginning on; NaN before the first. */
	get busiestShare(): number {
		return this.#tallies.busiestShare;
	}

	hearHedge(): void {
		this.hedges++;
	}

	/** A client came to a server that had no session of it, with a request sent at `sentAt`. */
	hearSessionMiss(at: Millis, sentAt: Millis): void {
		this.passed(at);
		if (sentAt < this.warmUpMs) return;
		this.sessionMisses++;
		this.#current.missed++;
	}

	hearRead(stale: boolean): void {
		this.reads++;
		if (stale) this.staleReads++;
	}

	/** An attempt ended, whether or not another follows. */
	hearEnd(backend: number, result: Result): void {
		this.#tallies.count(backend, result === 'ok' ? itsShare.ok : itsShare.failed);
	}

	/** An answer came then, with this latency. */
	countAnswer(result: Result, reason: Reason | undefined): void {
		const at = this.#at;
		const latency = this.#length;
		this.#pass();
		const isCounted = at - latency >= this.warmUpMs;
		if (result !== 'ok') {
			this.#hearFailure(reason ?? 'failed', isCounted);
			return;
		}
		this.#current.ok++;
		this.#series.add(latency, at);
		if (isCounted) {
			this.ok++;
			this.#latencySum += latency;
			this.#current.latencies.record(latency);
		} else this.#current.early.record(latency);
	}

	#hearFailure(why: Reason, isCounted: boolean): void {
		this.#current.failed++;
		if (!isCounted) return;
		this.#current.countedFailed++;
		this.failed++;
		this.failures.set(why, (this.failures.get(why) ?? 0) + 1);
	}

	/** The same from a stream of events: a recording, or a world that runs elsewhere. Of waiting, busy time and sessions it learns nothing. */
	hear(event: TraceEvent): void {
		if (event.kind === 'end') this.hearEnd(this.numberOf(event.backend), event.result);
		else if (event.kind === 'answer') {
			this.at(event.at, event.latency).countAnswer(event.result, event.reason);
		} else {
			this.at(event.at);
			if (event.kind === 'send') this.countSend();
			else if (event.kind === 'pick') this.countPick(this.numberOf(event.backend));
		}
	}

	/** By what number the backend is known here; it has an entry in `backends` from then on. */
	numberOf(backend: string): number {
		let number = this.#numbers.get(backend);
		if (number === undefined) {
			number = this.#tallies.add();
			this.#numbers.set(backend, number);
			this.backends.set(backend, this.#tallies.view(number));
		}
		return number;
	}

	/** The backend's entry in `backends`, made when it is first asked for. */
	tallyOf(backend: string): BackendTally {
		return this.#tallies.view(this.numberOf(backend));
	}

	#closeWindows(): void {
		while (this.#now >= this.#windowEnd) this.#closeWindow();
	}

	#closeWindow(): void {
		const { sent, ok, failed, countedFailed, missed, latencies } = this.#current;
		const countedOk = latencies.total;
		this.#latencies.add(this.#current.latencies);
		this.#past.push(this.#current);
		const oldest = this.#past.length > span ? this.#past.shift() : undefined;
		oldest?.clear();
		this.#current = oldest ?? new Slice();
		const recent = this.#recent;
		recent.clear();
		let lost = 0;
		for (const slice of this.#past) {
			recent.add(slice.latencies);
			recent.add(slice.early);
			lost += slice.failed;
		}
		const at = this.#windowEnd;
		this.#windowEnd += second;
		this.windows.push({
			at,
			sent,
			ok,
			failed,
			countedOk,
			countedFailed,
			missed,
			busiestShare: this.busiestShare,
			p50: percentileOf(recent, lost, 0.5),
			p95: percentileOf(recent, lost, 0.95),
			p99: percentileOf(recent, lost, 0.99),
			n: recent.total + lost
		});
	}
}

/** What one second brought. */
class Slice {
	sent = 0;
	ok = 0;
	failed = 0;
	countedFailed = 0;
	missed = 0;
	/** Of the requests sent after the warm-up, and before. */
	readonly latencies = new Histogram();
	readonly early = new Histogram();

	clear(): void {
		this.sent = 0;
		this.ok = 0;
		this.failed = 0;
		this.countedFailed = 0;
		this.missed = 0;
		this.latencies.clear();
		this.early.clear();
	}
}
