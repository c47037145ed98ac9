import type { Ear, TraceEvent } from '#record/event.ts';
import { eventLine } from '#record/event-line.ts';
import { InputError } from '#record/input.ts';
import { headerLine } from '#record/recording.ts';
import { HostRulesSchema } from '#record/rules.ts';
import { defaultRules, type Proxy } from './server.ts';

/** What a page is told of a recording. */
export interface RecordingState {
	readonly recording: boolean;
	/** Requests in it. */
	readonly requests: number;
	/** Why it ended by itself; empty otherwise. */
	readonly ended: string;
}

/** More is not kept in memory. */
const mostCharacters = 32 << 20;

/**
 * Records a running proxy from the middle of things, so that it replays: the strategy and all counts begin anew for the
 * requests that come from here on, and those under way end where they were counted.
 */
export class SessionRecorder {
	#proxy: Proxy;
	#lines: string[] = [];
	#size = 0;
	/** Requests that were sent since, and how many attempts each had had before. */
	#known = new Map<number, number>();
	#requests = 0;
	#stop: (() => void) | undefined;
	#ended = '';

	constructor(proxy: Proxy) {
		this.#proxy = proxy;
	}

	get state(): RecordingState {
		return { recording: this.#stop !== undefined, requests: this.#requests, ended: this.#ended };
	}

	/** The recording so far; undefined where there was none. */
	get text(): string | undefined {
		return this.#lines.length === 0 ? undefined : `${this.#lines.join('\n')}\n`;
	}

	/** Forget the one before and begin another. @throws InputError while requests wait. */
	start(): void {
		if (this.#stop !== undefined) return;
		if (this.#proxy.waiting > 0)
			throw new InputError('Requests wait for a backend with room now: record when none does.');
		const { strategy, seed = 1, rules = defaultRules } = this.#proxy.rules;
		this.#lines = [headerLine({ strategy, seed, rules: HostRulesSchema.parse(rules) })];
		this.#size = 0;
		this.#known.clear();
		this.#requests = 0;
		this.#ended = '';
		let told = false;
		this.#stop = this.#proxy.beginAnew((event) => {
			// Those that leave the old record are no news for the new one.
			if (event.kind === 'backend' && event.change === 'added') told = true;
			if (told) this.#hear(event);
		});
	}

	stop(): void {
		this.#stop?.();
		this.#stop = undefined;
		this.#known.clear();
	}

	#hear: Ear = (event) => {
		if (!('id' in event)) this.#write(event);
		else if (event.kind === 'send') {
			this.#known.set(event.id, 0);
			this.#requests++;
			this.#write(event);
		} else this.#hearRequest(event);
	};

	#hearRequest(event: Extract<TraceEvent, { id: number }>): void {
		let before = this.#known.get(event.id);
		if (before === undefined) {
			// One that began earlier is tried again: here it is a request of its own.
			if (event.kind !== 'pick') return;
			before = event.attempt;
			this.#known.set(event.id, before);
			this.#requests++;
			this.#write({ kind: 'send', at: event.at, id: event.id, key: event.key });
		}
		if (event.kind === 'answer') this.#known.delete(event.id);
		this.#write('attempt' in event ? { ...event, attempt: event.attempt - before } : event);
	}

	#write(event: TraceEvent): void {
		const line = eventLine(event);
		this.#lines.push(line);
		this.#size += line.length;
		if (this.#size < mostCharacters) return;
		this.#ended = 'It is full: 32 MiB are as much as is kept.';
		this.stop();
	}
}
