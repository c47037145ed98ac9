import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { StrategyChoiceSchema } from '#record/choice.ts';
import { InputError, parse, parseJson } from '#record/input.ts';
import { backendFields } from '#record/rules.ts';
import type { Counters } from './counters.ts';
import type { LiveFeed } from './live-feed.ts';
import { metricsText } from './metrics.ts';
import type { Proxy } from './server.ts';
import type { SessionRecorder } from './session-recorder.ts';
import { figuresOf, type Machines } from './state.ts';

/** Demo servers that run in the same process, for a learner to break. */
export interface MachineRoom {
	readonly running: Machines;
	/** @throws InputError when there is none of that name. */
	run(id: string, running: boolean): Promise<void>;
}

export interface AdminOptions {
	readonly proxy: Proxy;
	readonly counters: Counters;
	readonly feed: LiveFeed;
	readonly recorder: SessionRecorder;
	/** Whoever knows it may change things. */
	readonly token: string;
	readonly version: string;
	readonly machines?: MachineRoom | undefined;
	/** Read the configuration again; what it resolves to is said. @throws InputError, and nothing has changed. */
	readonly reload?: (() => Promise<string>) | undefined;
}

/** True when the request was for the API, and is answered or will be. */
export type Api = (req: IncomingMessage, res: ServerResponse) => boolean;

const mostBody = 65_536;

const Addition = z.strictObject({
	id: z.string().regex(/^[\w.:-]{1,40}$/, 'use 1 to 40 letters, digits or . _ : -'),
	url: z.string().min(1).max(2000),
	...backendFields
});
const Change = z.strictObject({
	state: z.enum(['ready', 'drain', 'maint']).exactOptional(),
	weight: backendFields.weight.unwrap().exactOptional()
});
const Machine = z.strictObject({ running: z.boolean() });
const Nothing = z.strictObject({});

/**
 * The live page's side of the proxy: read what it does, change whom it asks and how. It is for this machine's own pages and
 * terminals: a request must name this loopback address as its host (a page that had its name point here names its own),
 * a browser must say that the page is from here too, and whoever changes anything must know the token and send JSON.
 */
export function adminApi(options: AdminOptions): Api {
	const { proxy, counters, feed, recorder, version, machines } = options;
	const running: Machines = machines?.running ?? (() => null);
	const routes: Readonly<Record<string, Route>> = {
		'GET /healthz': (_, res) => {
			plain(res, 200, 'ok\n');
		},
		'GET /readyz': (_, res) => {
			const ready = proxy.cluster.available.length > 0;
			plain(res, ready ? 200 : 503, ready ? 'ok\n' : 'no backend may take a request\n');
		},
		'GET /metrics': (_, res) => {
			plain(res, 200, metricsText(proxy, counters, version), 'text/plain; version=0.0.4; charset=utf-8');
		},
		'GET /api/v1/state': (_, res) => {
			const { strategy, seed = 1 } = proxy.rules;
			json(res, 200, {
				version,
				port: proxy.port,
				strategy,
				seed,
				...figuresOf(proxy, counters, running),
				recording: recorder.state,
				canReload: options.reload !== undefined
			});
		},
		'GET /api/v1/events': (req, res) => {
			const id = req.headers['last-event-id'];
			if (!feed.open(res, typeof id === 'string' ? id : undefined))
				throw new Refused(503, 'There are 16 readers already: close one.');
		},
		'POST /api/v1/backends': async (req, res) => {
			const { limit, ...spec } = parseJson(Addition, await bodyOf(req), 'backend');
			// One more must suit the strategy, and must not be the proxy itself.
			const added = { ...spec, ...(limit !== null && { limit }) };
			await proxy.apply({ ...proxy.rules, backends: [...proxy.rules.backends, added] });
			json(res, 201, { id: spec.id });
		},
		'PATCH /api/v1/backends/': async (req, res, id) => {
			const { state, weight } = parseJson(Change, await bodyOf(req), `backend ${id}`);
			if (state !== undefined) proxy.roster.want(id, state);
			if (weight !== undefined) proxy.roster.weigh(id, weight);
			json(res, 200, { id });
		},
		'DELETE /api/v1/backends/': (_, res, id) => {
			proxy.roster.entry(id);
			if (proxy.roster.entries.size === 1)
				throw new InputError(`"${id}" is the last backend: add another before it goes.`);
			proxy.roster.remove(id);
			json(res, 200, { id });
		},
		'PUT /api/v1/strategy': async (req, res) => {
			const choice = parseJson(StrategyChoiceSchema, await bodyOf(req), 'strategy');
			proxy.use(choice, proxy.rules.seed ?? 1);
			json(res, 200, choice);
		},
		'PATCH /api/v1/machines/': async (req, res, id) => {
			const { running: wanted } = parseJson(Machine, await bodyOf(req), `machine ${id}`);
			if (machines === undefined) throw new Refused(404, 'There are no demo servers in this process.');
			await machines.run(id, wanted);
			json(res, 200, { id });
		},
		'POST /api/v1/reload': async (req, res) => {
			parse(Nothing, JSON.parse((await bodyOf(req)) || '{}'), 'reload');
			if (options.reload === undefined)
				throw new Refused(409, 'There is no configuration file to read again.');
			json(res, 200, { says: await options.reload() });
		},
		'POST /api/v1/recording': async (req, res) => {
			parse(Nothing, JSON.parse((await bodyOf(req)) || '{}'), 'recording');
			recorder.start();
			json(res, 201, recorder.state);
		},
		'DELETE /api/v1/recording': (_, res) => {
			recorder.stop();
			json(res, 200, recorder.state);
		},
		'GET /api/v1/recording': (_, res) => {
			const { text } = recorder;
			if (text === undefined) throw new Refused(404, 'Nothing is recorded yet.');
			res.setHeader('Content-Disposition', 'attachment; filename="session.jsonl"');
			plain(res, 200, text, 'application/x-ndjson; charset=utf-8');
		}
	};
	return (req, res) => {
		const [path = '/'] = (req.url ?? '/').split('?');
		if (!/^\/(api\/|metrics$|healthz$|readyz$)/.test(path)) return false;
		handle(routes, req, res, path, options.token).catch((error: unknown) => {
			refuse(res, error);
		});
		return true;
	};
}

type Route = (req: IncomingMessage, res: ServerResponse, id: string) => Promise<void> | void;

async function handle(
	routes: Readonly<Record<string, Route>>,
	req: IncomingMessage,
	res: ServerResponse,
	path: string,
	token: string
): Promise<void> {
	assertFromHere(req);
	const { method = 'GET' } = req;
	const [, collection = '', id = ''] = /^(\/api\/v1\/(?:backends|machines)\/)([^/]+)$/.exec(path) ?? [];
	const route = routes[`${method} ${path}`] ?? (id === '' ? undefined : routes[`${method} ${collection}`]);
	if (route === undefined) {
		const known = Object.keys(routes).some(
			(name) => name.endsWith(` ${path}`) || name.endsWith(` ${collection}`)
		);
		throw known
			? new Refused(405, `${method} is nothing that can be done here.`)
			: new Refused(404, `There is nothing at ${path}.`);
	}
	if (method !== 'GET') assertMay(req, token);
	await route(req, res, decodeURIComponent(id));
}

/** Other pages may not read this, whatever name they have given the loopback address. @throws Refused */
export function assertFromHere(req: IncomingMessage): void {
	const { host = '', origin, 'sec-fetch-site': site } = req.headers;
	const { localPort = 0 } = req.socket;
	const hosts = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${String(localPort)}`);
	if (!hosts.includes(host.toLowerCase()))
		throw new Refused(421, 'This is not that host: open it by its own address, such as localhost.');
	if (origin !== undefined && origin !== `http://${host}`)
		throw new Refused(403, 'Another site may not use this: open the page from here.');
	if (site !== undefined && site !== 'same-origin' && site !== 'none')
		throw new Refused(403, 'Another site may not use this: open the page from here.');
}

function assertMay(req: IncomingMessage, token: string): void {
	const { authorization = '', 'content-type': type = '' } = req.headers;
	// What a form can send without asking the browser first is not taken for a command.
	if (!/^application\/json\s*(;|$)/i.test(type))
		throw new Refused(415, 'Send this with Content-Type: application/json.');
	const given = Buffer.from(authorization.replace(/^Bearer /i, ''));
	const wanted = Buffer.from(token);
	if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
		throw new Refused(401, 'To change anything, open the page by the whole link that the terminal shows.');
}

class Refused extends Error {
	readonly status: number;
	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

function refuse(res: ServerResponse, error: unknown): void {
	if (res.headersSent) {
		res.destroy();
		return;
	}
	if (error instanceof Refused) json(res, error.status, { message: error.message });
	else if (error instanceof InputError) json(res, 400, { message: error.message });
	else if (error instanceof SyntaxError) json(res, 400, { message: 'That is not JSON: check it.' });
	else {
		console.error(error);
		json(res, 500, { message: 'Something went wrong here; the terminal says more.' });
	}
}

async function bodyOf(req: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of req.setEncoding('utf8') as AsyncIterable<string>) {
		text += chunk;
		if (text.length > mostBody) throw new Refused(413, 'That is more than 64 KiB: send less.');
	}
	return text;
}

function json(res: ServerResponse, status: number, value: unknown): void {
	plain(res, status, `${JSON.stringify(value)}\n`, 'application/json; charset=utf-8');
}

function plain(res: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
	res.writeHead(status, {
		'Content-Type': type,
		'Content-Length': Buffer.byteLength(text),
		'Cache-Control': 'no-store',
		'X-Content-Type-Options': 'nosniff',
		'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'"
	});
	res.end(text);
}
