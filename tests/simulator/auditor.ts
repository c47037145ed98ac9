import type { BackendEvent, Reason, RequestEvent, TraceEvent } from '#record/event.ts';
import type { Engine } from '#simulator/engine.ts';

type Stage = 'sent' | 'picked' | 'queued' | 'serving' | 'turned back' | 'finished' | 'ended' | 'answered';

/** A request as the events tell it. */
interface Life {
	readonly sentAt: number;
	readonly work: number;
	stage: Stage;
	attempt: number;
	backend: string;
	tried: string[];
	result: string;
	/** Why its server turned it back, where that is known before the gate says so. */
	reason: Reason | undefined;
	startedAt: number;
	queuedAt: number;
	served: number;
	servedAt: number;
	endedAt: number;
}

/** A machine as the events tell it. */
interface Machine {
	readonly workers: number;
	readonly queue: number;
	readonly nominal: number;
	speed: number;
	fault: 'none' | 'stop' | 'fail';
	readonly serving: Set<number>;
	readonly waiting: number[];
	/** Picked and not ended. */
	inflight: number;
	picked: number;
	busyMs: number;
	/** Work times 1 / speed, piece by piece, of what was finished. */
	finishedMs: number;
}

/** Follows a run by its events alone, holds each against the rules of the model, and keeps the books. */
export class Auditor {
	sent = 0;
	answered = 0;
	ok = 0;
	readonly latencies: number[] = [];
	/** Time integral of the number of requests inside, and of the number waiting. */
	insideMs = 0;
	waitingMs = 0;
	latencyMs = 0;
	waitMs = 0;
	starts = 0;
	#engine: Engine;
	#now = 0;
	#lives = new Map<number, Life>();
	#machines = new Map<string, Machine>();

	constructor(engine: Engine) {
		this.#engine = engine;
		engine.listen((event) => {
			this.#hear(event);
		});
	}

	machine(id: string): Machine {
		const machine = this.#machines.get(id);
		if (machine === undefined) throw new Error(`Nobody introduced the server ${id}.`);
		return machine;
	}

	/** What must hold when the last answer is in. */
	close(): void {
		must(this.answered === this.sent, 'everything sent is answered');
		must(
			[...this.#lives.values()].every(({ stage }) => stage === 'answered'),
			'every life is over'
		);
		for (const machine of this.#machines.values()) {
			must(machine.serving.size + machine.waiting.length + machine.inflight === 0, 'every machine is empty');
		}
	}

	#hear(event: TraceEvent): void {
		must(event.at >= this.#now, 'time goes on');
		const passed = event.at - this.#now;
		this.insideMs += passed * (this.sent - this.answered);
		for (const { waiting } of this.#machines.values()) this.waitingMs += passed * waiting.length;
		this.#now = event.at;
		if (event.kind === 'strategy') return;
		if (event.kind === 'backend') this.#heardOfBackend(event);
		else this.#heardOfRequest(event);
		must(this.#engine.inside === this.sent - this.answered, 'sent = answered + inside');
		// The cluster ejects while it counts an end, and the end is told right after.
		if (event.kind === 'backend' && event.change === 'ejected') return;
		for (const { id, inflight } of this.#engine.cluster.members) {
			// A new member is in the cluster just before it is introduced.
			const machine = this.#machines.get(id);
			if (machine !== undefined) must(inflight === machine.inflight, 'the cluster counts what is in flight');
		}
	}

	#heardOfBackend({ backend, change, value, machine: introduced }: BackendEvent): void {
		if (change === 'added' && introduced !== undefined) {
			const { workers, queue, speed } = introduced;
			const empty = { inflight: 0, picked: 0, busyMs: 0, finishedMs: 0 };
			this.#machines.set(backend, {
				...empty,
				workers,
				queue,
				speed,
				nominal: speed,
				fault: 'none',
				serving: new Set(),
				waiting: []
			});
			return;
		}
		const machine = this.machine(backend);
		if (change === 'stop' || change === 'fail') {
			machine.fault = change;
			for (const id of machine.waiting.splice(0)) this.#lose(id, change === 'stop' ? 'reset' : 'failed');
			if (change === 'stop') {
				for (const id of machine.serving) this.#lose(id, 'reset');
				machine.serving.clear();
			}
		}
		if (change === 'restart') machine.fault = 'none';
		if (change === 'slow' || change === 'restart') {
			for (const id of machine.serving) this.#serve(this.#life(id), machine);
			machine.speed = value ?? NaN;
			if (change === 'restart') must(machine.speed === machine.nominal, 'a restart gives the nominal speed');
		}
	}

	#heardOfRequest(event: RequestEvent): void {
		if (event.kind === 'send') {
			must(event.id === this.sent++, 'ids count up');
			this.#lives.set(event.id, {
				sentAt: event.at,
				work: event.work ?? NaN,
				stage: 'sent',
				attempt: -1,
				backend: '',
				tried: [],
				result: '',
				reason: undefined,
				startedAt: NaN,
				queuedAt: NaN,
				served: 0,
				servedAt: NaN,
				endedAt: NaN
			});
			return;
		}
		const life = this.#life(event.id);
		if (event.kind === 'answer') {
			this.#answer(event, life);
			return;
		}
		if (event.kind === 'pick') this.#pick(event, life);
		must(event.backend === life.backend && event.attempt === life.attempt, 'one attempt, one backend');
		const machine = this.machine(event.backend);
		if (event.kind === 'queue') {
			must(life.stage === 'picked', 'waits after it was picked');
			must(machine.fault === 'none', 'a broken server keeps nobody waiting');
			must(machine.serving.size === machine.workers, 'waits only when all workers are busy');
			machine.waiting.push(event.id);
			must(machine.waiting.length <= machine.queue, 'the queue is bounded');
			life.queuedAt = event.at;
			life.stage = 'queued';
		} else if (event.kind === 'start') {
			this.#start(event.id, life, machine);
		} else if (event.kind === 'finish') {
			must(life.stage === 'serving' && machine.serving.delete(event.id), 'finishes what is being served');
			must(machine.fault !== 'stop', 'a stopped machine finishes nothing');
			this.#serve(life, machine);
			must(Math.abs(life.served - life.work) <= 1e-9 * (life.work + event.at), 'served as much as was asked');
			machine.busyMs += event.at - life.startedAt;
			life.stage = 'finished';
		} else if (event.kind === 'end') {
			this.#end(event, life, machine);
		}
	}

	#pick({ at, backend, attempt }: RequestEvent & { kind: 'pick' }, life: Life): void {
		const { available } = this.#engine.cluster;
		must(
			available.some(({ id }) => id === backend),
			'only who is available is picked'
		);
		if (life.stage === 'ended') {
			must(life.result !== 'ok', 'only failures are tried again');
			must(at === life.endedAt, 'tried again at once');
			// HAProxy's avoid only whom the request failed on last, and its map nobody; whoever walks has a rule of its own.
			if (life.tried.includes(backend) && this.#engine.cluster.strategy.walks !== true) {
				must(
					available.every(({ id }) => life.tried.includes(id)),
					'tried elsewhere if there is an elsewhere'
				);
			}
		} else must(life.stage === 'sent', 'picked after it was sent');
		must(attempt === life.attempt + 1, 'attempts count up');
		must(attempt <= this.#engine.scenario.balancer.retries, 'tried as often as allowed');
		life.attempt = attempt;
		life.backend = backend;
		life.stage = 'picked';
		life.reason = undefined;
		const machine = this.machine(backend);
		machine.inflight++;
		machine.picked++;
	}

	#start(id: number, life: Life, machine: Machine): void {
		must(machine.fault === 'none', 'nobody is served by a broken server');
		if (life.stage === 'queued') {
			must(machine.waiting.shift() === id, 'first come, first served');
			this.waitMs += this.#now - life.queuedAt;
		} else {
			must(life.stage === 'picked', 'served after it was picked');
			must(machine.waiting.length === 0, 'nobody overtakes the queue');
		}
		machine.serving.add(id);
		must(machine.serving.size <= machine.workers, 'one worker serves one request');
		this.starts++;
		life.stage = 'serving';
		life.startedAt = life.servedAt = this.#now;
		life.served = 0;
	}

	#end({ at, latency, result, reason }: RequestEvent & { kind: 'end' }, life: Life, machine: Machine): void {
		machine.inflight--;
		must(machine.inflight >= 0 && latency >= 0, 'nothing is negative');
		if (life.stage === 'finished') must(result === 'ok' && reason === undefined, 'what was finished is well');
		else if (life.stage === 'turned back')
			must(result === 'error' && reason === life.reason, 'what was lost failed');
		else {
			must(life.stage === 'picked' && result === 'error', 'ends after a finish or a refusal');
			must(reason === 'refused' || reason === 'failed' || reason === 'queue-full', 'is refused for a reason');
		}
		life.tried.push(life.backend);
		life.stage = 'ended';
		life.endedAt = at;
		life.result = result;
		life.reason = reason;
	}

	#answer({ at, latency, result, reason, backend }: RequestEvent & { kind: 'answer' }, life: Life): void {
		must(latency === at - life.sentAt, 'latency is the time inside');
		const nobody = reason === 'no-backend' || reason === 'declined';
		if (life.stage === 'sent')
			must(result === 'error' && backend === undefined && nobody, 'nobody was picked');
		else {
			must(life.stage === 'ended', 'answered after the last attempt');
			must(backend === life.backend && result === life.result, 'the answer is the last outcome');
			must(reason === life.reason || nobody, 'the reason is the last one');
			const { retries } = this.#engine.scenario.balancer;
			must(result === 'ok' || nobody || life.attempt === retries, 'a failure was tried as often as allowed');
		}
		life.stage = 'answered';
		this.answered++;
		this.latencyMs += latency;
		if (result === 'ok') {
			this.ok++;
			this.latencies.push(latency);
		}
	}

	/** Its server lost it or gave it up; the gate will hear of it. */
	#lose(id: number, reason: Reason): void {
		const life = this.#life(id);
		if (life.stage === 'queued') this.waitMs += this.#now - life.queuedAt;
		life.stage = 'turned back';
		life.reason = reason;
	}

	/** Bring the work done on it up to now. */
	#serve(life: Life, machine: Machine): void {
		const done = (this.#now - life.servedAt) * machine.speed;
		life.served += done;
		life.servedAt = this.#now;
		machine.finishedMs += done / machine.speed;
	}

	#life(id: number): Life {
		const life = this.#lives.get(id);
		if (life === undefined) throw new Error(`Request ${String(id)} was never sent.`);
		return life;
	}
}

/** `expect` takes a microsecond or more, and there are millions of these. */
function must(holds: boolean, rule: string): void {
	if (!holds) throw new Error(`Broken: ${rule}.`);
}
