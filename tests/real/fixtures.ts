import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './balancer.ts';
import type { Product, Recording, Script } from './script.ts';
import { expiriesInOrder, recordAnywhere } from './steady.ts';

/** From the project's folder, where npm runs its scripts. */
const folder = 'tests/fixtures/golden';

/** Recordings that somebody else made of the same programs; a recorder that is right makes them again. */
const samples: Readonly<Record<Product, readonly string[]>> = {
	haproxy: [
		'haproxy-roundrobin-w3-2-1',
		'haproxy-roundrobin-down-up',
		'haproxy-roundrobin-late-round-up',
		'haproxy-roundrobin-maxconn',
		'haproxy-roundrobin-backup',
		'haproxy-roundrobin-weight-change',
		'haproxy-static-rr-w5-1-1',
		'haproxy-leastconn-churn-events',
		'haproxy-leastconn-maxconn-queue',
		'haproxy-first-churn',
		'haproxy-random-d2-churn-weighted',
		'haproxy-source-map-based-ipv6',
		'haproxy-uri-bounded-load-a',
		'haproxy-retry-source-consistent-redispatch',
		'haproxy-first-dynamic-limits',
		'haproxy-first-slowstart-queue',
		'haproxy-roundrobin-allbackups',
		'haproxy-source-map-based-several-backups',
		'haproxy-uri-consistent-redispatched-queue'
	],
	nginx: [
		'nginx-rr-w5-1-1',
		'nginx-rr-failing-server',
		'nginx-rr-failing-weighted',
		'nginx-rr-max-conns',
		'nginx-rr-backup',
		'nginx-least_conn-churn-weighted',
		'nginx-least_conn-max-conns',
		'nginx-ip_hash-one-down',
		'nginx-hash-consistent-one-down'
	]
};

/** Those of a product that are there. */
export function fixturesOf(product: Product): readonly string[] {
	return samples[product].filter((name) => existsSync(fileOf(name)));
}

/** Record a golden file's script again: undefined when it comes out the same, else one sentence. */
export async function rerecord(name: string, program: Program): Promise<string | undefined> {
	const golden = JSON.parse(readFileSync(fileOf(name), 'utf8')) as Script & Recording;
	const { id, strategy, options, servers, input, steps } = golden;
	const script: Script = {
		format: 1,
		id,
		product: program.product,
		strategy,
		options,
		servers,
		input,
		steps
	};
	const again = await recordAnywhere(script, program);
	const parts = {
		// Our recordings also finish what a script leaves open.
		steps: [golden.steps, again.steps.slice(0, golden.steps.length)],
		picks: [golden.picks, again.picks],
		admitted: [golden.admitted ?? [], again.admitted ?? []],
		expired: [expiriesInOrder(golden.expired ?? []), expiriesInOrder(again.expired ?? [])],
		// A list without servers says that they were not told.
		attempts: [golden.attempts ?? [], again.attempts ?? []].map((all) =>
			all.filter(([, , tried]) => tried.length > 0)
		)
	};
	const differs = Object.entries(parts).find(([, [a, b]]) => JSON.stringify(a) !== JSON.stringify(b));
	if (differs === undefined) return undefined;
	const [part, [theirs = [], ours = []]] = differs;
	const at = theirs.findIndex((one, index) => JSON.stringify(one) !== JSON.stringify(ours[index]));
	const there = Math.max(at, 0);
	return `${name}: ${part}[${String(there)}] is ${JSON.stringify(ours[there])} and was ${JSON.stringify(theirs[there])}.`;
}

function fileOf(name: string): string {
	return join(folder, `${name}.json`);
}
