import type { Millis, Result } from '#balancer/strategy.ts';
import type { BackendEvent, Reason, RequestEvent, TraceEvent } from '#record/event.ts';
import { audit } from '#simulator/audit.ts';
import type { Engine } from '#simulator/engine.ts';
import type { ServerSpec } from '#simulator/scenario.ts';

/** Where an attempt is, as far as the events tell. `lost`: its server gave it up. `away`: it left its server, or never came in. */
type Stage = 'held' | 'picked' | 'queued' | 'serving' | 'finished' | 'lost' | 'away';

/** An attempt as the events tell it. */
interface Try {
	readonly life: Life;
	readonly attempt: number;
	/** Backends that the request had failed on, or was waiting for, when it was placed. */
	readonly tried: readonly string[];
	/** Another one of the same request was out. */
	readonly isHedge: boolean;
	heldAt: Millis;
	machine: Machine | undefined;
	stage: Stage;
	/** The gate has its outcome. */
	ended: boolean;
	pickedAt: Millis;
	queuedAt: Millis;
	/** When it was taken up and had its data. */
	from: Millis;
	/** Why its server gave it up. */
	lostFor: Reason | undefined;
	/** Work asked for here, and done so far. */
	asked: Millis;
	served: Millis;
	/** Workers' time it has had. */
	had: Millis;
}

/** A request as the events tell it. */
interface Life {
	readonly id: number;
	readonly key: string;
	readonly sentAt: Millis;
	readonly work: Millis;
	readonly tries: Map<number, Try>;
	readonly failedOn: string[];
	open: number;
	okays: number;
	failures: number;
	/** Failures with nothing else out: those that count. */
	defeats: number;
	result: Result | undefined;
	reason: Reason | undefined;
	backend: string | undefined;
	answered: boolean;
}

/** A machine as the events tell it. */
interface Machine {
	readonly spec: ServerSpec;
	fault: 'none' | 'stop' | 'fail' | 'hang';
	pace: number;
	pausedUntil: Millis;
	/** Up to when its work has been counted. */
	countedTo: Millis;
	readonly sessions: Set<string>;
	readonly serving: Set<Try>;
	readonly waiting: Try[];
	/** Picked and not ended. */
	inflight: number;
	picked: number;
	ended: number;
	/** Workers' time of all who have left the workers. */
	busyMs: Millis;
}

/** Follows a run by its events, holds each against the rules of the model, and keeps the books. */
export class Auditor {
	sent = 0;
	answered = 0;
	ok = 0;
	/** Time integrals of the number of requests inside, and of those waiting at servers; and the same, request by request. */
	insideMs = 0;
	waitingMs = 0;
	latencyMs = 0;
	waitMs = 0;
	/** Times that something happened: for tests that must not pass because nothing did. */
	readonly seen = new Map<string, number>();
	#engine: Engine;
	#now = 0;
	#lives = new Map<number, Life>();
	/** Those who have no answer yet. */
	#current = new Set<Life>();
	#machines = new Map<string, Machine>();
	/** When those that were ordered will be there. */
	#orders = new Map<string, number>();
	/** Where each client was sent last. */
	#lastOf = new Map<string, string>();
	#retried = 0;

	constructor(engine: Engine) {
		this.#engine = engine;
		engine.listen((event) => {
			this.#hear(event);
		});
	}

	machine(id: string): Machine {
		return known(this.#machines.get(id), `the server ${id}`);
	}

	/** Between two instants: what the books say is what the world says. */
	check(): void {
		const engine = this.#engine;
		const { balancer, network } = engine.scenario;
		audit(engine);
		must(engine.inside === this.sent - this.answered, 'sent = answered + inside');
		for (const life of this.#current) {
			must(!life.answered || life.open === 0, 'nothing is open after the answer');
			if (life.answered) this.#current.delete(life);
		}
		const counts = new Map<string, number>();
		let waiting = 0;
		for (const gate of engine.gates) {
			waiting += gate.waiting;
			for (const { id, inflight } of gate.cluster.members) counts.set(id, (counts.get(id) ?? 0) + inflight);
		}
		for (const [id, machine] of this.#machines) {
			if (balancer.sees === 'own' && counts.has(id))
				must(counts.get(id) === machine.inflight, 'the clusters count what is in flight');
			const server = engine.gates.length > 0 ? engine.everyServer.find((one) => one.id === id) : undefined;
			must(
				server?.waiting === machine.waiting.length,
				'who waits at the server is who came and was not taken up'
			);
			must(
				server?.serving.length === machine.serving.size,
				'who is served is who was taken up and has not left'
			);
		}
		let held = 0;
		for (const life of this.#current) for (const one of life.tries.values()) if (one.stage === 'held') held++;
		must(waiting <= held, 'whoever waits at a gate was told of');
		if (network.hopMs === 0 && balancer.hedgeMs === null)
			must(waiting === held, 'whoever was held waits at a gate');
	}

	/** What must hold when the run is over. `lost`: some will never be answered, and say so. */
	close(): void {
		this.check();
		const { metrics, inside, everyServer } = this.#engine;
		for (const { sentAt } of this.#current) this.latencyMs += this.#now - sentAt;
		for (const [id, machine] of this.#machines) {
			for (const one of machine.waiting) this.waitMs += this.#now - one.queuedAt;
			const tally = known(metrics.backends.get(id), `the tally of ${id}`);
			must(tally.picked === machine.picked, 'picks are counted');
			must(tally.ok + tally.failed === machine.ended, 'ends are counted');
			must(near(tally.busyMs, machine.busyMs), 'workers’ time is counted');
			if (inside === 0) must(machine.inflight === 0, 'every attempt ended');
			const left = everyServer.find((server) => server.id === id);
			if (inside === 0 && left?.fault !== 'hang')
				must(
					[...machine.serving, ...machine.waiting].every(({ ended }) => ended),
					'only what nobody waits for is left'
				);
		}
		must(near(this.insideMs, this.latencyMs), 'the area under N(t) is the sum of the times inside');
		must(near(this.waitingMs, this.waitMs), 'the area under the queue is the sum of the waits');
	}

	#hear(event: TraceEvent): void {
		must(event.at >= this.#now, 'time goes on');
		const passed = event.at - this.#now;
		if (passed > 0) {
			this.insideMs += passed * (this.sent - this.answered);
			for (const machine of this.#machines.values()) {
				this.waitingMs += passed * machine.waiting.length;
				work(machine, event.at);
			}
		}
		this.#now = event.at;
		this.#note(event.kind === 'backend' ? event.change : event.kind);
		if (event.kind === 'strategy') return;
		if (event.kind === 'backend') this.#heardOfBackend(event);
		else if (event.kind === 'send') this.#send(event);
		else if (event.kind === 'answer') this.#answer(event, this.#life(event.id));
		else this.#heardOfAttempt(event, this.#life(event.id));
	}

	#note(what: string): void {
		this.seen.set(what, (this.seen.get(what) ?? 0) + 1);
	}

	#heardOfBackend({ backend, change, value }: BackendEvent): void {
		if (change === 'added') {
			must(
				(this.#orders.get(backend) ?? this.#now) === this.#now,
				'a machine is there when it was said to be'
			);
			this.#orders.delete(backend);
			const server = this.#engine.everyServer.findLast(({ id }) => id === backend);
			const { spec } = known(server, `the server ${backend}`);
			this.#machines.set(backend, {
				spec,
				fault: 'none',
				pace: spec.speed * (this.#now > 0 ? (spec.coldStart?.from ?? 1) : 1),
				pausedUntil: -1,
				countedTo: this.#now,
				sessions: new Set(),
				serving: new Set(),
				waiting: [],
				inflight: 0,
				picked: 0,
				ended: 0,
				busyMs: 0
			});
			return;
		}
		const machine = this.#machines.get(backend);
		if (change === 'ordered') {
			must(machine === undefined && !this.#orders.has(backend), 'a machine is ordered once');
			this.#orders.set(backend, this.#now + (value ?? NaN));
			return;
		}
		if (change === 'called-off') {
			must(this.#orders.delete(backend), 'only what was ordered is called off');
			return;
		}
		// A new machine warms up just before it is introduced.
		if (machine === undefined) {
			must(change === 'pace', 'a machine is introduced first');
			return;
		}
		if (change === 'hang') machine.fault = 'hang';
		else if (change === 'stop' || change === 'fail') {
			machine.fault = change;
			for (const one of machine.waiting.splice(0)) {
				this.waitMs += this.#now - one.queuedAt;
				lose(one, change === 'stop' ? 'reset' : 'failed');
			}
			if (change === 'fail') return;
			for (const one of machine.serving) {
				machine.busyMs += one.had;
				lose(one, 'reset');
			}
			machine.serving.clear();
		} else if (change === 'restart') {
			must(value === machine.spec.speed, 'a restart gives the nominal speed');
			machine.fault = 'none';
			machine.pausedUntil = -1;
			machine.sessions.clear();
			machine.pace = machine.spec.speed;
		} else if (change === 'pause') {
			machine.pausedUntil = Math.max(machine.pausedUntil, this.#now + (value ?? NaN));
		} else if (change === 'pace' || change === 'slow') machine.pace = value ?? NaN;
	}

	#send({ id, at, key, work: asked }: RequestEvent & { kind: 'send' }): void {
		must(id === this.sent++, 'ids count up');
		must(asked !== undefined && asked >= 0, 'work is told');
		const life: Life = {
			id,
			key,
			sentAt: at,
			work: asked ?? NaN,
			tries: new Map(),
			failedOn: [],
			open: 0,
			okays: 0,
			failures: 0,
			defeats: 0,
			result: undefined,
			reason: undefined,
			backend: undefined,
			answered: false
		};
		this.#lives.set(id, life);
		this.#current.add(life);
	}

	#heardOfAttempt(event: Exclude<RequestEvent, { kind: 'send' | 'answer' }>, life: Life): void {
		if (event.kind === 'hold') {
			const { queue } = this.#engine.scenario.balancer;
			must(queue !== null, 'only a gate with a line holds anybody');
			const earlier = life.tries.get(event.attempt);
			if (earlier === undefined) {
				const one = this.#tryOf(life, event.attempt);
				one.stage = 'held';
				one.heldAt = event.at;
			} else must(earlier.stage === 'held', 'placed again only while it waits');
			return;
		}
		if (event.kind === 'pick') {
			this.#pick(event, life);
			return;
		}
		if (event.kind === 'vain') throw new Error('What nobody takes up is not told of here.');
		const one = known(life.tries.get(event.attempt), `attempt ${String(event.attempt)}`);
		const machine = this.machine(event.backend);
		must(one.machine === machine, 'one attempt, one backend');
		switch (event.kind) {
			case 'queue':
				must(one.stage === 'picked', 'waits after it was picked');
				must(machine.fault === 'none' || machine.fault === 'hang', 'a broken server keeps nobody waiting');
				if (machine.fault === 'none')
					must(machine.serving.size === room(machine.spec), 'waits only when all are busy');
				machine.waiting.push(one);
				must(machine.waiting.length <= machine.spec.queue, 'the queue is bounded');
				one.queuedAt = event.at;
				one.stage = 'queued';
				return;
			case 'start':
				this.#start(one, machine, event);
				return;
			case 'finish':
				must(one.stage === 'serving', 'finishes what is being served');
				must(machine.fault !== 'stop' && machine.fault !== 'hang', 'a dead machine finishes nothing');
				this.#leaveWorker(one, machine);
				must(near(one.served, one.asked, event.at), 'served as much as was asked');
				one.stage = 'finished';
				return;
			case 'drop':
				must(one.ended, 'only what nobody waits for is dropped');
				must(one.stage !== 'finished' && one.stage !== 'away', 'dropped once');
				if (one.stage === 'serving') this.#leaveWorker(one, machine);
				if (one.stage === 'queued') {
					this.waitMs += this.#now - one.queuedAt;
					machine.waiting.splice(machine.waiting.indexOf(one), 1);
				}
				one.stage = 'away';
				return;
			case 'end':
				this.#end(event, one, machine);
		}
	}

	#tryOf(life: Life, attempt: number): Try {
		const { retries, hedgeMs } = this.#engine.scenario.balancer;
		const { fanOut } = this.#engine.scenario;
		must(!life.answered, 'nobody is tried after the answer');
		// One that nobody took is not told of.
		must(attempt >= life.tries.size && !life.tries.has(attempt), 'attempts count up');
		const most = Math.max(fanOut, (retries + 1) * (hedgeMs === null ? 1 : 2));
		must(attempt < most, 'tried as often as allowed');
		if (fanOut === 1 && life.open > 0) must(hedgeMs !== null, 'only hedges go side by side');
		const outstanding = [...life.tries.values()].filter(({ ended }) => !ended);
		if (fanOut === 1 && attempt > 0 && outstanding.length === 0) {
			this.#retried++;
			this.#checkBudget();
		}
		const tried = [...life.failedOn];
		if (fanOut === 1) tried.push(...outstanding.map(({ machine }) => machine?.spec.id ?? ''));
		const one: Try = {
			life,
			attempt,
			tried,
			isHedge: fanOut === 1 && outstanding.length > 0,
			heldAt: NaN,
			machine: undefined,
			stage: 'held',
			ended: false,
			pickedAt: NaN,
			queuedAt: NaN,
			from: NaN,
			lostFor: undefined,
			asked: life.work,
			served: 0,
			had: 0
		};
		life.tries.set(attempt, one);
		return one;
	}

	#checkBudget(): void {
		const { budget, gates } = this.#engine.scenario.balancer;
		if (budget === null) return;
		const saved = budget.most * gates + budget.ratio * this.sent;
		must(this.#retried <= saved + 1e-6, 'the budget for retries is never exceeded');
	}

	#pick({ at, backend, attempt }: RequestEvent & { kind: 'pick' }, life: Life): void {
		const { balancer } = this.#engine.scenario;
		const held = life.tries.get(attempt);
		const one = held ?? this.#tryOf(life, attempt);
		must(one.stage === 'held', 'picked once');
		const machine = this.machine(backend);
		machine.inflight++;
		machine.picked++;
		if (balancer.sees === 'own') {
			const most = (machine.spec.limit ?? Infinity) * balancer.gates;
			must(machine.inflight <= most, 'no limit is exceeded by the balancer’s own count');
		}
		if (balancer.gates === 1) this.#checkChoice(backend, one, held !== undefined);
		this.#lastOf.set(life.key, backend);
		one.machine = machine;
		one.stage = 'picked';
		one.pickedAt = at;
		life.open++;
	}

	/** What is true of every strategy's choice, as one balancer sees the servers. */
	#checkChoice(backend: string, one: Try, wasHeld: boolean): void {
		const { cluster, scenario } = this.#engine;
		const { available, strategy } = cluster;
		const { balancer } = scenario;
		const isThere = available.some(({ id }) => id === backend);
		const spare = cluster.members.some(({ id }) => id === backend) && this.machine(backend).spec.backup;
		// By NGINX's rule, a pick may itself put it out, until that call has ended.
		const trial = balancer.health?.rule === 'max-fails';
		must(isThere || spare || trial, 'only who is available is picked');
		if (wasHeld || one.tried.length === 0) return;
		if (balancer.redispatch === 'never' || balancer.perConnection > 1) return;
		const avoided = strategy.walks === true ? avoids.get(this.#strategy) : 'all';
		if (avoided === undefined) return;
		// A hedge goes elsewhere, whatever holds for retries.
		const last = avoided === 'the last' || (balancer.redispatch === 'avoid' && !one.isHedge);
		const tried = last ? one.tried.slice(-1) : one.tried;
		if (!tried.includes(backend)) return;
		// The pick itself may just have filled one up; full ones were no choice.
		const elsewhere = available.filter(
			({ id, inflight, limit, queued }) => inflight < limit && queued === 0 && !tried.includes(id)
		);
		must(elsewhere.length === 0, `tried elsewhere if there is an elsewhere (${this.#strategy})`);
		this.#note('the same again');
	}

	get #strategy(): string {
		let { name } = this.#engine.scenario.strategy;
		for (const change of this.#engine.changes)
			if (change.do === 'strategy' && change.at < this.#now) ({ name } = change.strategy);
		return name;
	}

	#start(
		one: Try,
		machine: Machine,
		{ work: told, waitMs = 0 }: { readonly work?: Millis; readonly waitMs?: Millis }
	): void {
		const { sessions } = this.#engine.scenario;
		must(machine.fault === 'none', 'nobody is taken up by a broken server');
		if (one.stage === 'queued') {
			must(machine.waiting.shift() === one, 'first come, first served');
			this.waitMs += this.#now - one.queuedAt;
		} else {
			must(one.stage === 'picked', 'served after it was picked');
			must(machine.waiting.length === 0, 'nobody overtakes the queue');
		}
		work(machine, this.#now);
		machine.serving.add(one);
		must(machine.serving.size <= room(machine.spec), 'no more are served than there is room for');
		one.stage = 'serving';
		must(waitMs === 0 || this.#engine.scenario.data !== null, 'only data is waited for');
		one.from = this.#now + waitMs;
		if (sessions?.kept === 'store') one.asked += sessions.storeMs;
		else if (sessions?.kept === 'server' && !machine.sessions.has(one.life.key)) {
			machine.sessions.add(one.life.key);
			one.asked += sessions.missMs;
		}
		// Of calls side by side each has work of its own.
		if (this.#engine.scenario.fanOut > 1 && one.attempt > 0) one.asked = told ?? one.asked;
		else must(near(told ?? one.life.work, one.asked, this.#now), 'the work told is what was asked');
	}

	#leaveWorker(one: Try, machine: Machine): void {
		work(machine, this.#now);
		must(machine.serving.delete(one), 'leaves the worker it had');
		machine.busyMs += one.had;
	}

	#end({ at, latency, result, reason }: RequestEvent & { kind: 'end' }, one: Try, machine: Machine): void {
		const { balancer, traffic, fanOut } = this.#engine.scenario;
		const { life } = one;
		must(!one.ended, 'an attempt ends once');
		must(near(latency, at - one.pickedAt, at), 'its latency is the time since the pick');
		one.ended = true;
		life.open--;
		machine.inflight--;
		machine.ended++;
		if (result === 'ok') {
			must(one.stage === 'finished' && reason === undefined, 'only what was finished is well');
			life.okays++;
		} else if (result === 'timeout') {
			must(balancer.timeoutMs !== null && near(latency, balancer.timeoutMs, at), 'times out after timeoutMs');
			must(reason === 'timeout', 'a timeout says so');
		} else if (result === 'cancelled') {
			if (reason === 'client-left') {
				must(traffic.patience !== null, 'only the impatient leave');
				if (traffic.patience?.until === 'start')
					must(
						![...life.tries.values()].some(
							({ stage, ended }) => !ended && (stage === 'serving' || stage === 'finished')
						),
						'nobody leaves whose turn has come'
					);
			} else {
				must(reason === undefined, 'no longer needed');
				must(balancer.hedgeMs !== null || fanOut > 1, 'one of several was called off');
			}
		} else {
			must(one.stage === 'lost' || one.stage === 'picked', 'fails at the door or is lost inside');
			if (one.stage === 'lost') must(reason === one.lostFor, 'what was lost says why');
			else
				must(
					reason === 'refused' || reason === 'failed' || reason === 'queue-full',
					'is refused for a reason'
				);
			if (this.#hasNoWay(machine) && one.stage === 'picked' && reason !== 'queue-full')
				must(machine.fault === (reason === 'refused' ? 'stop' : 'fail'), 'is refused by a broken server');
			if (this.#hasNoWay(machine) && reason === 'queue-full') {
				must(machine.waiting.length === machine.spec.queue, 'is turned back only by a full queue');
				must(machine.fault === 'hang' || machine.serving.size === room(machine.spec), 'or by busy workers');
			}
			one.stage = 'away';
		}
		if (result !== 'ok') {
			life.failures++;
			if ([...life.tries.values()].every(({ ended }) => ended)) life.defeats++;
			life.failedOn.push(machine.spec.id);
		}
		// One of several that is called off is not what decides.
		if (result === 'cancelled') return;
		life.result = result;
		life.reason = reason;
		life.backend = machine.spec.id;
	}

	/** Whether it is no way at all to this machine, so that what it does is heard of at once. */
	#hasNoWay({ spec }: Machine): boolean {
		return this.#engine.scenario.network.hopMs === 0 && spec.distanceMs === 0;
	}

	#answer({ at, latency, result, reason, backend }: RequestEvent & { kind: 'answer' }, life: Life): void {
		const { balancer, fanOut, traffic, network } = this.#engine.scenario;
		must(!life.answered, 'nobody is answered twice');
		must(latency === at - life.sentAt, 'latency is the time inside');
		const tries = [...life.tries.values()];
		this.#note(result === 'ok' ? 'ok' : (reason ?? result));
		if (result === 'ok') {
			must(reason === undefined && life.okays === fanOut, 'well is when all its calls went well');
			must(backend !== undefined, 'somebody answered it');
		} else if (reason === 'shed') {
			must(balancer.most !== null && tries.length === 0, 'only who was not let in is shed');
		} else if (reason === 'client-left') {
			const { patience } = traffic;
			must(patience !== null && result === 'cancelled', 'only the impatient leave');
			if (patience?.law === 'fixed')
				must(near(latency, patience.meanMs, at), 'leaves when its patience is over');
			must(life.open === 0, 'whoever leaves calls everything off');
		} else if (reason === 'queue-timeout') {
			const waited = tries.some(({ stage, heldAt }) => {
				const backAt = heldAt + (balancer.queue?.timeoutMs ?? NaN) + network.hopMs;
				return stage === 'held' && (network.cv > 0 || near(backAt, at, at));
			});
			must(waited, 'gives up in the line after its time');
		} else if (reason === 'no-backend' || reason === 'declined') {
			must(result === 'error', 'turned away is an error');
		} else {
			must(
				backend !== undefined && result === life.result && reason === life.reason,
				'the answer is the last outcome'
			);
			must(life.failures > 0, 'something failed');
			// Of a hedge that waited at the gate in vain nothing is told.
			const isTold = balancer.hedgeMs === null || balancer.queue === null;
			if (fanOut === 1 && balancer.budget === null && isTold)
				must(life.defeats === balancer.retries + 1, 'a failure was tried as often as allowed');
		}
		life.answered = true;
		this.answered++;
		this.latencyMs += latency;
		if (result === 'ok') this.ok++;
	}

	#life(id: number): Life {
		return known(this.#lives.get(id), `request ${String(id)}`);
	}
}

/**
 * Of the strategies that pass over tried backends by a rule of their own, whom that rule avoids as long as there is
 * another. Not here: Envoy's draw so many times and then take what comes, `bounded-loads` rather exceeds nobody's bound,
 * `haproxy-first` and HAProxy's hashes go where they would have gone.
 */
const avoids: ReadonlyMap<string, 'all' | 'the last'> = new Map([
	['consistent-hash', 'all'],
	['maglev', 'all'],
	['haproxy-round-robin', 'the last'],
	['haproxy-static-round-robin', 'the last'],
	['haproxy-least-connections', 'the last'],
	['haproxy-random', 'the last']
]);

function room({ discipline, workers, slots }: ServerSpec): number {
	return discipline === 'fcfs' ? workers : slots;
}

/** Its server gives it up; the gate will hear of it. One that nobody waits for will be told of as dropped. */
function lose(one: Try, reason: Reason): void {
	one.stage = 'lost';
	one.lostFor = reason;
}

/** Count the work that a machine has done up to now. */
function work(machine: Machine, now: Millis): void {
	const { serving, spec, pausedUntil, countedTo } = machine;
	if (serving.size === 0) machine.countedTo = now;
	if (machine.countedTo >= now) return;
	// Of the end of a wait for data nothing is told.
	const waits = [...serving].map(({ from }) => from).filter((from) => from > countedTo);
	const until = Math.min(now, ...waits);
	const isOwn = spec.discipline === 'fcfs';
	const share = isOwn ? 1 : Math.min(1, spec.workers / (serving.size - waits.length));
	const paused = Math.max(0, Math.min(until, pausedUntil) - countedTo);
	const active = machine.fault === 'hang' ? 0 : until - countedTo - paused;
	for (const one of serving) {
		const isWorked = one.from <= countedTo;
		if (isOwn || isWorked) one.had += (until - countedTo) * share;
		if (isWorked) one.served += active * machine.pace * share;
	}
	machine.countedTo = until;
	work(machine, now);
}

/** Equal but for rounding, where the numbers came about at `at`. */
function near(a: number, b: number, at = 0): boolean {
	return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b), at);
}

/** `expect` takes a microsecond or more, and there are millions of these. */
function must(holds: boolean, rule: string): void {
	if (!holds) throw new Error(`Broken: ${rule}.`);
}

function known<Thing>(thing: Thing | undefined, what: string): Thing {
	if (thing === undefined) throw new Error(`Nobody introduced ${what}.`);
	return thing;
}
