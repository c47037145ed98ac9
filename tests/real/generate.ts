import { randomStream } from '#balancer/random.ts';
import type { Random } from '#balancer/strategy.ts';
import type { Input, Options, Product, Script, ServerLine, Step } from './script.ts';

/** A random script: the same for the same product and seed, on every machine. */
export function generate(product: Product, seed: number): Script {
	const dice = new Dice(randomStream(seed, 'script', product));
	const strategy = dice.of(strategies[product]);
	const input = inputOf(product, strategy);
	const options = product === 'haproxy' ? haproxyOptions(dice, strategy) : nginxOptions(dice, strategy);
	const plan = planOf(dice, product, strategy, options);
	const servers = serversOf(dice, product, plan);
	const steps = stepsOf(dice, { product, strategy, options, servers, plan, inputs: inputsOf(dice, input) });
	const id = `${product}-${strategy}-seed-${String(seed)}`;
	return {
		format: 1,
		id,
		product,
		strategy,
		options: { ...options, ...plan.options },
		servers,
		input,
		steps
	};
}

/** Those with more to them come more often. */
const strategies: Readonly<Record<Product, readonly string[]>> = {
	haproxy: [
		...['roundrobin', 'roundrobin', 'roundrobin', 'static-rr', 'leastconn', 'leastconn', 'first', 'random'],
		...['source', 'source', 'uri', 'uri', 'hdr', 'url_param']
	],
	nginx: ['swrr', 'swrr', 'swrr', 'least_conn', 'least_conn', 'ip_hash', 'hash', 'hash']
};

function inputOf(product: Product, strategy: string): Script['input'] {
	if (strategy === 'source' || strategy === 'ip_hash') return 'src';
	if (strategy === 'uri') return 'uri';
	if (strategy === 'hdr') return 'header';
	if (strategy === 'url_param' || (product === 'nginx' && strategy === 'hash')) return 'key';
	return 'none';
}

function haproxyOptions(dice: Dice, strategy: string): Options {
	if (strategy === 'random') return { draws: dice.int(1, 4) };
	if (!['source', 'uri', 'hdr', 'url_param'].includes(strategy)) return {};
	const hashType = dice.of(['map-based', 'consistent'] as const);
	const named = dice.chance(0.5);
	return {
		hashType,
		...(named && { hashFunction: dice.of(['sdbm', 'djb2', 'wt6', 'crc32'] as const) }),
		...(named && dice.chance(0.5) && { avalanche: true }),
		...(hashType === 'consistent' && dice.chance(0.3) && { hashBalanceFactor: dice.int(101, 300) }),
		...(strategy === 'uri' && dice.chance(0.2) && { whole: true }),
		...(strategy === 'uri' && dice.chance(0.25) && { depth: dice.int(1, 4) }),
		...(strategy === 'uri' && dice.chance(0.25) && { len: dice.int(1, 24) }),
		...(strategy === 'hdr' && { header: dice.of(['X-Key', 'X-User']) }),
		...(strategy === 'url_param' && { param: 'k' })
	};
}

function nginxOptions(dice: Dice, strategy: string): Options {
	return strategy === 'hash' ? { consistent: dice.chance(0.5) } : {};
}

/** What happens in a script, settled before its servers and steps are. */
interface Plan {
	/** Of what the host does: retries, which go with servers that refuse, dynamic limits, backups, slow starts, waiting. */
	readonly options: Options;
	/** HAProxy is told of servers that go and come. */
	readonly changes: boolean;
	/** HAProxy is told of weights; not by those that keep a table. */
	readonly weighs: boolean;
	/** Requests are held open. */
	readonly holds: boolean;
	/** Servers have limits. */
	readonly limits: boolean;
	/** Limits grow with the load. */
	readonly grows: boolean;
	readonly backups: boolean;
	/** Ports refuse connections. */
	readonly refuses: boolean;
	/** NGINX is given time to try a failed server again, requests of HAProxy to give up waiting. */
	readonly sleeps: boolean;
}

function planOf(dice: Dice, product: Product, strategy: string, options: Options): Plan {
	const table = strategy === 'static-rr' || options.hashType === 'map-based';
	const haproxy = product === 'haproxy';
	const refuses = dice.chance(haproxy ? 0.2 : 0.5);
	const limits = dice.chance(strategy === 'first' ? 0.8 : 0.3);
	const counts = ['leastconn', 'least_conn', 'random', 'first'].includes(strategy);
	const changes = haproxy && dice.chance(0.6);
	const backups = dice.chance(0.25) && (haproxy || strategy === 'swrr' || strategy === 'least_conn');
	// Requests without a key go on taking turns among backups when the others are back: a slip that is not copied.
	const turnsAstray = strategy === 'hdr' && options.hashType === 'consistent';
	// On the map of the first backup, where others stand too, a parameter is hashed, and no other key: our keys tell nothing.
	const strays = strategy === 'url_param' && table;
	const grows = haproxy && limits && dice.chance(0.4);
	const expires = haproxy && limits && !refuses && dice.chance(0.08);
	// Who waits for a server that goes is sent elsewhere.
	const redispatch = changes && limits && dice.chance(0.4);
	return {
		options: {
			...(redispatch && { redispatch }),
			...(haproxy && refuses && retries(dice)),
			...(grows && { fullconn: dice.int(3, 40) }),
			...(haproxy && backups && !turnsAstray && (strays || dice.chance(0.5)) && { allbackups: true }),
			...(changes && dice.chance(0.2) && { slowstart }),
			...(expires && { queueTimeout })
		},
		changes,
		weighs: changes && !table,
		holds: limits || options.hashBalanceFactor !== undefined || dice.chance(counts ? 0.8 : 0.3),
		limits,
		grows,
		backups,
		refuses,
		sleeps: expires || (!haproxy && refuses && dice.chance(0.04))
	};
}

/** Milliseconds: longer than the steps between two sleeps take, shorter than a sleep. */
const queueTimeout = 1000;

/**
 * Seconds: so slow that it stays at its beginning. HAProxy 2.6 looks at a starting server again after a second, or as many
 * milliseconds as a twentieth of these seconds if that is longer (server.c, server_warmup, 2022), and each time fills it
 * from the queue: with less than this the pauses of retries would decide who waits long enough to be taken.
 */
const slowstart = 1_000_000;

function retries(dice: Dice): Options {
	const redispatch = dice.chance(0.7);
	const count = dice.int(redispatch ? 1 : 0, 3);
	return {
		retries: count,
		redispatch,
		...(redispatch && { redispatchInterval: dice.of([-1, -1, 1, 2]) })
	};
}

function serversOf(dice: Dice, product: Product, plan: Plan): readonly ServerLine[] {
	// NGINX has rules of its own for a server that is alone.
	const count = product === 'nginx' && !plan.backups && dice.chance(0.04) ? 1 : dice.int(2, 9);
	const heaviest = dice.of([1, 1, 3, 5, 5, 10, 20, product === 'haproxy' ? 256 : 100]);
	// Any address of this network is this machine; these ports lie below those that programs are handed out.
	const host = `127.${String(dice.int(1, 250))}.${String(dice.int(0, 250))}.${String(dice.int(1, 250))}`;
	const ports = dice.several(count, () => dice.int(20_000, 29_999));
	const ids = product === 'haproxy' && dice.chance(0.2) ? dice.several(count, () => dice.int(1, 40)) : [];
	const mostFails = dice.of([0, 1, 1, 2, 3]);
	// Seconds; no script without a sleep takes nearly as long as the longer ones.
	const failTimeout = plan.sleeps ? 1 : dice.of([30, 60]);
	return ports.map((port, index): ServerLine => {
		const id = ids[index];
		const backup = plan.backups && index > 0 && dice.chance(0.4);
		return {
			name: `s${String(index + 1)}`,
			weight: product === 'haproxy' && index > 0 && dice.chance(0.02) ? 0 : dice.int(1, heaviest),
			address: `${host}:${String(port)}`,
			...(id !== undefined && dice.chance(0.6) && { id }),
			...(plan.limits && dice.chance(0.85) && { maxconn: dice.int(1, plan.grows ? 9 : 4) }),
			...(plan.grows && dice.chance(0.7) && { minconn: dice.int(1, 4) }),
			...(backup && { backup }),
			...(index > 0 && !backup && dice.chance(0.06) && { down: true }),
			...(product === 'nginx' && plan.refuses && { maxFails: dice.chance(0.8) ? mostFails : 1, failTimeout })
		};
	});
}

interface Stage {
	readonly product: Product;
	readonly strategy: string;
	readonly options: Options;
	readonly servers: readonly ServerLine[];
	readonly plan: Plan;
	readonly inputs: () => Input;
}

function stepsOf(dice: Dice, { product, servers, plan, inputs }: Stage): readonly Step[] {
	const names = servers.map(({ name }) => name);
	const steps: Step[] = [];
	const open: string[] = [];
	const refusing = new Set<string>();
	let started = 0;

	const requests = (): void => {
		// A failed try on HAProxy costs 40 ms and up to three more.
		const most = product === 'haproxy' && refusing.size > 0 ? 5 : dice.of([4, 12, 30]);
		const count = dice.int(1, most);
		if (inputs() === null) steps.push({ op: 'requests', count });
		else steps.push({ op: 'requests', inputs: Array.from({ length: count }, inputs) });
	};
	const start = (): void => {
		const id = `r${String(++started)}`;
		const input = inputs();
		steps.push(input === null ? { op: 'start', id } : { op: 'start', id, input });
		open.push(id);
	};
	const finish = (): void => {
		const [id] = open.splice(dice.int(0, open.length - 1), 1);
		if (id !== undefined) steps.push({ op: 'finish', id });
	};
	/** A wave of requests that stay open, and ends among them. */
	const hold = (): void => {
		for (let left = dice.int(2, plan.limits ? 25 : 15); left > 0; left--) {
			if (open.length > 0 && dice.chance(0.35)) finish();
			else start();
		}
	};
	const change = (): void => {
		const server = dice.of(names);
		if (plan.weighs && dice.chance(0.4)) {
			const weight = dice.chance(0.08) ? 0 : dice.int(1, dice.of([3, 10, 256]));
			steps.push({ op: 'weight', server, weight });
		} else if (plan.options.slowstart !== undefined && dice.chance(0.5)) {
			steps.push({ op: 'down', server }, { op: dice.of(['up', 'up', 'up', 'drain'] as const), server });
		} else steps.push({ op: dice.of(['down', 'up', 'up', 'drain'] as const), server });
	};
	let isSwitchedOver = false;
	/** All but the backups go out, or come back. */
	const switchOver = (): void => {
		isSwitchedOver = !isSwitchedOver;
		const op = isSwitchedOver ? dice.of(['down', 'drain'] as const) : 'up';
		for (const { name, backup } of servers) if (backup !== true) steps.push({ op, server: name });
	};
	const refuse = (): void => {
		const server = dice.of(names);
		if (refusing.delete(server)) steps.push({ op: 'accept', server });
		else {
			refusing.add(server);
			steps.push({ op: 'refuse', server });
		}
	};

	const waits = plan.options.queueTimeout !== undefined;
	requests();
	for (let left = waits ? dice.int(2, 4) : dice.int(3, 12); left > 0; left--) {
		if (plan.changes && dice.chance(0.5)) for (let more = dice.int(1, 3); more > 0; more--) change();
		if (plan.changes && plan.backups && dice.chance(0.3)) switchOver();
		if (plan.refuses && dice.chance(0.4)) refuse();
		if (plan.holds && dice.chance(0.6)) hold();
		else requests();
		// Whoever waits by now gives up together.
		if (waits) steps.push({ op: 'sleep', seconds: 1.4 });
	}
	if (plan.sleeps && product === 'nginx') {
		// Longer than the timeout of one second, which must be exceeded in whole seconds.
		for (const server of refusing) steps.push({ op: 'accept', server });
		steps.push({ op: 'sleep', seconds: 3 });
		requests();
		requests();
	}
	while (open.length > 0) finish();
	requests();
	return steps;
}

/** Says what the next request carries; some values come again and again, as they do. */
function inputsOf(dice: Dice, input: Script['input']): () => Input {
	if (input === 'none') return () => null;
	const make = { src: sources(dice), uri: () => uri(dice), key: () => key(dice), header: () => key(dice) }[
		input
	];
	const known = Array.from({ length: dice.int(3, 20) }, make);
	return () => {
		if (input !== 'uri' && input !== 'src' && dice.chance(0.02)) return '';
		return dice.chance(0.3) ? dice.of(known) : make();
	};
}

function sources(dice: Dice): () => string {
	const octet = (): string => String(dice.int(1, 254));
	const group = (): string => dice.int(0, 65_535).toString(16);
	const lan = `10.${octet()}`;
	return dice.of([
		() => [octet(), octet(), octet(), octet()].join('.'),
		() => [lan, octet(), octet()].join('.'),
		() => `2001:db8:${[group(), group(), group(), group(), group(), group()].join(':')}`
	]);
}

function uri(dice: Dice): string {
	const words = ['', 'a', 'img', 'index.html', 'users', 'api', 'v2', '%20', 'x'.repeat(30), '~me', 'a;b=c'];
	const path = Array.from({ length: dice.int(1, 6) }, () =>
		dice.chance(0.4) ? String(dice.int(0, 999)) : dice.of(words)
	);
	const query = dice.chance(0.3) ? `?q=${key(dice)}${dice.chance(0.3) ? '/more?and' : ''}` : '';
	return `/${path.join('/')}${query}`;
}

function key(dice: Dice): string {
	if (dice.chance(0.4)) return `user${String(dice.int(0, 99_999))}`;
	const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFXYZ0123456789-_.';
	return Array.from({ length: dice.int(1, 24) }, () => letters[dice.int(0, letters.length - 1)]).join('');
}

class Dice {
	readonly #random: Random;

	constructor(random: Random) {
		this.#random = random;
	}

	/** Both ends may come. */
	int(least: number, most: number): number {
		return least + Math.floor(this.#random() * (most - least + 1));
	}

	chance(share: number): boolean {
		return this.#random() < share;
	}

	of<T>(all: readonly T[]): T {
		const one = all[this.int(0, all.length - 1)];
		if (one === undefined) throw new Error('There is nothing to choose from.');
		return one;
	}

	/** So many, each another. */
	several(count: number, make: () => number): readonly number[] {
		const found = new Set<number>();
		while (found.size < count) found.add(make());
		return [...found];
	}
}
