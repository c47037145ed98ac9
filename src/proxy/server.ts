import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Cluster, ClusterChange } from '#balancer/cluster.ts';
import { keyOf, type KeyRule } from '#balancer/key.ts';
import { randomStream } from '#balancer/random.ts';
import { Reception } from '#balancer/reception.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Millis } from '#balancer/strategy.ts';
import { tooManyFor, type StrategyChoice } from '#record/choice.ts';
import type { Ear, TraceEvent } from '#record/event.ts';
import { InputError } from '#record/input.ts';
import {
	backendFacts,
	HostRulesSchema,
	receptionRules,
	retryRules,
	type HostRulesInput
} from '#record/rules.ts';
import { answer } from './answers.ts';
import { backendOrigin, upstream, type BackendSpec } from './backends.ts';
import type { Attempt } from './attempt.ts';
import { Exchange, type Gate } from './exchange.ts';
import { admit } from './guard.ts';
import { listen } from './listen.ts';
import { onUpgrade } from './upgrade.ts';

export interface ProxyOptions {
	/** At least one. */
	readonly backends: readonly BackendSpec[];
	readonly strategy: StrategyChoice;
	/** Seeds the strategy's random stream; default 1. */
	readonly seed?: number;
	/** Default 0: any free port. */
	readonly port?: number;
	/** Default 127.0.0.1; `localhost` listens on ::1 as well. */
	readonly host?: string;
	/**
	 * What it does around the strategy; default `defaultRules`. `retries` is how often a request that may have reached a
	 * backend is sent again, where that is safe.
	 */
	readonly rules?: HostRulesInput;
	/** What of a request is its key; default the client's address. */
	readonly key?: KeyRule;
	/** Until a backend's answer begins, and between two pieces of it; default 60 s. */
	readonly timeoutMs?: Millis;
	/** Until a backend's connection stands; default 5 s. */
	readonly connectTimeoutMs?: Millis;
	/** Hears everything from the first event on, the adding of the backends included. */
	readonly ear?: Ear;
	/** Hears only slow changes, such as an ejection; unlike an ear it costs a request nothing. */
	readonly onChange?: (change: ClusterChange) => void;
}

export interface Proxy {
	readonly port: number;
	/** Facts about the backends; `setState` and `setWeight` act at once. */
	readonly cluster: Cluster;
	/** Milliseconds since this proxy began: the clock of its events. */
	now(): Millis;
	/** Hear what happens from now on; call what is returned to stop. */
	listen(ear: Ear): () => void;
	/** Put another strategy in charge, with its own random stream from `seed`; counts stay. */
	use(strategy: StrategyChoice, seed: number): void;
	/** Take no more requests, let those in flight end, then end their connections; after `withinMs` (default 10 s) at once. */
	close(withinMs?: Millis): Promise<void>;
}

/** Out for 5 s after 3 failures in a row, and one retry. */
export const defaultRules = { retries: 1, health: { fall: 3, ejectMs: 5000 } } satisfies HostRulesInput;

/** Start a balancing reverse proxy. @throws InputError for impossible backends, the system's error for a port. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
	const {
		backends,
		strategy,
		seed = 1,
		port = 0,
		host = '127.0.0.1',
		key = { by: 'address' },
		timeoutMs = 60_000,
		connectTimeoutMs = 5000
	} = options;
	if (backends.length === 0)
		throw new InputError('There is no backend: name at least one, such as http://localhost:8000.');
	const tooMany = tooManyFor(strategy.name, backends.length);
	if (tooMany !== undefined) throw new InputError(`The strategy "${strategy.name}" ${tooMany}.`);
	for (const backend of backends) await refuseOwnAddress(backend.url, port, host);

	const ears = new Set<Ear>(options.ear && [options.ear]);
	const tell = (event: TraceEvent): void => {
		for (const ear of ears) ear(event);
	};
	const began = performance.now();
	// Whole microseconds: recordings stay short, and what is recorded is exactly what the strategy was told.
	const now = (): Millis => Math.round((performance.now() - began) * 1000) / 1000;
	const rules = HostRulesSchema.parse(options.rules ?? defaultRules);
	const heard = (changed: ClusterChange): void => {
		options.onChange?.(changed);
		if (ears.size > 0) tell(changeEvent(changed, backends));
	};
	const reception = new Reception<Attempt>(create(strategy, seed), receptionRules(rules, heard), {
		admit: (attempt, backend, at) => {
			attempt.admitted(backend, at);
		},
		replace: (attempt) => {
			attempt.placeAgain();
		}
	});
	const { cluster } = reception;
	const upstreams = new Map(
		backends.map((spec) => [spec.id, upstream(spec, { timeoutMs, connectTimeoutMs })])
	);
	for (const spec of backends) cluster.add(spec.id, backendFacts(spec), 0);

	let closing = false;
	let requests = 0;
	/** When the first of those who wait gives up, if that is planned. */
	let due = Infinity;
	const watchLine = (): void => {
		if (reception.waiting === 0) return;
		// Where nothing comes or goes, time alone may make room: an ejection ends, a limit grows.
		const soonest = Math.min(reception.due, cluster.due);
		if (soonest >= due) return;
		due = soonest;
		setTimeout(() => {
			// A sooner one has been planned since, and has looked.
			if (due !== soonest) return;
			due = Infinity;
			cluster.pass(now());
			for (let late = reception.expire(now()); late !== undefined; late = reception.expire(now()))
				late.gaveUp();
			watchLine();
		}, soonest - now()).unref();
	};
	const gate: Gate = {
		watchLine,
		reception,
		upstreams,
		name: `golangia-${randomBytes(4).toString('hex')}`,
		retry: retryRules(rules),
		now,
		tell,
		get closing() {
			return closing;
		},
		get heard() {
			return ears.size > 0;
		}
	};
	const serve = (
		req: IncomingMessage,
		res: ServerResponse,
		more?: { expectsContinue?: boolean; socket?: Socket }
	): void => {
		const admitted = admit(req, gate.name);
		if ('status' in admitted) {
			answer(req, res, admitted);
			return;
		}
		const peer = peerOf(req);
		new Exchange(gate, ++requests, peer, keyIn(req, peer, key), req, res, admitted, more).start();
	};

	const server = createServer({
		headersTimeout: 10_000,
		// It would count the whole upload; a slow but steady client is welcome.
		requestTimeout: 0,
		connectionsCheckingInterval: 1000
	});
	// Nothing moved for this long: the client is gone or stalls. Longer than a backend may think.
	server.timeout = Math.max(60_000, timeoutMs + 5000);
	server.on('request', serve);
	server.on('checkContinue', (req, res) => {
		serve(req, res, { expectsContinue: true });
	});
	server.on('connect', (_, socket: Duplex) => {
		socket.on('error', () => socket.destroy());
		socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
	});
	const tunnels = new Set<Duplex>();
	onUpgrade(server, (req, res, socket) => {
		tunnels.add(socket);
		socket.once('close', () => tunnels.delete(socket));
		serve(req, res, { socket });
	});
	const door = await listen(server, port, host);

	return {
		port: door.port,
		cluster,
		now,
		listen(ear) {
			ears.add(ear);
			return () => ears.delete(ear);
		},
		use(choice, streamSeed) {
			const at = now();
			cluster.use(create(choice, streamSeed), at);
			if (ears.size > 0)
				tell({ kind: 'strategy', at, name: choice.name, knobs: choice.knobs, seed: streamSeed });
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
			await Promise.all([...upstreams.values()].map(({ destroy }) => destroy()));
		}
	};
}

function create({ name, knobs }: StrategyChoice, seed: number): ReturnType<typeof createStrategy> {
	return createStrategy(name, knobs, randomStream(seed, 'strategy'));
}

/** The address affinity hangs on and the backend is told; a dual-stack listener shows IPv4 in its mapped form. */
function peerOf(req: IncomingMessage): string {
	const address = req.socket.remoteAddress ?? '';
	return address.startsWith('::ffff:') ? address.slice(7) : address;
}

/** The text that affinity hangs on. */
function keyIn(req: IncomingMessage, address: string, rule: KeyRule): string {
	const header = (name: string): string | undefined => {
		const value = req.headers[name];
		return Array.isArray(value) ? value.join(', ') : value;
	};
	return keyOf({ address, target: req.url ?? '', header }, rule);
}

function changeEvent(
	{ at, backend, change, weight }: ClusterChange,
	specs: readonly BackendSpec[]
): TraceEvent {
	const { id, limit } = backend;
	const event = { kind: 'backend', at, backend: id, change } as const;
	if (change === 'weight') return { ...event, value: weight };
	if (change === 'grown') return { ...event, value: backend.weight };
	if (change !== 'added') return event;
	const backup = specs.some((spec) => spec.id === id && spec.backup === true);
	return { ...event, value: weight, ...(limit < Infinity && { limit }), ...(backup && { backup }) };
}

/** A proxy that is its own backend would ask itself until it fell over. */
async function refuseOwnAddress(url: string, port: number, host: string): Promise<void> {
	const origin = backendOrigin(url);
	if (port === 0 || Number(origin.port || (origin.protocol === 'https:' ? 443 : 80)) !== port) return;
	const addresses = await lookup(origin.hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
	const own = new Set(
		Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
	);
	const everywhere = host === '0.0.0.0' || host === '::';
	for (const { address } of addresses) {
		const local = own.has(address) || address.startsWith('127.') || address === '::1';
		const heard = everywhere || address === host || (host === 'localhost' && /^127\.|^::1$/.test(address));
		if (local && heard)
			throw new InputError(
				`The backend "${url}" is this proxy itself: give the proxy or the backend another port.`
			);
	}
}
