import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Cluster, ClusterChange } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { RetryBudget, type Backoff } from '#balancer/retry.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Millis } from '#balancer/strategy.ts';
import { tooManyFor, type StrategyChoice } from '#record/choice.ts';
import type { Ear, TraceEvent } from '#record/event.ts';
import { InputError } from '#record/input.ts';
import type { CheckSettings } from '#record/proxy-settings.ts';
import { HostRulesSchema, retryRules, type HostRules, type HostRulesInput } from '#record/rules.ts';
import { answer } from './answers.ts';
import { addressOf, type BackendSpec } from './backends.ts';
import { Caller } from './caller.ts';
import { onClientError } from './client-error.ts';
import { cookieKey, keyIn, type ClientKey, type Keyed } from './client-key.ts';
import { clock } from './clock.ts';
import { Exchange, margin, tracedOf, type Follower, type Gate } from './exchange.ts';
import { admit, type Refusal } from './guard.ts';
import type { ForwardingRules } from './headers.ts';
import { Hedges } from './hedges.ts';
import { closeEmpty, Incoming } from './incoming.ts';
import { listen } from './listen.ts';
import { refuseOwnAddress } from './own-address.ts';
import { Reply } from './reply.ts';
import { Roster, type RosterRules } from './roster.ts';
import type { Tracing } from './tracing.ts';
import { trustOf, type Trust } from './trust.ts';
import { inTurn, whenAnswered } from './turns.ts';
import { onUpgrade } from './upgrade.ts';
import { WaitingRoom } from './waiting-room.ts';

/** What of a proxy may change while it runs. */
export interface ProxyRules {
	/** At least one to begin with. */
	readonly backends: readonly BackendSpec[];
	readonly strategy: StrategyChoice;
	/** Seeds the strategy's random stream; default 1. */
	readonly seed?: number;
	/**
	 * What it does around the strategy; default `defaultRules`. `retries` is how often a request that may have reached a
	 * backend is sent again, where that is safe.
	 */
	readonly rules?: HostRulesInput;
	/** What of a request is its key; default the client's address. */
	readonly key?: ClientKey;
	/** Until a backend's answer begins, and between two pieces of it; default 60 s; null: as long as it takes. */
	readonly timeoutMs?: Millis | null;
	/** A client may be silent for so long in the middle of a request's body, and up to 5 s more; default 60 s. */
	readonly bodyTimeoutMs?: Millis;
	/** Before an attempt after a failed one; default none. */
	readonly backoff?: Backoff;
	/** What retries may cost; null, the default: they are free. */
	readonly budget?: { readonly ratio: number; readonly most: number } | null;
	/** After so long a request that may be sent twice is sent to another backend as well; null, the default: never. */
	readonly hedgeMs?: Millis | null;
	/** Requests let in at once, the others are turned away; null, the default: any number. */
	readonly most?: number | null;
	/** Until a backend's connection stands; default 5 s. */
	readonly connectTimeoutMs?: Millis;
	/** Active health checks; null, the default: none. */
	readonly checks?: CheckSettings | null;
	/** Networks of proxies whose X-Forwarded-* are believed; default none. */
	readonly trust?: readonly string[];
	/** Say `Forwarded` (RFC 7239), too; default false. */
	readonly forwarded?: boolean;
	/** The Host that backends see: the client's (default), or each its own. */
	readonly hostHeader?: ForwardingRules['hostHeader'];
	/** Start a trace (W3C `traceparent`) where a request brings none; default false. */
	readonly trace?: boolean;
	/** Certificates (PEM) to verify https backends with, instead of the machine's. */
	readonly ca?: string | undefined;
}

export interface ProxyOptions extends ProxyRules {
	/** Default 0: any free port. */
	readonly port?: number;
	/** Default 127.0.0.1; `localhost` listens on ::1 as well, `unix:/run/proxy.sock` on no port at all. */
	readonly host?: string;
	/** Certificate and key (PEM) to speak HTTPS with; absent: HTTP. */
	readonly tls?: { readonly cert: string; readonly key: string } | undefined;
	/** Until the head of a client's request is in; default 10 s. */
	readonly headerTimeoutMs?: Millis;
	/** Client connections at once; default any number. */
	readonly maxConnections?: number;
	/** Hears of requests and attempts while they last; default nobody. */
	readonly tracing?: Tracing | undefined;
	/** Hears everything from the first event on, the adding of the backends included. */
	readonly ear?: Ear;
	/** Hears only slow changes, such as an ejection; unlike an ear it costs a request nothing. */
	readonly onChange?: (change: ClusterChange) => void;
}

/** A request that is over, as counters and logs want it. */
export interface Finished {
	readonly method: string;
	readonly target: string;
	readonly httpVersion: string;
	/** The client's address. */
	readonly client: string;
	/** 499: the client left before it had one. */
	readonly status: number;
	/** Why, where it was not the backend's own answer. */
	readonly reason: string | undefined;
	/** Of the answer's body. */
	readonly bytes: number;
	/** Undefined where none was asked. */
	readonly backend: string | undefined;
	readonly attempts: number;
	/** Of them, those that were sent beside another because that took long. */
	readonly hedges: number;
	readonly latency: Millis;
	/** From the client's request to the first byte of a backend's answer. */
	readonly firstByte: Millis | undefined;
}

export interface Proxy {
	/** 0 on a Unix socket. */
	readonly port: number;
	/** Facts about the backends, for reading. Another one after `apply` changed what the host does around its strategy. */
	readonly cluster: Cluster;
	/** Who the backends are; adds, removes, drains and weighs them at once. */
	readonly roster: Roster;
	/** The rules in force. */
	readonly rules: ProxyRules;
	/** Requests that wait because all backends are full. */
	readonly waiting: number;
	/** Milliseconds since this proxy began: the clock of its events. */
	now(): Millis;
	/** Hear what happens from now on; call what is returned to stop. */
	listen(ear: Ear): () => void;
	/**
	 * The same, but of requests only those that are wanted as they come, whose picks say why they fell as they did: the others
	 * cost nothing. One at a time.
	 */
	follow(follower: Follower): () => void;
	/**
	 * The same with all counts begun anew: the ear hears each backend go and be added again, and from there on everything
	 * there is to know. Requests under way end where they were counted.
	 */
	beginAnew(ear: Ear): () => void;
	/** Hear of each request when it is over; cheaper than an ear. */
	count(counter: (request: Finished) => void): () => void;
	/** Put another strategy in charge, with its own random stream from `seed`; counts stay. @throws InputError */
	use(strategy: StrategyChoice, seed: number): void;
	/** Go by other rules from the next request on; nobody's request is dropped. @throws InputError, and nothing changed. */
	apply(rules: ProxyRules): Promise<void>;
	/** Take no more requests, let those in flight end, then end their connections; after `withinMs` (default 10 s) at once. */
	close(withinMs?: Millis): Promise<void>;
}

/** What is known of a request besides itself. */
interface More {
	readonly expectsContinue?: boolean;
	readonly socket?: Socket;
	/** It goes no further, whatever else it is. */
	readonly refusal?: Refusal;
}

const unexpected: Refusal = {
	status: 417,
	reason: 'expectation',
	message: 'Of all expectations only 100-continue can be met: leave out the Expect header.'
};

/** Of a backend, and of a client in the middle of something. */
const usualPatience = 60_000;

/** Out for 5 s after 3 failures in a row, and one retry. */
export const defaultRules = { retries: 1, health: { fall: 3, ejectMs: 5000 } } satisfies HostRulesInput;

/** Start a balancing reverse proxy. @throws InputError for impossible backends, the system's error for a port. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
	const { port = 0, host = '127.0.0.1', tls, headerTimeoutMs = 10_000, tracing } = options;
	await assertRules(options, port, host);

	const ears = new Set<Ear>(options.ear && [options.ear]);
	const counters = new Set<(request: Finished) => void>();
	let follower: Follower | undefined;
	const tell = (event: TraceEvent): void => {
		for (const ear of ears) ear(event);
	};
	const tellAll = (event: TraceEvent): void => {
		tell(event);
		follower?.ear(event);
	};
	const now = clock();
	const changed = (change: ClusterChange): void => {
		options.onChange?.(change);
		if (ears.size > 0 || follower !== undefined)
			tellAll(changeEvent(change, roster.entries.get(change.backend.id)?.spec.backup === true));
	};

	let rules: ProxyRules = options;
	let requests = 0;
	let closing = false;
	let room = new WaitingRoom(create(rules.strategy, rules.seed ?? 1), hostRules(rules), changed, now);
	const roster = new Roster(room.reception.cluster, rosterRules(rules), now);
	for (const spec of rules.backends) roster.add(spec, 0);

	const name = `golangia-${randomBytes(4).toString('hex')}`;
	const gate: Gate & { trust: Trust } = {
		roster,
		room,
		forwarding: forwardingRules(rules, name, tracing),
		trust: trustOf(rules.trust ?? []),
		retry: retryRules(hostRules(rules)),
		...trouble(rules, now),
		bodyTimeoutMs: rules.bodyTimeoutMs ?? usualPatience,
		inside: 0,
		tracing,
		now,
		tell,
		get closing() {
			return closing;
		},
		get heard() {
			return ears.size > 0;
		},
		get follower() {
			return follower;
		},
		finished(request) {
			for (const counter of counters) counter(request);
		}
	};

	const scheme = tls === undefined ? 'http' : 'https';
	const keyed = (req: IncomingMessage, client: string): Keyed => {
		const { key: rule } = rules;
		if (rule?.by === 'cookie') return cookieKey(req.rawHeaders, rule.name, tls !== undefined);
		const key = rule === undefined || rule.by === 'address' ? client : keyIn(req, client, rule);
		return { key, gives: undefined };
	};
	const callers = new WeakMap<Socket, Caller>();
	const callerOn = (socket: Socket): Caller => {
		let caller = callers.get(socket);
		if (caller === undefined) callers.set(socket, (caller = new Caller(socket)));
		return caller;
	};
	const serve = (req: IncomingMessage, res: Reply, more?: More): void => {
		const caller = callerOn(req.socket);
		const { peer } = caller;
		const admitted = more?.refusal ?? admit(req, caller, name, more?.socket !== undefined);
		if ('status' in admitted) {
			answer(req, res, admitted);
			const finished = refused(req, peer, admitted);
			tracing
				?.begin(tracedOf(req, peer, { scheme, host: req.headers.host }), [...req.rawHeaders])
				.end(finished);
			gate.finished(finished);
			return;
		}
		const { host: asked, head } = admitted;
		if (!head.hasBody && more?.socket === undefined) closeEmpty(req);
		// What a stranger claims about itself is not passed on.
		const claims = gate.trust.has(peer) ? head.claims : undefined;
		const client = claims === undefined ? peer : gate.trust.clientOf(peer, claims.for);
		const { key, gives } = keyed(req, client);
		const from = {
			id: ++requests,
			client,
			key,
			gives,
			origin: { peer, scheme, host: asked, claims },
			caller
		} as const;
		new Exchange(gate, from, req, res, admitted, more).start();
	};

	const server = serverOf(tls, headerTimeoutMs);
	if (options.maxConnections !== undefined) server.maxConnections = options.maxConnections;
	const patience = (): void => {
		const { timeoutMs = usualPatience, bodyTimeoutMs = usualPatience } = rules;
		gate.bodyTimeoutMs = bodyTimeoutMs;
		// Nothing moved for this long: the client is gone or stalls. Longer than a backend may think.
		server.timeout = timeoutMs === null ? 0 : Math.max(usualPatience, timeoutMs + margin);
		// Where a backend may think for ever, at least those go whom nobody owes an answer.
		server.keepAliveTimeout = timeoutMs === null ? usualPatience : 0;
	};
	patience();
	server.on('clientError', onClientError);
	const take = (req: IncomingMessage, res: Reply, more?: More): void => {
		if (res.socket !== null) serve(req, res, more);
		else
			inTurn(req, res, () => {
				serve(req, res, more);
			});
	};
	server.on('request', (req, res) => {
		take(req, res);
	});
	server.on('checkContinue', (req, res) => {
		take(req, res, { expectsContinue: true });
	});
	server.on('checkExpectation', (req, res) => {
		take(req, res, { refusal: unexpected });
	});
	server.on('connect', (_, socket: Duplex) => {
		socket.on('error', () => socket.destroy());
		whenAnswered(socket, () => {
			socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
		});
	});
	const tunnels = new Set<Duplex>();
	onUpgrade(server, (req, res, socket) => {
		tunnels.add(socket);
		socket.once('close', () => tunnels.delete(socket));
		serve(req, res, { socket });
	});
	const door = await listen(server, port, host).catch(async (error: unknown) => {
		await roster.destroy();
		throw error;
	});

	const install = (choice: StrategyChoice, seed: number): void => {
		const at = now();
		room.reception.cluster.use(create(choice, seed), at);
		rules = { ...rules, strategy: choice, seed };
		tellAll({ kind: 'strategy', at, name: choice.name, knobs: choice.knobs, seed });
	};
	/** Requests under way end in the old room, those that wait are placed in the new one. */
	const renew = (): void => {
		const waiting = room.empty();
		room = new WaitingRoom(create(rules.strategy, rules.seed ?? 1), hostRules(rules), changed, now);
		gate.room = room;
		roster.moveTo(room.reception.cluster);
		// Told, so that a recording that goes on over this begins the strategy anew at the same place.
		install(rules.strategy, rules.seed ?? 1);
		for (const attempt of waiting) attempt.placeAgain();
	};

	return {
		port: door.port,
		roster,
		get cluster() {
			return room.reception.cluster;
		},
		get rules() {
			return { ...rules, backends: [...roster.entries.values()].map(({ spec }) => spec) };
		},
		get waiting() {
			return room.reception.waiting;
		},
		now,
		listen(ear) {
			ears.add(ear);
			return () => ears.delete(ear);
		},
		follow(next) {
			follower = next;
			return () => {
				follower = undefined;
			};
		},
		beginAnew(ear) {
			ears.add(ear);
			renew();
			return () => ears.delete(ear);
		},
		count(counter) {
			counters.add(counter);
			return () => counters.delete(counter);
		},
		use(choice, seed) {
			assertFits(choice, roster.entries.size);
			install(choice, seed);
		},
		async apply(next) {
			await assertRules(next, door.port, host);
			const before = rules;
			rules = next;
			if (!isSame(rosterRules(before), rosterRules(next))) roster.follow(rosterRules(next));
			if (!isSame(hostRules(before), hostRules(next))) renew();
			else if (!isSame([before.strategy, before.seed ?? 1], [next.strategy, next.seed ?? 1])) {
				install(next.strategy, next.seed ?? 1);
			}
			roster.become(next.backends);
			gate.forwarding = forwardingRules(next, name, tracing);
			gate.trust = trustOf(next.trust ?? []);
			gate.retry = retryRules(hostRules(next));
			if (!isSame(troubleIn(before), troubleIn(next))) Object.assign(gate, trouble(next, now));
			patience();
		},
		async close(withinMs = 10_000) {
			closing = true;
			const closed = new Promise<void>((resolve) => {
				server.once('close', resolve);
			});
			door.stop();
			for (const socket of tunnels) socket.destroy();
			const idle = setInterval(() => {
				server.closeIdleConnections();
			}, 50);
			const late = setTimeout(() => {
				server.closeAllConnections();
			}, withinMs);
			await closed;
			clearInterval(idle);
			clearTimeout(late);
			await roster.destroy();
		}
	};
}

function serverOf(tls: ProxyOptions['tls'], headersTimeout: Millis): Server<typeof Incoming, typeof Reply> {
	const options = {
		IncomingMessage: Incoming,
		ServerResponse: Reply,
		// The guard looks for it, and says what is wrong.
		requireHostHeader: false,
		headersTimeout,
		// It would count the whole upload; a slow but steady client is welcome.
		requestTimeout: 0,
		connectionsCheckingInterval: Math.min(1000, headersTimeout),
		// `timeout` alone ends idle connections: longer than most clients keep theirs, so that it is the client who closes and
		// no request meets a closed door. A second timer for it would be set anew with each answer.
		keepAliveTimeout: 0,
		// A piece as it comes from the network is not yet reason to wait for a slow side.
		highWaterMark: 65_536
	};
	return tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls });
}

/** @throws InputError where these cannot be gone by. */
async function assertRules(rules: ProxyRules, port: number, host: string): Promise<void> {
	const { backends, strategy } = rules;
	if (backends.length === 0)
		throw new InputError('There is no backend: name at least one, such as http://localhost:8000.');
	const twice = backends.find(({ id }, i) => backends.some((other, j) => j < i && other.id === id));
	if (twice !== undefined)
		throw new InputError(`There are two backends "${twice.id}": give each its own id.`);
	assertFits(strategy, backends.length);
	for (const { url } of backends) addressOf(url);
	trustOf(rules.trust ?? []);
	for (const { url } of backends) await refuseOwnAddress(url, port, host);
}

function assertFits({ name }: StrategyChoice, backends: number): void {
	const tooMany = tooManyFor(name, backends);
	if (tooMany !== undefined) throw new InputError(`The strategy "${name}" ${tooMany}.`);
}

function create({ name, knobs }: StrategyChoice, seed: number): ReturnType<typeof createStrategy> {
	return createStrategy(name, knobs, randomStream(seed, 'strategy'));
}

function hostRules({ rules = defaultRules }: ProxyRules): HostRules {
	return HostRulesSchema.parse(rules);
}

function rosterRules({ timeoutMs, connectTimeoutMs, checks, ca }: ProxyRules): RosterRules {
	return {
		timeoutMs: timeoutMs === undefined ? usualPatience : (timeoutMs ?? 0),
		connectTimeoutMs: connectTimeoutMs ?? 5000,
		checks: checks ?? null,
		ca
	};
}

function forwardingRules(
	{ forwarded = false, hostHeader = 'client', trace = false }: ProxyRules,
	name: string,
	tracing: Tracing | undefined
): ForwardingRules {
	// Spans say their own.
	return { name, forwarded, hostHeader, trace: trace && tracing === undefined };
}

function troubleIn({ backoff, budget, hedgeMs, most }: ProxyRules): object {
	return { backoff, budget, hedgeMs, most };
}

function trouble(
	{ backoff, budget, hedgeMs, most }: ProxyRules,
	now: () => Millis
): Pick<Gate, 'backoff' | 'budget' | 'hedges' | 'most'> {
	return {
		backoff: backoff?.baseMs === 0 ? undefined : backoff,
		budget: budget == null ? undefined : new RetryBudget(budget),
		hedges: hedgeMs == null ? undefined : new Hedges(hedgeMs, now),
		most: most ?? Infinity
	};
}

function isSame(a: unknown, b: unknown): boolean {
	return JSON.stringify(a) === JSON.stringify(b);
}

function refused(req: IncomingMessage, client: string, { status, reason }: Refusal): Finished {
	return {
		method: req.method ?? '',
		target: req.url ?? '',
		httpVersion: req.httpVersion,
		client,
		status,
		reason,
		bytes: 0,
		backend: undefined,
		attempts: 0,
		hedges: 0,
		latency: 0,
		firstByte: undefined
	};
}

function changeEvent({ at, backend, change, weight }: ClusterChange, backup: boolean): TraceEvent {
	const { id, limit } = backend;
	const event = { kind: 'backend', at, backend: id, change } as const;
	if (change === 'weight') return { ...event, value: weight };
	if (change === 'grown') return { ...event, value: backend.weight };
	if (change !== 'added') return event;
	return { ...event, value: weight, ...(limit < Infinity && { limit }), ...(backup && { backup }) };
}
