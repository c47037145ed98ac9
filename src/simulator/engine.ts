import type { Cluster } from '#balancer/cluster.ts';
import { randomStream, randomWords, type Words } from '#balancer/random.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Backend, Millis, Strategy } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { Ear } from '#record/event.ts';
import { Fingerprint } from '#record/fingerprint.ts';
import { Metrics } from '#record/metrics.ts';
import { backendFacts } from '#record/rules.ts';
import type { Reply, Wish, World } from '#record/world.ts';
import { Attempt } from './attempt.ts';
import { Autoscaler } from './autoscaler.ts';
import { Clients, type Client } from './clients.ts';
import { Clockwork, deeds } from './clockwork.ts';
import { exponential } from './draw.ts';
import { Gate, type Neighbourhood } from './gate.ts';
import { HealthChecks } from './health-checks.ts';
import { drawer, Draws } from './law.ts';
import { Network } from './network.ts';
import { Pool } from './pool.ts';
import { Request } from './request.ts';
import type { Change, LiveChange, Scenario, ServerSpec } from './scenario.ts';
import { Server, type Surroundings } from './server.ts';
import { Sessions } from './sessions.ts';
import { Sights } from './sights.ts';
import { Store } from './store.ts';
import { Traffic } from './traffic.ts';
import { announcement, appointment, introduction, Voice } from './voice.ts';

export type { LiveChange } from './scenario.ts';

/** More requests than this on their way at once, and the run has run away: see `diverged`. */
const mostInside = 500_000;

/**
 * A world of virtual time. The scenario and the seed determine everything that happens, whoever watches and
 * however the time is sliced: `runUntil(10)` ten times is `runUntil(100)` once.
 *
 * A request's way: client → (hop) → gate, where the cluster picks → (hop) → server: a worker, the queue or a
 * refusal → (hop) → gate, where the cluster is told → (hop) → client, or another try.
 */
export class Engine implements World, Neighbourhood, Surroundings {
	readonly scenario: Scenario;
	readonly seed: number;
	readonly metrics: Metrics;
	readonly fingerprint = new Fingerprint();
	readonly clockwork = new Clockwork();
	readonly voice = new Voice();
	readonly attempts = new Pool((number) => new Attempt(number));
	#requests = new Pool(
		(number) => new Request(number, (arrival) => this.#clients.senderOf(arrival), this.scenario.balancer.key)
	);
	readonly sights: Sights | undefined;
	/** When set, `pick` events carry what the strategy believed of each candidate, and why it picked. */
	explain = false;

	#traffic: Traffic;
	#trafficStamp = 0;
	#traced = 0;
	/** Requests the open traffic has sent. */
	#arrivals = 0;
	#clients: Clients;
	#work: Draws;
	/** Work for requests from outside, so that they leave the traffic's own untouched. */
	#guestWork: Draws;
	#think: Draws;
	#patience: Words;
	#isImpatient: boolean;
	#fanOut: number;
	#whichGate: Words;
	#network: Network;
	#gates: readonly Gate[] = [];
	/** By number. */
	#servers: Server[] = [];
	#byId = new Map<string, Server>();
	#choice: StrategyChoice;
	#checks: HealthChecks | undefined;
	#sessions: Sessions | undefined;
	#store: Store | undefined;
	#changes: Change[];
	#changed = 0;
	#nextId = 0;
	#inside = 0;
	/** After the end of the traffic: when something last happened that was more than a look. */
	#stirredAt: Millis;
	/** Who waits for the request that is being applied. */
	#guest: ((reply: Reply) => void) | undefined;
	#guests = new Set<(reason: Error) => void>();

	constructor(scenario: Scenario, seed = scenario.seed) {
		const { traffic, work, balancer } = scenario;
		const stream = (...names: (string | number)[]): Words => randomWords(seed, ...names);
		this.scenario = scenario;
		this.seed = seed;
		this.#stirredAt = scenario.durationMs;
		this.metrics = new Metrics(scenario.warmUpMs, scenario.durationMs);
		this.#network = new Network(scenario.network, stream('network'));
		this.#clients = new Clients(traffic, stream('clients'));
		this.#work = new Draws(work, stream('work'), work.meanMs);
		this.#guestWork = new Draws(work, stream('guests', 'work'), work.meanMs);
		this.#think = new Draws(traffic.think, stream('think'), traffic.think.meanMs);
		this.#patience = stream('patience');
		this.#isImpatient = traffic.patience !== null;
		this.#fanOut = scenario.fanOut;
		this.#whichGate = stream('gates');
		this.#traffic = new Traffic(traffic, stream('arrivals'), stream('moods'));
		this.#changes = scenario.changes.toSorted((a, b) => a.at - b.at);
		this.#choice = scenario.strategy;
		if (scenario.sessions !== null) this.#sessions = new Sessions(scenario.sessions, this.metrics);
		if (scenario.data !== null) this.#store = new Store(scenario.data, stream('data'), this.metrics);
		if (balancer.sees === 'servers') {
			this.sights = new Sights(
				balancer,
				this.clockwork,
				() => this.#gates,
				(backend) => this.serverOf(backend)
			);
		}
		this.#gates = Array.from({ length: balancer.gates }, (_, number) => this.#gate(number));
		for (const server of scenario.servers) this.#build(server);
		if (balancer.checks !== null)
			this.#checks = new HealthChecks(balancer.checks, this.clockwork, this.#gates, this.#byId);
		if (scenario.autoscaler !== null) new Autoscaler(scenario.autoscaler, this.clockwork, this).begin();
		this.#begin();
	}

	get now(): Millis {
		return this.clockwork.now;
	}

	/** The first balancer's; the others, where there are more, have the same servers. */
	get cluster(): Cluster {
		return this.#firstGate.cluster;
	}

	/** The traffic is over, and the last answer is in or will never come. */
	get ended(): boolean {
		if (this.diverged) return true;
		return this.now >= this.scenario.durationMs && (this.#inside === 0 || this.#isSilent);
	}

	/** So many requests are on their way that the world was stopped: it gets in more than it can ever answer. */
	get diverged(): boolean {
		return this.#inside > mostInside;
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

	/** Machines at work or on their way out, in the order of building. */
	get servers(): readonly Server[] {
		return this.#servers.filter(({ goneAt }) => goneAt === Infinity);
	}

	/** All machines there ever were, by number. */
	get everyServer(): readonly Server[] {
		return this.#servers;
	}

	/** The balancers, side by side. */
	get gates(): readonly Gate[] {
		return this.#gates;
	}

	/** Hear how things stand, then everything that happens. Call what is returned to stop. */
	listen(ear: Ear): () => void {
		ear(appointment(this.now, this.#choice, this.seed));
		for (const backend of this.cluster.members) ear(introduction(this.now, backend, this.serverOf(backend)));
		return this.voice.listen(ear);
	}

	/** Let everything happen that happens up to and at `at`. */
	runUntil(at: Millis): void {
		for (;;) {
			const change = this.#changes[this.#changed];
			// A change comes after all that happens at its instant, as it does when a learner makes it between two frames.
			const until = Math.min(at, change?.at ?? Infinity);
			this.#passUntil(until);
			if (change === undefined || change.at > at || this.diverged) break;
			this.clockwork.now = Math.max(this.now, change.at);
			this.#changed++;
			this.#apply(change);
		}
		// A world that has run away stands still where it was stopped.
		if (at < Infinity && !this.diverged) this.clockwork.now = Math.max(this.now, at);
		// Time that passes after the end belongs to whoever lets it pass, not to the run.
		this.metrics.passed(this.ended && !this.diverged ? this.scenario.durationMs : this.now);
	}

	/** On to the end of the traffic and the last answer. */
	runToEnd(): void {
		this.runUntil(this.scenario.durationMs);
		this.runUntil(Infinity);
	}

	/** On to the moment at which a balancer next decides; or to the end. */
	runToNextPick(): void {
		const before = this.#picks;
		while (this.#picks === before && !this.ended) {
			const change = this.#changes[this.#changed]?.at ?? Infinity;
			const next = Math.min(this.clockwork.agenda.next, change);
			this.runUntil(next === Infinity ? this.scenario.durationMs : next);
		}
	}

	/**
	 * Change something now. It joins `changes`, so the run can be had again. Ignored once the traffic has ended.
	 * @throws RangeError when there is no such server, or the id of a new one was used before; nothing has changed then.
	 */
	apply(change: LiveChange): void {
		if (this.now > this.scenario.durationMs) return;
		this.#check(change);
		this.#changes.splice(this.#changed, 0, { ...change, at: this.now });
		this.runUntil(this.now);
	}

	/** A request from outside, such as a learner's own fetch. It rejects when the run is over or is given up. */
	send({ key }: Wish): Promise<Reply> {
		if (this.now > this.scenario.durationMs) {
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

	// What gates and servers need of the world.

	serverOf({ number }: Backend): Server {
		const server = this.#servers[number - 1];
		if (server === undefined)
			throw new RangeError(`There is no server number ${String(number)} in this run.`);
		return server;
	}

	goToServer(attempt: Attempt): void {
		const delay = this.#network.hop() + distanceOf(attempt);
		if (delay > 0) this.clockwork.plan(this.now + delay, deeds.reachServer, attempt.number, attempt.stamp);
		else attempt.server?.receive(attempt);
	}

	goHome(attempt: Attempt): void {
		const delay = this.#network.hop() + distanceOf(attempt);
		if (delay > 0) this.clockwork.plan(this.now + delay, deeds.reachGateAgain, attempt.number, attempt.stamp);
		else attempt.request.gate?.receiveBack(attempt);
	}

	sendWord(attempt: Attempt): void {
		const delay = this.#network.hop() + distanceOf(attempt);
		if (delay > 0)
			this.clockwork.plan(this.now + delay, deeds.reachServerCancelled, attempt.number, attempt.life);
		else attempt.server?.cancel(attempt);
	}

	answer(request: Request): void {
		request.held++;
		const delay = this.#network.hop();
		if (delay > 0) this.clockwork.plan(this.now + delay, deeds.reachClient, request.number);
		else this.#reachClient(request);
	}

	free(request: Request): void {
		this.#requests.giveBack(request);
	}

	assess(attempt: Attempt, server: Server): void {
		const { request } = attempt;
		attempt.work = this.#fanOut > 1 && attempt.attempt > 0 ? this.#workOfCall(attempt) : request.work;
		if (this.#sessions === undefined && this.#store === undefined) return;
		const known = this.#sessions?.extraWork(server, request) ?? 0;
		attempt.work += known + (this.#store?.visit(request, this.now) ?? 0);
	}

	/** Of several calls side by side, each but the first has work of its own, the same whatever else happens. */
	#workOfCall({ id, attempt }: Attempt): Millis {
		const { work } = this.scenario;
		return work.meanMs * drawer(work, randomWords(this.seed, 'calls', id, attempt))();
	}

	/** The autoscaler has ordered a server. */
	order(spec: ServerSpec, inMs: Millis): void {
		this.voice.tell(announcement(this.now, spec, inMs));
	}

	/** It had ordered one, which will not come. */
	callOff(id: string): void {
		this.voice.tell({ kind: 'backend', at: this.now, backend: id, change: 'called-off' });
	}

	/** Put another server in, as the autoscaler does. */
	build(spec: ServerSpec): void {
		this.#build(spec);
	}

	/** It ends what it has and takes no more. */
	retire(id: string): void {
		this.#remove(id);
	}

	get #firstGate(): Gate {
		const [first] = this.#gates;
		if (first === undefined) throw new Error('A world has at least one gate.');
		return first;
	}

	get #picks(): number {
		let picks = 0;
		for (const gate of this.#gates) picks += gate.picks;
		return picks;
	}

	/** Only those who look again and again have something planned, and have looked: whoever is inside will never be answered. */
	get #isSilent(): boolean {
		const { agenda, lookers, settleMs } = this.clockwork;
		return agenda.size === lookers && agenda.next > this.#stirredAt + settleMs;
	}

	/** Whether the event at `next`, after the end of the traffic, is of no use any more. */
	#isOver(next: Millis): boolean {
		const { agenda, lookers } = this.clockwork;
		if (agenda.size !== lookers) this.#stirredAt = next;
		return this.#inside === 0 || this.#isSilent;
	}

	#gate(number: number): Gate {
		const name = number === 0 ? [] : [number];
		const first = number === 0;
		return new Gate(
			this.scenario.balancer,
			this.#strategyOf(this.#choice, number),
			this,
			randomWords(this.seed, 'gate', ...name),
			first
				? (change) => {
						this.voice.changed(change, () => this.serverOf(change.backend));
					}
				: undefined
		);
	}

	/** What comes without being asked for. */
	#begin(): void {
		const { arrivals, users } = this.scenario.traffic;
		if (arrivals === 'users') for (let user = 0; user < users; user++) this.#letThink(user, 0);
		else if (arrivals === 'trace') this.#planTraced();
		else this.#planArrival();
	}

	/** Let everything happen that is planned up to and at `at`; after the end of the traffic, as long as it is of use. */
	#passUntil(at: Millis): void {
		const { agenda } = this.clockwork;
		const { durationMs } = this.scenario;
		agenda.until = Math.min(at, durationMs);
		while (!this.diverged && agenda.take()) this.#step();
		if (at <= durationMs) return;
		agenda.until = Math.min(at, Number.MAX_VALUE);
		while (!this.diverged && agenda.next <= agenda.until && !this.#isOver(agenda.next) && agenda.take())
			this.#step();
	}

	/** The event taken from the agenda. One that was called off leaves no trace, not even in the time. */
	#step(): void {
		const { clockwork } = this;
		const { agenda } = clockwork;
		const { stamp } = agenda;
		const { deed, whom } = clockwork;
		switch (deed) {
			case deeds.arrive:
				if (stamp !== this.#trafficStamp) return;
				clockwork.now = agenda.time;
				this.#arrival();
				return;
			case deeds.finish:
			case deeds.reachServer:
			case deeds.reachGateAgain: {
				const attempt = this.attempts.numbered(whom);
				if (stamp !== attempt.stamp) return;
				clockwork.now = agenda.time;
				if (deed === deeds.finish) attempt.server?.finish(attempt);
				else if (deed === deeds.reachServer) attempt.server?.receive(attempt);
				else attempt.request.gate?.receiveBack(attempt);
				return;
			}
			case deeds.reachServerCancelled: {
				const attempt = this.attempts.numbered(whom);
				if (stamp !== attempt.life) return;
				clockwork.now = agenda.time;
				attempt.server?.cancel(attempt);
				return;
			}
			case deeds.depart: {
				const server = this.#servers[whom];
				if (stamp !== server?.stamp) return;
				clockwork.now = agenda.time;
				server.depart();
				return;
			}
			case deeds.leave: {
				const request = this.#requests.numbered(whom);
				if (stamp !== request.timer) return;
				clockwork.now = agenda.time;
				this.#leave(request);
				return;
			}
			case deeds.reachGate:
				clockwork.now = agenda.time;
				this.#reachGate(this.#requests.numbered(whom));
				return;
			case deeds.reachClient:
				clockwork.now = agenda.time;
				this.#reachClient(this.#requests.numbered(whom));
				return;
			case deeds.tryAgain: {
				const request = this.#requests.numbered(whom);
				clockwork.now = agenda.time;
				request.gate?.tryAgain(request);
				return;
			}
			default:
				clockwork.now = agenda.time;
				clockwork.doTask(whom);
		}
	}

	#reachGate(request: Request): void {
		if (!request.answered) this.#gateFor().receive(request);
		this.#letGo(request);
	}

	#reachClient(request: Request): void {
		if (!request.answered) this.#answered(request);
		this.#letGo(request);
	}

	#gateFor(): Gate {
		const gates = this.#gates;
		if (gates.length === 1) return this.#firstGate;
		return gates[this.#whichGate.lot(gates.length)] ?? this.#firstGate;
	}

	/** What led it here is over. */
	#letGo(request: Request): void {
		if (--request.held === 0 && request.answered) this.free(request);
	}

	#planArrival(): void {
		const { next } = this.#traffic;
		if (next <= this.scenario.durationMs) this.clockwork.plan(next, deeds.arrive, 0, this.#trafficStamp);
	}

	#arrival(): void {
		this.#traffic.advance();
		this.#planArrival();
		this.#send(undefined, this.#arrivals++, this.#work.next(), -1);
	}

	#planTraced(): void {
		const next = this.scenario.traffic.trace[this.#traced];
		if (next === undefined || next.at > this.scenario.durationMs) return;
		this.#traced++;
		this.clockwork.planTask(next.at, () => {
			this.#planTraced();
			// Drawn in any case, so that naming one leaves the others as they were.
			const work = this.#work.next();
			this.#send(strangerCalled(next.key), this.#arrivals++, next.work ?? work, -1);
		});
	}

	/** A user thinks, at least so long, and sends again. */
	#letThink(user: number, least: Millis): void {
		const until = this.now + Math.max(least, this.#think.next());
		if (until > this.scenario.durationMs) return;
		this.clockwork.planTask(until, () => {
			this.#send(this.#clients.client(user), -1, this.#work.next(), user);
		});
	}

	/** An arrival's client need not be named. */
	#send(
		client: Client | undefined,
		arrival: number,
		work: Millis,
		user: number,
		resolve?: (reply: Reply) => void
	): void {
		const request = this.#requests.take();
		request.begin(this.#nextId++, client, arrival, work, this.now);
		request.user = user;
		request.calls = this.#fanOut;
		request.resolve = resolve;
		request.held = 1;
		this.#store?.assign(request);
		this.#inside++;
		this.metrics.hearSend(this.now);
		if (this.voice.heard) this.voice.sent(this.now, request);
		if (this.#isImpatient) this.#planLeave(request);
		const delay = this.#network.hop();
		if (delay > 0) this.clockwork.plan(this.now + delay, deeds.reachGate, request.number);
		else this.#reachGate(request);
	}

	#planLeave(request: Request): void {
		const { patience } = this.scenario.traffic;
		if (patience === null) return;
		const wait = patience.meanMs * (patience.law === 'fixed' ? 1 : exponential(this.#patience));
		this.clockwork.plan(this.now + wait, deeds.leave, request.number, request.timer);
	}

	/** The client's patience is over. */
	#leave(request: Request): void {
		const { gate } = request;
		const { patience } = this.scenario.traffic;
		if (patience?.until === 'start' && (request.settled || request.isServed)) return;
		request.result = 'cancelled';
		request.reason = 'client-left';
		request.held++;
		gate?.forget(request);
		this.#answered(request);
		this.#letGo(request);
	}

	#answered(request: Request): void {
		const { result, user } = request;
		const { now } = this;
		const latency = now - request.sentAt;
		request.answered = true;
		request.timer++;
		this.#inside--;
		this.metrics.hearAnswer(now, latency, result, request.reason);
		const outcome = 2 * (request.backend?.number ?? 0) + Number(result === 'ok');
		this.fingerprint.add(request.id, request.sentAt, now, outcome);
		if (this.voice.heard || request.resolve !== undefined) this.#tellAnswer(request, latency);
		// Nobody who is turned away in no time comes again in no time: time itself would stand still.
		if (user >= 0) this.#letThink(user, result === 'ok' ? 0 : Math.max(0, 1 - latency));
	}

	#tellAnswer({ id, result, reason, resolve, backend }: Request, latency: Millis): void {
		const reply: Reply = {
			id,
			at: this.now,
			latency,
			result,
			...(backend !== undefined && { backend: backend.id }),
			...(reason && { reason })
		};
		this.voice.tell({ kind: 'answer', ...reply });
		resolve?.(reply);
	}

	/** The same conditions as a scenario's changes must meet. */
	#check(change: LiveChange): void {
		if (change.do === 'add') {
			const { id } = change.server;
			if (this.#byId.has(id))
				throw new RangeError(`There is or was a server "${id}" in this run: use another id.`);
		} else if ('server' in change && !this.#isThere(change.server)) {
			throw new RangeError(`There is no server "${change.server}" in this run now.`);
		}
	}

	#apply(change: Change): void {
		const { now } = this;
		// The autoscaler may have let it go meanwhile, or have built another instead.
		if (change.do !== 'add' && 'server' in change && !this.#isThere(change.server)) return;
		switch (change.do) {
			case 'add':
				this.#build(change.server);
				return;
			case 'remove':
				this.#remove(change.server);
				return;
			case 'drain':
			case 'ready':
				this.#checks?.overrule(change.server, change.do);
				for (const { cluster } of this.#gates) cluster.setState(change.server, change.do, now);
				return;
			case 'weight':
				for (const { cluster } of this.#gates) cluster.setWeight(change.server, change.weight, now);
				return;
			case 'stop':
			case 'fail':
			case 'hang':
				this.#server(change.server).break(change.do);
				return;
			case 'pause':
				this.#server(change.server).pause(change.forMs);
				return;
			case 'slow':
				this.#server(change.server).setSpeed(change.speed);
				return;
			case 'restart':
				this.#server(change.server).restart();
				return;
			case 'traffic':
				this.#traffic.setRate(change.perSecond, now);
				this.#trafficStamp++;
				this.#planArrival();
				return;
			case 'strategy':
				this.#choice = change.strategy;
				this.#gates.forEach(({ cluster }, number) => {
					cluster.use(this.#strategyOf(change.strategy, number), now);
				});
				this.voice.tell(appointment(now, change.strategy, this.seed));
				return;
			case 'request': {
				const resolve = this.#guest;
				this.#guest = undefined;
				this.#send(strangerCalled(change.key), -1, this.#guestWork.next(), -1, resolve);
			}
		}
	}

	#build(spec: ServerSpec): void {
		const number = this.#servers.length;
		const tally = this.metrics.tallyOf(spec.id);
		const server = new Server(spec, number, tally, this, randomWords(this.seed, 'server', spec.id));
		this.#servers.push(server);
		this.#byId.set(spec.id, server);
		for (const { cluster } of this.#gates)
			cluster.add(spec.id, { ...backendFacts(spec), number: number + 1 }, this.now);
		this.sights?.look();
	}

	#remove(id: string): void {
		const server = this.#server(id);
		server.goneAt = this.now;
		for (const { cluster } of this.#gates) cluster.remove(id, this.now);
	}

	#isThere(id: string): boolean {
		return this.#byId.get(id)?.goneAt === Infinity;
	}

	#server(id: string): Server {
		const server = this.#byId.get(id);
		if (server === undefined) throw new RangeError(`There is no server "${id}" in this run.`);
		return server;
	}

	#strategyOf({ name, knobs }: StrategyChoice, gate: number): Strategy {
		const names = gate === 0 ? ['strategy'] : ['strategy', gate];
		return createStrategy(name, knobs, randomStream(this.seed, ...names));
	}
}

/** A client that is none of the traffic's: what it is called is its address and its session. */
function strangerCalled(key: string | undefined): Client | undefined {
	return key === undefined ? undefined : { address: key, session: key };
}

function distanceOf({ server }: Attempt): Millis {
	return server?.distanceMs ?? 0;
}
