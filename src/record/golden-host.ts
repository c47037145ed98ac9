import { Cluster, type ClusterOptions } from '#balancer/cluster.ts';
import type { HealthRules } from '#balancer/health.ts';
import type { RetryRules } from '#balancer/retry.ts';
import type { Millis, Strategy } from '#balancer/strategy.ts';
import { productOf, type Golden, type GoldenServer } from './golden-file.ts';

/** What the recorded program does around its strategy: whom it leaves out, how it tries again, whether calls wait. */
export interface GoldenHost {
	readonly cluster: ClusterOptions;
	readonly retry: RetryRules;
	/** Its strategy is free to move a request elsewhere at its first failure, as long as there is an elsewhere. */
	readonly moves: boolean;
	readonly queues: boolean;
	/** How long a call waits in it; Infinity unless told. */
	readonly patience: Millis;
	healthOf(server: GoldenServer): HealthRules | undefined;
}

export function hostOf(golden: Golden): GoldenHost {
	const product = productOf(golden);
	if (product === 'nginx') return nginx(golden);
	return product === 'haproxy' ? haproxy(golden) : plain;
}

/** A cluster as the recorded program had it when it started. */
export function clusterOf({ servers }: Golden, host: GoldenHost, strategy: Strategy): Cluster {
	const cluster = new Cluster(strategy, host.cluster);
	// HAProxy gives a server its place from 1, or if another has that number by configuration, the next that is free.
	const taken = new Set(servers.map(({ id }) => id));
	let place = 0;
	for (const server of servers) {
		const { name, weight, address, id, maxconn, minconn, down, backup } = server;
		place++;
		if (id === undefined) while (taken.has(place)) place++;
		const number = id ?? place;
		const limit = maxconn === undefined || maxconn === 0 ? Infinity : maxconn;
		cluster.add(
			name,
			{
				weight,
				number,
				address,
				// HAProxy takes the lesser number for both when it is alone.
				...(limit === Infinity && minconn !== undefined ? { limit: minconn } : { limit }),
				leastLimit: minconn,
				backup: Boolean(backup),
				health: host.healthOf(server)
			},
			0
		);
		if (down) cluster.setState(name, 'down', 0);
	}
	return cluster;
}

function nginx({ servers }: Golden): GoldenHost {
	// A server that is alone is never given up on.
	const alone = servers.length === 1;
	return {
		cluster: { backups: 'all', again: false, panic: false },
		retry: { retries: alone ? 0 : servers.filter(({ down }) => !down).length - 1, redispatch: 'always' },
		moves: false,
		queues: false,
		patience: Infinity,
		healthOf({ maxFails = 1, failTimeout = 10 }) {
			return alone || maxFails === 0
				? undefined
				: { fall: maxFails, ejectMs: failTimeout * 1000, rule: 'max-fails' };
		}
	};
}

/** It picks once, and that is all. */
const plain: GoldenHost = {
	cluster: {},
	retry: { retries: 0, redispatch: 'never' },
	moves: false,
	queues: false,
	patience: Infinity,
	healthOf: () => undefined
};

const clinging: ReadonlySet<string> = new Set(['source', 'uri', 'hdr', 'url_param']);

function haproxy({ strategy, options }: Golden): GoldenHost {
	const { retries = 3, redispatch = false, redispatchInterval = -1, slowstart, fullconn } = options;
	return {
		cluster: {
			backups: options.allbackups === true ? 'group' : 'first',
			slowStart: slowstart === undefined ? undefined : { ms: slowstart * 1000 },
			dynamicLimits: fullconn === undefined ? undefined : { fullAt: fullconn }
		},
		retry: { retries, redispatch: redispatch ? redispatchInterval : 'never' },
		moves: !clinging.has(strategy),
		queues: true,
		patience: options.queueTimeout ?? Infinity,
		healthOf: () => undefined
	};
}
