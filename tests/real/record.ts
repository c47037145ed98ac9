import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Balancer, Dialect, Program } from './balancer.ts';
import { send, type Answer } from './client.ts';
import { Farm } from './farm.ts';
import { haproxy } from './haproxy.ts';
import { nginx } from './nginx.ts';
import type { Admission, Attempt, Expiry, Input, Product, Recording, Script, Step } from './script.ts';

const dialects: Readonly<Record<Product, Dialect>> = { haproxy, nginx };
/** A step that has not settled by then never will. */
const patienceMs = 8000;

/**
 * Play a script against a fresh process of the real program, one step after another. The recording holds the steps as
 * they could be played: to finish a request that still waits in a queue, or has failed, is left out; a plain request that
 * has to wait becomes one that is started; and what is open at the end is finished.
 */
export async function record({ product, ...script }: Script, program: Program): Promise<Recording> {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-real-'));
	const config = dialects[product].configure(script);
	const farm = new Farm(script.servers);
	let balancer: Balancer | undefined;
	try {
		await farm.open();
		balancer = await dialects[product].start(program.file, folder, config);
		const play = new Play(script, farm, balancer);
		await play.all();
		const { steps, picks, admitted, expired, attempts } = play;
		return {
			...script,
			source: program.source,
			config,
			deterministic: true,
			steps,
			picks,
			...(product === 'haproxy' && admitted.length > 0 && { admitted }),
			...(product === 'haproxy' && expired.length > 0 && { expired }),
			...(product === 'nginx' && attempts.length > 0 && { attempts: attempts.sort(([a], [b]) => a - b) })
		};
	} finally {
		await balancer?.stop();
		farm.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** A request without its end. */
interface Open {
	readonly id: string;
	readonly ended: Promise<Answer>;
	/** True until a server has it. */
	waiting: boolean;
}

class Play {
	readonly steps: Step[] = [];
	readonly picks: (string | null)[] = [];
	readonly admitted: Admission[] = [];
	readonly expired: Expiry[] = [];
	readonly attempts: Attempt[] = [];
	readonly #script: Omit<Script, 'product'>;
	readonly #farm: Farm;
	readonly #balancer: Balancer;
	/** In the order they were started. */
	readonly #open = new Map<string, Open>();
	readonly #limited: boolean;
	readonly #names: ReadonlyMap<string, string>;
	#fault: Error | undefined;
	/** The step that is being played; undefined: the last one. */
	#coming: number | undefined;

	constructor(script: Omit<Script, 'product'>, farm: Farm, balancer: Balancer) {
		this.#script = script;
		this.#farm = farm;
		this.#balancer = balancer;
		this.#limited = script.servers.some(
			({ maxconn, minconn }) => maxconn !== undefined || minconn !== undefined
		);
		this.#names = new Map(script.servers.map(({ address, name }) => [address, name]));
	}

	async all(): Promise<void> {
		for (const step of this.#script.steps) await this.#play(step);
		await this.#finishAll();
	}

	/** Which step what happens now belongs to. */
	get #step(): number {
		return this.#coming ?? this.steps.length - 1;
	}

	async #play(step: Step): Promise<void> {
		switch (step.op) {
			case 'requests':
				return this.#requests('inputs' in step ? step.inputs : Array<null>(step.count).fill(null));
			case 'start':
				this.steps.push(step);
				return this.#start(step.id, step.input ?? null);
			case 'finish':
				return this.#finish(step.id);
			case 'sleep':
				this.steps.push(step);
				await delay(step.seconds * 1000);
				return this.#settle();
			case 'refuse':
				this.steps.push(step);
				this.#farm.refuse(step.server);
				return;
			case 'accept':
				this.steps.push(step);
				return this.#farm.accept(step.server);
			default:
				if (this.#balancer.apply === undefined) throw new Error(`Nothing can be told "${step.op}" here.`);
				this.steps.push(step);
				await this.#balancer.apply(step);
				await this.#settle();
		}
	}

	/** One after the other; where one has to wait in a queue, it is a start, and the others are a step of their own. */
	async #requests(inputs: readonly Input[]): Promise<void> {
		let done: Input[] = [];
		for (const input of inputs) {
			const id = `q${String(this.picks.length)}`;
			// Held even if only for a moment, a request that a server has is known from one that waits.
			this.#coming = this.steps.length;
			const { ended } = this.#send(id, input, this.#limited);
			if (this.#limited) await this.#settle();
			const stands = [...this.admitted, ...this.expired].some(({ afterStep }) => afterStep === this.#coming);
			this.#coming = undefined;
			// What happened to others meanwhile happened at a step of its own.
			if (stands) done = [];
			if (this.#limited && this.#open.has(id) && this.#farm.holderOf(id) === undefined) {
				this.#waits(id, input);
				done = [];
				continue;
			}
			done.push(input);
			if (done.length > 1) this.steps.pop();
			this.steps.push(
				this.#script.input === 'none'
					? { op: 'requests', count: done.length }
					: { op: 'requests', inputs: [...done] }
			);
			this.#farm.release(id);
			this.picks.push((await limited(ended, 'an answer')).server);
			await this.#settle();
		}
	}

	#waits(id: string, input: Input): void {
		this.steps.push(input === null ? { op: 'start', id } : { op: 'start', id, input });
		this.picks.push(null);
		const open = this.#open.get(id);
		if (open !== undefined) open.waiting = true;
	}

	async #start(id: string, input: Input): Promise<void> {
		const open = this.#send(id, input, true);
		await this.#settle();
		const server = this.#farm.holderOf(id) ?? null;
		open.waiting = server === null;
		this.picks.push(server);
	}

	async #finish(id: string): Promise<void> {
		const open = this.#open.get(id);
		if (open === undefined || this.#farm.holderOf(id) === undefined) return;
		this.steps.push({ op: 'finish', id });
		this.#farm.release(id);
		await limited(open.ended, 'the end of an answer');
		await this.#settle();
	}

	/** Finish all that is open, oldest first, and whatever comes out of a queue meanwhile. */
	async #finishAll(): Promise<void> {
		for (;;) {
			const next = [...this.#open.keys()].find((id) => this.#farm.holderOf(id) !== undefined);
			if (next === undefined) return;
			await this.#finish(next);
		}
	}

	#send(id: string, input: Input, hold: boolean): Open {
		const pick = this.picks.length;
		const ended = send(this.#balancer.door, this.#script, { call: id, hold, input }).then((answer) => {
			if (this.#open.get(id)?.waiting === true && answer.server === null) {
				this.expired.push({ afterStep: this.#step, id });
			}
			this.#open.delete(id);
			const tried = answer.tried.map((address) => this.#names.get(address) ?? address);
			if (tried.length > 1 || answer.status !== 200) this.attempts.push([pick, answer.status, tried]);
			return answer;
		});
		// Somebody may not be waiting for it any more; the next step tells.
		ended.catch((error: unknown) => {
			this.#fault = error instanceof Error ? error : new Error(String(error));
		});
		const open = { id, ended, waiting: false };
		this.#open.set(id, open);
		return open;
	}

	/** Wait until every open request is held by a server or counted in a queue, and the balancer's counters agree. */
	async #settle(): Promise<void> {
		for (const end = performance.now() + patienceMs; !(await this.#settled());) {
			await delay(1);
			if (this.#fault !== undefined) throw this.#fault;
			if (performance.now() > end) {
				throw new Error(`Step ${String(this.steps.length)} of ${this.#script.id} has not settled.`);
			}
		}
		for (const open of this.#open.values()) {
			const server = this.#farm.holderOf(open.id);
			if (!open.waiting || server === undefined) continue;
			open.waiting = false;
			this.admitted.push({ afterStep: this.#step, id: open.id, server });
		}
	}

	async #settled(): Promise<boolean> {
		const counters = await this.#balancer.counters?.();
		const held = this.#farm.held;
		return counters === undefined
			? held === this.#open.size
			: counters.serving === held && counters.queued === this.#open.size - held;
	}
}

async function limited<T>(promise: Promise<T>, what: string): Promise<T> {
	const timer = new AbortController();
	try {
		return await Promise.race([
			promise,
			delay(patienceMs, undefined, { signal: timer.signal }).then(() => {
				throw new Error(`Waited ${String(patienceMs / 1000)} s for ${what}.`);
			})
		]);
	} finally {
		timer.abort();
	}
}
