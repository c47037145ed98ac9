import type { ServerResponse } from 'node:http';
import type { Member } from '#balancer/member.ts';
import type { TraceEvent } from '#record/event.ts';
import type { LiveFrame, LiveMessage, LiveSnapshot } from '#record/live.ts';
import type { Counters } from './counters.ts';
import type { Proxy } from './server.ts';
import { figuresOf, stateOf, type Machines } from './state.ts';

/** A frame every so often, with no more new requests than an eye can follow. */
const frameMs = 50;
const mostNew = 25;
/** Frames kept for a reader who comes back: 15 s of them. */
const kept = 300;
const mostReaders = 16;
const heartbeatMs = 15_000;

/**
 * Tells readers what happens, as server-sent events: a snapshot, then frames. Of many requests only some are followed, and
 * each frame says how many were not; its figures are exact. A slow reader loses frames, never memory: it gets a snapshot
 * when it can take one. Where nobody reads nothing is made.
 */
export class LiveFeed {
	#proxy: Proxy;
	#counters: Counters;
	#machines: Machines;
	#readers = new Map<ServerResponse, { behind: boolean }>();
	#stop: (() => void) | undefined;
	#timer: NodeJS.Timeout | undefined;
	#beat: NodeJS.Timeout | undefined;
	#followed = new Set<number>();
	#events: TraceEvent[] = [];
	#new = 0;
	#left = 0;
	/** Beyond all of a proxy that was here before: whoever heard that one is to have a snapshot of this. */
	#id = Date.now();
	#last: (readonly [id: number, text: string])[] = [];
	/** When the last reader left; frames go on for a while, in case it comes back. */
	#aloneSince = 0;

	constructor(proxy: Proxy, counters: Counters, machines: Machines) {
		this.#proxy = proxy;
		this.#counters = counters;
		this.#machines = machines;
	}

	get readers(): number {
		return this.#readers.size;
	}

	/** Answer a reader; `lastId` is the last it has had. False: there are too many already. */
	open(res: ServerResponse, lastId: string | undefined): boolean {
		if (this.#readers.size >= mostReaders) return false;
		res.writeHead(200, {
			'Content-Type': 'text/event-stream',
			'Cache-Control': 'no-store',
			'X-Content-Type-Options': 'nosniff'
		});
		res.write('retry: 1000\n\n');
		this.#start();
		const missed = this.#since(lastId);
		res.write(missed ?? messageText(this.#id, this.#snapshot()));
		this.#readers.set(res, { behind: false });
		res.on('close', () => {
			this.#readers.delete(res);
			this.#aloneSince = performance.now();
		});
		return true;
	}

	/** Ends all readers. */
	close(): void {
		for (const res of this.#readers.keys()) res.end();
		this.#pause();
	}

	#start(): void {
		if (this.#stop !== undefined) return;
		this.#stop = this.#proxy.follow({ ear: this.#hear, wants: this.#wants });
		this.#timer = setInterval(this.#frame, frameMs).unref();
		this.#beat = setInterval(() => {
			for (const res of this.#readers.keys()) if (!res.writableNeedDrain) res.write(': beat\n\n');
		}, heartbeatMs).unref();
	}

	#pause(): void {
		this.#stop?.();
		this.#stop = undefined;
		clearInterval(this.#timer);
		clearInterval(this.#beat);
		this.#followed.clear();
		this.#events = [];
		this.#last = [];
		// Whoever still has an id of before must not take the next frames for those that follow it.
		this.#id += kept;
	}

	#wants = (): boolean => {
		if (this.#new++ < mostNew) return true;
		this.#left++;
		return false;
	};

	#hear = (event: TraceEvent): void => {
		if (!('id' in event)) {
			this.#events.push(event);
			return;
		}
		if (event.kind === 'send') this.#followed.add(event.id);
		else if (!this.#followed.has(event.id)) return;
		this.#events.push(event);
		if (event.kind === 'answer') this.#followed.delete(event.id);
	};

	#frame = (): void => {
		if (this.#readers.size === 0 && performance.now() - this.#aloneSince > heartbeatMs) {
			this.#pause();
			return;
		}
		const frame: LiveFrame = {
			kind: 'frame',
			...figuresOf(this.#proxy, this.#counters, this.#machines),
			events: this.#events,
			left: this.#left
		};
		this.#events = [];
		this.#new = 0;
		this.#left = 0;
		const text = messageText(++this.#id, frame);
		this.#last.push([this.#id, text]);
		if (this.#last.length > kept) this.#last.shift();
		let snapshot: string | undefined;
		for (const [res, reader] of this.#readers) {
			if (res.writableNeedDrain) reader.behind = true;
			else if (reader.behind) {
				reader.behind = false;
				res.write((snapshot ??= messageText(this.#id, this.#snapshot())));
			} else res.write(text);
		}
	};

	/** What a reader has missed; undefined where that is not known any more. */
	#since(lastId: string | undefined): string | undefined {
		const last = /^\d{1,15}$/.test(lastId ?? '') ? Number(lastId) : -1;
		const first = this.#last[0]?.[0];
		if (first === undefined || last < first - 1 || last > this.#id) return undefined;
		return this.#last
			.filter(([id]) => id > last)
			.map(([, text]) => text)
			.join('');
	}

	#snapshot(): LiveSnapshot {
		const { strategy, seed = 1 } = this.#proxy.rules;
		const at = this.#proxy.now();
		const events: TraceEvent[] = [{ kind: 'strategy', at, name: strategy.name, knobs: strategy.knobs, seed }];
		for (const member of this.#proxy.cluster.members) {
			const { id, limit, fullWeight, backup } = member as Member;
			events.push({
				kind: 'backend',
				at,
				backend: id,
				change: 'added',
				value: fullWeight,
				...(limit < Infinity && { limit }),
				...(backup && { backup })
			});
			const state = stateOf(member);
			if (state !== 'ready') events.push({ kind: 'backend', at, backend: id, change: state });
		}
		return {
			kind: 'snapshot',
			...figuresOf(this.#proxy, this.#counters, this.#machines),
			strategy,
			events
		};
	}
}

function messageText(id: number, message: LiveMessage): string {
	return `id: ${String(id)}\ndata: ${JSON.stringify(message)}\n\n`;
}
