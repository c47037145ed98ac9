import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Millis, Outcome, Strategy } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { Ear, Loads, Reason } from '#record/event.ts';
import { Fingerprint } from '#record/fingerprint.ts';
import { Metrics } from '#record/metrics.ts';
import type { Reply, Wish, World } from '#record/world.ts';
import { Agenda } from './agenda.ts';
import { clientsOf } from './clients.ts';
import { Request } from './request.ts';
import type { Change, Scenario, ServerSpec } from './scenario.ts';
import { Server } from './server.ts';
import { Traffic } from './traffic.ts';
import { appointment, introduction, Voice } from './voice.ts';
import { workOf } from './work.ts';

/** A change that happens now. */
export type LiveChange = WithoutAt<Change>;
type WithoutAt<C> = C extends unknown ? Omit<C, 'at'> : never;

/** The stations of a request's way; see `TraceEvent`. */
const arrive = 0;
const reachGate = 1;
const reachServer = 2;
const finish = 3;
const reachGateAgain = 4;
const reachClient = 5;

/**
 * A world of virtual time. The scenario and the seed determine everything that happens, whoever watches and
 * however the time is sliced: `runUntil(10)` ten times is `runUntil(100)` once.
 *
 * A request's way: client → (hop) → gate, where the cluster picks → (hop) → server: a worker, the queue or a
 * refusal → (hop) → gate, where the cluster is told → (hop) → client, or another try.
 */
export class Engine implements World {
	readonly scenario: Scenario;
	readonly seed: number;
	readonly cluster: Cluster;
	readonly metrics: Metrics;
	readonly fingerprint = new Fingerprint();
	/** When set, `pick` events carry what the strategy believed of each candidate. */
	explain = false;

	#now: Millis = 0;
	#agenda = new Agenda<Request>();
	#traffic: Traffic;
	#trafficStamp = 0;
	#client: () => string;
	#work: () => Millis;
	/** Work for requests from outside, so that they leave the traffic's own untouched. */
	#guestWork: () => Millis;
	#servers = new Map<string, Server>();
	#choice: StrategyChoice;
	#changes: Change[];
	#changed = 0;
	#nextId = 0;
	#picks = 0;
	#inside = 0;
	#spare: Request[] = [];
	#voice = new Voice();
	/** Who waits for the request that is being applied. */
	#guest: ((reply: Reply) => void) | undefined;
	#guests = new Set<(reason: Error) => void>();
	#hop: Millis;

	constructor(scenario: Scenario, seed = scenario.seed) {
		this.scenario = scenario;
		this.seed = seed;
		this.metrics = new Metrics(scenario.warmUpMs, scenario.durationMs);
		this.#hop = scenario.network.hopMs;
		this.#client = clientsOf(scenario.traffic.clients, randomStream(seed, 'clients'));
		this.#work = workOf(scenario.work, randomStream(seed, 'work'));
		this.#guestWork = workOf(scenario.work, randomStream(seed, 'guests', 'work'));
		this.#traffic = new Traffic(scenario.traffic, randomStream(seed, 'arrivals'));
		this.#changes = scenario.changes.toSorted((a, b) => a.at - b.at);
		this.#choice = scenario.strategy;
		this.cluster = new Cluster(this.#strategyOf(scenario.strategy), {
			health: scenario.balancer.health ?? undefined,
			onChange: (change) => {
				this.#voice.changed(change, () => this.#server(change.backend.id));
			}
		});
		for (const server of scenario.servers) this.#build(server);
		this.#planArrival();
	}

	get now(): Millis {
		return this.#now;
	}

	/** The traffic is over and the last answer is in. */
	get ended(): boolean {
		return this.#now >= this.scenario.durationMs && this.#inside === 0;
	}

	/** Requests sent so far, counted or not; the next one's id. */
	get sent(): number {
		return this.#nextId;
	}

	/** Requests sent and not yet answered. */
	get inside(): number {
		return this.#inside;
	}

	/** All changes so far and to come, each with its instant: with the scenario and the seed, this run. */
	get changes(): readonly Change[] {
		return this.#changes;
	}

	/** Hear how things stand, then everything that happens. Call what is returned to stop. */
	listen(ear: Ear): () => void {
		ear(appointment(this.#now, this.#choice, this.seed));
		for (const backend of this.cluster.members)
			ear(introduction(this.#now, backend, this.#server(backend.id)));
		return this.#voice.listen(ear);
	}

	/** Let everything happen that happens up to and at `at`. */
	runUntil(at: Millis): void {
		const agenda = this.#agenda;
		for (;;) {
			const change = this.#changes[this.#changed];
			// A change comes after all that happens at its instant, as it does when a learner makes it between two frames.
			const until = Math.min(at, change?.at ?? Infinity);
			while (agenda.next <= until && agenda.next < Infinity) this.#step(agenda.next);
			if (change === undefined || change.at > at) break;
			this.#now = Math.max(this.#now, change.at);
			this.#changed++;
			this.#apply(change);
		}
		if (at < Infinity) this.#now = Math.max(this.#now, at);
		// Time that passes after the end belongs to whoever lets it pass, not to the run.
		this.metrics.passed(this.ended ? this.scenario.durationMs : this.#now);
	}

	/** On to the end of the traffic and the last answer. */
	runToEnd(): void {
		this.runUntil(this.scenario.durationMs);
		this.runUntil(Infinity);
	}

	/** On to the moment at which the balancer next decides; or to the end. */
	runToNextPick(): void {
		const picks = this.#picks;
		while (this.#picks === picks && !this.ended) {
			const change = this.#changes[this.#changed]?.at ?? Infinity;
			const next = Math.min(this.#agenda.next, change);
			this.runUntil(next === Infinity ? this.scenario.durationMs : next);
		}
	}

	/**
	 * Change something now. It joins `changes`, so the run can be had again. Ignored once the traffic has ended.
	 * @throws RangeError when there is no such server, or the id of a new one was used before; nothing has changed then.
	 */
	apply(change: LiveChange): void {
		if (this.#now > this.scenario.durationMs) return;
		this.#check(change);
		this.#changes.splice(this.#changed, 0, { ...change, at: this.#now });
		this.runUntil(this.#now);
	}

	/** A request from outside, such as a learner's own fetch. It rejects when the run is over or is given up. */
	send({ key }: Wish): Promise<Reply> {
		if (this.#now > this.scenario.durationMs) {
			return Promise.reject(new RangeError('This run is over: start it again to send a request.'));
		}
		return new Promise((resolve, reject) => {
			this.#guests.add(reject);
			this.#guest = (reply) => {
				this.#guests.delete(reject);
				resolve(reply);
			};
			this.apply({ do: 'request', key });
		});
	}

	/** Nobody will run it on: whoever still waits for an answer is told. */
	close(): void {
		for (const reject of this.#guests)
			reject(new RangeError('The run was started again before the answer came.'));
		this.#guests.clear();
	}

	/** The agenda's next event. One that was called off leaves no trace, not even in the time. */
	#step(at: Millis): void {
		const agenda = this.#agenda;
		agenda.take();
		const { deed, subject: request, stamp } = agenda;
		if (request === undefined) {
			if (stamp !== this.#trafficStamp) return;
			this.#now = at;
			this.#arrival();
		} else if (stamp === request.stamp) {
			this.#now = at;
			this.#reach(request, deed);
		}
	}

	/** Go to the next station, a hop away. */
	#travel(request: Request, station: number): void {
		if (this.#hop > 0) this.#agenda.plan(this.#now + this.#hop, station, request, request.stamp);
		else this.#reach(request, station);
	}

	#reach(request: Request, station: number): void {
		switch (station) {
			case reachGate:
				this.#atGate(request);
				return;
			case reachServer:
				this.#atServer(request);
				return;
			case finish:
				this.#finished(request);
				return;
			case reachGateAgain:
				this.#backAtGate(request);
				return;
			case reachClient:
				this.#answered(request);
		}
	}

	#planArrival(): void {
		const { next } = this.#traffic;
		if (next <= this.scenario.durationMs) this.#agenda.plan(next, arrive, undefined, this.#trafficStamp);
	}

	#arrival(): void {
		this.#traffic.advance();
		this.#planArrival();
		this.#send(this.#client(), this.#work());
	}

	#send(key: string, work: Millis, resolve?: (reply: Reply) => void): void {
		const request = this.#spare.pop() ?? new Request();
		request.begin(this.#nextId++, key, work, this.#now);
		request.resolve = resolve;
		this.#inside++;
		this.metrics.hearSend(this.#now);
		this.#voice.sent(this.#now, request);
		this.#travel(request, reachGate);
	}

	#atGate(request: Request): void {
		request.at = this.#now;
		const loads = this.explain && this.#voice.heard ? this.#beliefs() : undefined;
		const backend = this.cluster.acquire(request, request.tried);
		if (backend === undefined) {
			request.result = 'error';
			request.reason = this.cluster.available.length === 0 ? 'no-backend' : 'declined';
			this.#travel(request, reachClient);
			return;
		}
		this.#picks++;
		request.backend = backend;
		const server = this.#server(backend.id);
		request.server = server;
		this.metrics.hearPick(server.tally);
		this.#voice.picked(this.#now, request, backend, loads);
		this.#travel(request, reachServer);
	}

	#atServer(request: Request): void {
		const server = serverOf(request);
		request.reachedAt = this.#now;
		if (server.fault === 'stop') this.#turnBack(request, 'refused');
		else if (server.fault === 'fail') this.#turnBack(request, 'failed');
		else if (server.idle) this.#start(request, server);
		else if (server.full) this.#turnBack(request, 'queue-full');
		else {
			server.enqueue(request);
			this.#voice.came('queue', this.#now, request);
		}
	}

	#start(request: Request, server: Server): void {
		server.seat(request);
		request.startedAt = this.#now;
		request.left = request.work;
		request.leftAt = this.#now;
		this.metrics.hearStart(request.sentAt, this.#now - request.reachedAt);
		this.#voice.came('start', this.#now, request);
		this.#planFinish(request, server);
	}

	#planFinish(request: Request, server: Server): void {
		this.#agenda.plan(request.leftAt + request.left / server.speed, finish, request, request.stamp);
	}

	#finished(request: Request): void {
		const server = serverOf(request);
		server.unseat(request);
		this.metrics.hearFinish(server.tally, this.#now - request.startedAt);
		request.result = 'ok';
		request.reason = undefined;
		this.#voice.came('finish', this.#now, request);
		const next = server.dequeue();
		if (next !== undefined) this.#start(next, server);
		this.#travel(request, reachGateAgain);
	}

	/** The server has no good answer, and says so at once. */
	#turnBack(request: Request, reason: Reason): void {
		request.result = 'error';
		request.reason = reason;
		this.#travel(request, reachGateAgain);
	}

	#backAtGate(request: Request): void {
		const { backend, result } = request;
		if (backend === undefined) return;
		const latency = this.#now - request.at;
		const outcome: Outcome = { call: request, at: this.#now, latency, result };
		this.cluster.release(backend, outcome);
		this.metrics.hearEnd(serverOf(request).tally, result);
		this.#voice.ended(this.#now, request, latency);
		if (result !== 'ok' && request.attempt < this.scenario.balancer.retries) {
			request.tried.push(backend);
			request.attempt++;
			this.#atGate(request);
			return;
		}
		this.#travel(request, reachClient);
	}

	#answered(request: Request): void {
		const { id, result, reason, resolve } = request;
		const at = this.#now;
		const latency = at - request.sentAt;
		this.#inside--;
		this.metrics.hearAnswer(at, latency, result, reason);
		this.fingerprint.addWhole(id);
		this.fingerprint.add(at);
		this.fingerprint.add(latency);
		this.fingerprint.addWhole(result === 'ok' ? 1 : 0);
		this.fingerprint.addWhole(request.server?.number ?? -1);
		if (this.#voice.heard || resolve !== undefined) {
			const backend = request.backend?.id;
			const reply: Reply = {
				id,
				at,
				latency,
				result,
				...(backend !== undefined && { backend }),
				...(reason && { reason })
			};
			this.#voice.tell({ kind: 'answer', ...reply });
			resolve?.(reply);
		}
		this.#spare.push(request);
	}

	/** The same conditions as a scenario's changes must meet. */
	#check(change: LiveChange): void {
		if (change.do === 'add') {
			const { id } = change.server;
			if (this.#servers.has(id))
				throw new RangeError(`There is or was a server "${id}" in this run: use another id.`);
		} else if ('server' in change && !this.cluster.members.some(({ id }) => id === change.server)) {
			throw new RangeError(`There is no server "${change.server}" in this run now.`);
		}
	}

	#apply(change: Change): void {
		switch (change.do) {
			case 'add':
				this.#build(change.server);
				return;
			case 'remove':
				this.cluster.remove(change.server, this.#now);
				return;
			case 'drain':
			case 'ready':
				this.cluster.setState(change.server, change.do, this.#now);
				return;
			case 'weight':
				this.cluster.setWeight(change.server, change.weight, this.#now);
				return;
			case 'stop':
			case 'fail':
				this.#break(this.#server(change.server), change.do);
				return;
			case 'slow':
				this.#setSpeed(this.#server(change.server), change.speed, 'slow');
				return;
			case 'restart': {
				const server = this.#server(change.server);
				server.fault = 'none';
				this.#setSpeed(server, server.nominalSpeed, 'restart');
				return;
			}
			case 'traffic':
				this.#traffic.setRate(change.perSecond, this.#now);
				this.#trafficStamp++;
				this.#planArrival();
				return;
			case 'strategy': {
				this.#choice = change.strategy;
				this.cluster.use(this.#strategyOf(change.strategy), this.#now);
				this.#voice.tell(appointment(this.#now, change.strategy, this.seed));
				return;
			}
			case 'request': {
				const resolve = this.#guest;
				this.#guest = undefined;
				this.#send(change.key, this.#guestWork(), resolve);
			}
		}
	}

	#build(spec: ServerSpec): void {
		this.#servers.set(spec.id, new Server(spec, this.#servers.size, this.metrics.tallyOf(spec.id)));
		this.cluster.add(spec.id, { weight: spec.weight }, this.#now);
	}

	/** A stopped machine loses what it holds; a failing one fails those who wait and lets its workers finish. */
	#break(server: Server, fault: 'stop' | 'fail'): void {
		server.fault = fault;
		this.#voice.tell({ kind: 'backend', at: this.#now, backend: server.id, change: fault });
		if (fault === 'stop') {
			for (const request of server.serving.splice(0)) {
				request.stamp++;
				this.#turnBack(request, 'reset');
			}
		}
		for (let request = server.dequeue(); request !== undefined; request = server.dequeue()) {
			this.#turnBack(request, fault === 'stop' ? 'reset' : 'failed');
		}
	}

	/** What is being served goes on at the new speed. */
	#setSpeed(server: Server, speed: number, change: 'slow' | 'restart'): void {
		for (const request of server.serving) {
			// Rounding must not let it finish before now.
			request.left = Math.max(0, request.left - (this.#now - request.leftAt) * server.speed);
			request.leftAt = this.#now;
			request.stamp++;
		}
		server.speed = speed;
		for (const request of server.serving) this.#planFinish(request, server);
		this.#voice.tell({ kind: 'backend', at: this.#now, backend: server.id, change, value: speed });
	}

	#server(id: string): Server {
		const server = this.#servers.get(id);
		if (server === undefined) throw new RangeError(`There is no server "${id}" in this run.`);
		return server;
	}

	#strategyOf({ name, knobs }: StrategyChoice): Strategy {
		return createStrategy(name, knobs, randomStream(this.seed, 'strategy'));
	}

	#beliefs(): Loads | undefined {
		const { strategy, available } = this.cluster;
		if (strategy.load === undefined) return undefined;
		return available.map((backend) => [backend.id, strategy.load?.(backend, this.#now) ?? 0] as const);
	}
}

function serverOf(request: Request): Server {
	if (request.server === undefined)
		throw new Error(`Request ${String(request.id)} is at no server: the engine lost its way.`);
	return request.server;
}
