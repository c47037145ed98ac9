import type { Cluster } from '#balancer/cluster.ts';
import { randomStream, randomWords, type Words } from '#balancer/random.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Backend, Millis, Strategy } from '#balancer/strategy.ts';
import type { StrategyChoice } from '#record/choice.ts';
import type { Ear } from '#record/event.ts';
import { Fingerprint } from '#record/fingerprint.ts';
import { Metrics } from '#record/metrics.ts';
import type { Reply, Wish, World } from '#record/world.ts';
import * as ofAttempt from './attempt-row.ts';
import { Attempts } from './attempts.ts';
import { Autoscaler } from './autoscaler.ts';
import { Books, debug } from './books.ts';
import { Changes, checkChange, makeChange } from './changes.ts';
import type { Client } from './clients.ts';
import { about, Clockwork, deeds } from './clockwork.ts';
import { exponential } from './draw.ts';
import { Fleet } from './fleet.ts';
import { Gate, type Neighbourhood } from './gate.ts';
import { HealthChecks } from './health-checks.ts';
import { drawer } from './law.ts';
import { Network } from './network.ts';
import { Memory, none } from './memory.ts';
import { outcomes, reasonOf, resultOf } from './outcome.ts';
import * as ofRequest from './request-row.ts';
import { Requests, stages } from './requests.ts';
import type { Change, LiveChange, Scenario } from './scenario.ts';
import { Senders, strangerCalled } from './senders.ts';
import type { Server, Surroundings } from './server.ts';
import { Sessions } from './sessions.ts';
import { Sights } from './sights.ts';
import { Store } from './store.ts';
import { appointment, introduction, Voice } from './voice.ts';

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
	readonly voice: Voice;
	readonly attempts: Attempts;
	readonly requests: Requests;
	#memory = new Memory();
	readonly sights: Sights | undefined;
	/** When set, `pick` events carry what the strategy believed of each candidate, and why it picked. */
	explain = false;

	#senders: Senders;
	#patience: Words;
	#isImpatient: boolean;
	#fanOut: number;
	#whichGate: Words;
	#network: Network;
	#gates: readonly Gate[] = [];
	#fleet: Fleet;
	#choice: StrategyChoice;
	#checks: HealthChecks | undefined;
	/** Whether a request's work hangs on a server's state, or waits for the data. */
	#knowsMore: boolean;
	#sessions: Sessions | undefined;
	#store: Store | undefined;
	#changes: Changes;
	#nextId = 0;
	#inside = 0;
	/** After the end of the traffic: when something last happened that was more than a look. */
	#stirredAt: Millis;
	/** Who waits for the request that is being applied. */
	#guest: ((reply: Reply) => void) | undefined;
	#guests = new Set<(reason: Error) => void>();
	/** Under the debug switch. */
	#books: Books | undefined;

	constructor(scenario: Scenario, seed = scenario.seed) {
		const { traffic, balancer } = scenario;
		const stream = (...names: (string | number)[]): Words => randomWords(seed, ...names);
		this.scenario = scenario;
		this.seed = seed;
		this.#stirredAt = scenario.durationMs;
		this.metrics = new Metrics(scenario.warmUpMs, scenario.durationMs);
		this.requests = new Requests(this.#memory, scenario, (sender) => this.#senders.clientOf(sender));
		this.attempts = new Attempts(this.#memory, this.requests);
		this.voice = new Voice(this.attempts);
		if (debug.books) this.voice.keep((this.#books = new Books(this)));
		this.#network = new Network(scenario.network, stream('network'));
		this.#senders = new Senders(scenario, seed, this.clockwork, (sender, client) => {
			this.#send(sender, client);
		});
		this.#patience = stream('patience');
		this.#isImpatient = traffic.patience !== null;
		this.#fanOut = scenario.fanOut;
		this.#whichGate = stream('gates');
		this.#changes = new Changes(scenario.changes);
		this.#choice = scenario.strategy;
		if (scenario.sessions !== null) this.#sessions = new Sessions(scenario.sessions, this.metrics);
		if (scenario.data !== null) this.#store = new Store(scenario.data, stream('data'), this.metrics);
		this.#knowsMore = scenario.sessions !== null || scenario.data !== null;
		if (balancer.sees === 'servers') {
			this.sights = new Sights(
				balancer,
				this.clockwork,
				() => this.#gates,
				(backend) => this.serverOf(backend)
			);
		}
		this.#fleet = new Fleet(this);
		this.#gates = Array.from({ length: balancer.gates }, (_, number) => this.#gate(number));
		for (const server of scenario.servers) this.#fleet.build(server);
		if (balancer.checks !== null)
			this.#checks = new HealthChecks(balancer.checks, this.clockwork, this.#gates, this.#fleet.byId);
		if (scenario.autoscaler !== null)
			new Autoscaler(scenario.autoscaler, this.clockwork, this.#fleet).begin();
		this.#senders.begin();
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
		return this.#changes.all;
	}

	/** Machines at work or on their way out, in the order of building. */
	get servers(): readonly Server[] {
		return this.#fleet.servers;
	}

	/** All machines there ever were, by number. */
	get everyServer(): readonly Server[] {
		return this.#fleet.every;
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
			const due = this.#changes.due;
			// A change comes after all that happens at its instant, as it does when a learner makes it between two frames.
			this.#passUntil(Math.min(at, due));
			if (due > at || this.diverged) break;
			const change = this.#changes.take();
			if (change === undefined) break;
			this.clockwork.now = Math.max(this.now, due);
			this.#change(change);
		}
		// A world that has run away stands still where it was stopped.
		if (at < Infinity && !this.diverged) this.clockwork.now = Math.max(this.now, at);
		// Time that passes after the end belongs to whoever lets it pass, not to the run.
		this.metrics.passed(this.ended && !this.diverged ? this.scenario.durationMs : this.now);
		this.#books?.check();
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
			const next = Math.min(this.clockwork.agenda.next, this.#changes.due);
			this.runUntil(next === Infinity ? this.scenario.durationMs : next);
		}
	}

	/**
	 * Change something now. It joins `changes`, so the run can be had again. Ignored once the traffic has ended.
	 * @throws RangeError when there is no such server, or the id of a new one was used before; nothing has changed then.
	 */
	apply(change: LiveChange): void {
		if (this.now > this.scenario.durationMs) return;
		checkChange(change, this.#fleet);
		this.#changes.insert(change, this.now);
		this.runUntil(this.now);
	}

	/** These are all changes, those of the past as they were: others are to come. */
	foresee(changes: readonly Change[]): void {
		this.#changes.foresee(changes);
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

	serverOf(backend: Backend): Server {
		return this.#fleet.of(backend);
	}

	goToServer(attempt: number): void {
		const server = this.#serverOf(attempt);
		this.#network.hop();
		const delay = this.#network.ms + server.distanceMs;
		if (delay === 0) server.receive(attempt);
		else
			this.clockwork.agenda
				.at(this.clockwork.now + delay)
				.plan(about(attempt, deeds.reachServer), this.attempts.stampOf(attempt));
	}

	goHome(attempt: number): void {
		this.#network.hop();
		const delay = this.#network.ms + this.#serverOf(attempt).distanceMs;
		if (delay === 0) this.#gateOf(attempt).receiveBack(attempt);
		else
			this.clockwork.agenda
				.at(this.clockwork.now + delay)
				.plan(about(attempt, deeds.reachGateAgain), this.attempts.stampOf(attempt));
	}

	sendWord(attempt: number): void {
		const server = this.#serverOf(attempt);
		this.#network.hop();
		const delay = this.#network.ms + server.distanceMs;
		if (delay === 0) server.cancel(attempt);
		else
			this.clockwork.agenda
				.at(this.clockwork.now + delay)
				.plan(about(attempt, deeds.reachServerCancelled), this.attempts.lifeOf(attempt));
	}

	answer(request: number): void {
		this.#network.clientHop();
		const { ms } = this.#network;
		if (ms > 0) {
			this.requests.hold(request);
			this.clockwork.agenda.at(this.clockwork.now + ms).plan(about(request, deeds.reachClient), 0);
		} else if (!this.requests.isAnswered(request)) this.#answered(request);
	}

	assess(attempt: number, server: Server): void {
		const { fractions } = this.#memory;
		const request = this.attempts.requestOf(attempt);
		const isFurther = this.#fanOut > 1 && this.attempts.numberOf(attempt) > 0;
		const work = isFurther ? this.#workOfCall(attempt) : (fractions[(request + ofRequest.work) >> 1] ?? 0);
		fractions[(attempt + ofAttempt.left) >> 1] = work;
		fractions[(attempt + ofAttempt.leftAt) >> 1] = this.clockwork.now;
		if (this.#knowsMore) this.#assessMore(attempt, request, server);
	}

	/** What the server's state costs a request here, and how long it waits for the data. */
	#assessMore(attempt: number, request: number, server: Server): void {
		const { requests } = this;
		const { fractions, words } = this.#memory;
		const session = requests.sessionOf(request);
		const [left, leftAt] = [(attempt + ofAttempt.left) >> 1, (attempt + ofAttempt.leftAt) >> 1];
		const known =
			this.#sessions?.extraWork(server, session, requests.sentAt(request), this.clockwork.now) ?? 0;
		const wait =
			this.#store?.visit(session, words[request + ofRequest.writes] === 1, this.clockwork.now) ?? 0;
		fractions[left] = (fractions[left] ?? 0) + known;
		fractions[leftAt] = this.clockwork.now + wait;
	}

	/** Of several calls side by side, each but the first has work of its own, the same whatever else happens. */
	#workOfCall(attempt: number): Millis {
		const { work } = this.scenario;
		const id = this.requests.idOf(this.attempts.requestOf(attempt));
		const names = [id, this.attempts.numberOf(attempt)];
		return work.meanMs * drawer(work, randomWords(this.seed, 'calls', ...names))();
	}

	#serverOf(attempt: number): Server {
		return this.#fleet.at(this.attempts.serverOf(attempt));
	}

	/** Where an attempt came from. */
	#gateOf(attempt: number): Gate {
		return this.#gateOfRequest(this.attempts.requestOf(attempt));
	}

	/** Where a request came to. */
	#gateOfRequest(request: number): Gate {
		const number = this.#memory.bytes[(request << 2) + ofRequest.gate] ?? 0;
		return this.#gates[number - 1] ?? this.#firstGate;
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
			number,
			randomWords(this.seed, 'gate', ...name),
			first
				? (change) => {
						this.voice.changed(change, () => this.serverOf(change.backend));
					}
				: undefined
		);
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
				if (!this.#senders.expects(stamp)) return;
				clockwork.now = agenda.time;
				this.#senders.arrive();
				return;
			case deeds.finish:
				if (stamp !== this.attempts.stampOf(whom)) return;
				clockwork.now = agenda.time;
				this.#serverOf(whom).finish(whom);
				return;
			case deeds.reachServer:
				if (stamp !== this.attempts.stampOf(whom)) return;
				clockwork.now = agenda.time;
				this.#serverOf(whom).receive(whom);
				return;
			case deeds.reachGateAgain:
				if (stamp !== this.attempts.stampOf(whom)) return;
				clockwork.now = agenda.time;
				this.#gateOf(whom).receiveBack(whom);
				return;
			case deeds.reachServerCancelled:
				if (stamp !== this.attempts.lifeOf(whom)) return;
				clockwork.now = agenda.time;
				this.#serverOf(whom).cancel(whom);
				return;
			case deeds.depart: {
				const server = this.#fleet.at(whom);
				if (stamp !== server.stamp) return;
				clockwork.now = agenda.time;
				server.depart();
				return;
			}
			case deeds.leave:
				if (stamp !== this.requests.idOf(whom) || this.requests.isAnswered(whom)) return;
				clockwork.now = agenda.time;
				this.#leave(whom);
				return;
			case deeds.reachGate:
				clockwork.now = agenda.time;
				this.#reachGate(whom);
				return;
			case deeds.reachClient:
				clockwork.now = agenda.time;
				this.#reachClient(whom);
				return;
			case deeds.tryAgain:
				clockwork.now = agenda.time;
				this.#gateOfRequest(whom).tryAgain(whom);
				return;
			default:
				clockwork.now = agenda.time;
				clockwork.doTask(whom);
		}
	}

	#reachGate(request: number): void {
		if (!this.requests.isAnswered(request)) this.#gateFor().receive(request);
		this.requests.letGo(request);
	}

	#reachClient(request: number): void {
		if (!this.requests.isAnswered(request)) this.#answered(request);
		this.requests.letGo(request);
	}

	#gateFor(): Gate {
		const gates = this.#gates;
		if (gates.length === 1) return this.#firstGate;
		return gates[this.#whichGate.lot(gates.length)] ?? this.#firstGate;
	}

	/** `sender`: see the request's row. The client of an arrival need not be named. */
	#send(sender: number, client: Client | undefined, resolve?: (reply: Reply) => void): void {
		const { requests } = this;
		const request = requests.begin(this.#nextId++, sender);
		const { fractions } = this.#memory;
		fractions[(request + ofRequest.sentAt) >> 1] = this.clockwork.now;
		fractions[(request + ofRequest.work) >> 1] = this.#senders.work;
		if (client !== undefined) requests.isFrom(request, client);
		if (resolve !== undefined) requests.await(request, resolve);
		if (this.#store !== undefined)
			this.#memory.words[request + ofRequest.writes] = Number(this.#store.drawWrites());
		this.#inside++;
		this.metrics.at(this.clockwork.now).countSend();
		if (this.voice.heard) this.voice.sent(this.clockwork.now, request);
		if (this.#isImpatient) this.#planLeave(request);
		this.#network.clientHop();
		const { ms } = this.#network;
		if (ms > 0) this.clockwork.agenda.at(this.clockwork.now + ms).plan(about(request, deeds.reachGate), 0);
		else this.#reachGate(request);
	}

	#planLeave(request: number): void {
		const { patience } = this.scenario.traffic;
		if (patience === null) return;
		const wait = patience.meanMs * (patience.law === 'fixed' ? 1 : exponential(this.#patience));
		// Its name is its stamp: another request may have the row by then.
		this.clockwork.agenda
			.at(this.clockwork.now + wait)
			.plan(about(request, deeds.leave), this.requests.idOf(request));
	}

	/** The client's patience is over. */
	#leave(request: number): void {
		const { requests, attempts } = this;
		const { patience } = this.scenario.traffic;
		if (patience?.until === 'start') {
			const isServed = attempts.openOf(request).some((one) => !Number.isNaN(attempts.startedAt(one)));
			if (isServed || !requests.isOpen(request)) return;
		}
		requests.hold(request);
		if (this.#memory.bytes[(request << 2) + ofRequest.gate] !== 0)
			this.#gateOfRequest(request).forget(request);
		this.#memory.bytes[(request << 2) + ofRequest.outcome] = outcomes['client-left'];
		this.#answered(request);
		requests.letGo(request);
	}

	#answered(request: number): void {
		const { now } = this.clockwork;
		const { bytes, words, fractions } = this.#memory;
		const sentAt = fractions[(request + ofRequest.sentAt) >> 1] ?? now;
		const outcome = bytes[(request << 2) + ofRequest.outcome] ?? 0;
		const result = resultOf(outcome);
		bytes[(request << 2) + ofRequest.stage] = stages.answered;
		this.#inside--;
		this.metrics.at(now, now - sentAt).countAnswer(result, reasonOf(outcome));
		const sender = words[request + ofRequest.sender] ?? none;
		const whereAndHow = 2 * (words[request + ofRequest.backend] ?? 0) + Number(result === 'ok');
		this.fingerprint.add(words[request + ofRequest.id] ?? 0, sentAt, now, whereAndHow);
		if (this.voice.heard || this.requests.guests > 0) this.#tellAnswer(request, now - sentAt);
		if (sender < none) this.#senders.hear(sender, outcome === outcomes.ok, now - sentAt);
	}

	#tellAnswer(request: number, latency: Millis): void {
		this.#books?.answered(request, this.now, latency);
		const resolve = this.requests.guestOf(request);
		if (!this.voice.hasEars && resolve === undefined) return;
		const { words, bytes } = this.#memory;
		const number = words[request + ofRequest.backend] ?? 0;
		const outcome = bytes[(request << 2) + ofRequest.outcome];
		const reason = reasonOf(outcome);
		const reply: Reply = {
			id: words[request + ofRequest.id] ?? 0,
			at: this.now,
			latency,
			result: resultOf(outcome),
			...(number > 0 && { backend: this.#fleet.at(number - 1).id }),
			...(reason && { reason })
		};
		this.voice.tell({ kind: 'answer', ...reply });
		resolve?.(reply);
	}

	#change(change: Change): void {
		makeChange(change, this.now, {
			fleet: this.#fleet,
			senders: this.#senders,
			gates: this.#gates,
			checks: this.#checks,
			appoint: (strategy) => {
				this.#appoint(strategy);
			},
			request: (key) => {
				const resolve = this.#guest;
				this.#guest = undefined;
				this.#senders.drawGuestWork();
				this.#send(none, strangerCalled(key), resolve);
			}
		});
	}

	#appoint(choice: StrategyChoice): void {
		this.#choice = choice;
		this.#gates.forEach(({ cluster }, number) => {
			cluster.use(this.#strategyOf(choice, number), this.now);
		});
		this.voice.tell(appointment(this.now, choice, this.seed));
	}

	#strategyOf({ name, knobs }: StrategyChoice, gate: number): Strategy {
		const names = gate === 0 ? ['strategy'] : ['strategy', gate];
		return createStrategy(name, knobs, randomStream(this.seed, ...names));
	}
}
