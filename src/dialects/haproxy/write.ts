import { assertPlan, type ClusterPlan } from '../cluster.ts';
import type { Line, Part, Written } from '../dialect.ts';
import { ignoresWeights, strategyNote, weightsOf, wholeWeights } from '../families.ts';
import { silencesOf, type Silences } from '../features.ts';
import { head, lines, time } from '../words.ts';
import { balanceOf, type Balance } from './strategies.ts';

/** The name of the one backend. */
const backend = 'servers';
/** As HAProxy counts them, a queue of this or more has no limit. */
export const endless = 1_000_000;

const silences: Silences = {
	'retries elsewhere':
		'HAProxy avoids the server that failed last, and not all that this request has failed on.',
	'backups for one request':
		'A backup steps in when all others are down, and not for a single request that they have failed.',
	'one round of retries':
		'A request that has failed on every server is tried again on those that have failed, as long as it has retries.',
	backoff: ({ balancer }) =>
		isOwnPause(balancer)
			? undefined
			: 'HAProxy waits a second before it asks the same server again, and not at all before it asks another.',
	budget: 'HAProxy has no retry budget: "retries" counts for each request by itself.',
	hedging: 'HAProxy sends no second request while the first is under way: there is no hedging.',
	'failures in a window':
		'HAProxy counts failures in a row ("error-limit"), not within a window as NGINX does.',
	'passive checks': ({ balancer: { health, checks } }) =>
		checks !== null && health?.ejectMs === checks.everyMs * checks.rise
			? undefined
			: `A server that failed too often comes back by a health check, not after ${time(health?.ejectMs ?? 0)}.`,
	panic: 'HAProxy has no panic mode: when all servers are down, clients get 503 at once.',
	'no queue': 'HAProxy always lets requests wait where servers have a maxconn: one millisecond is the least.',
	'no timeout': 'Our gate waits for ever; a real one must not: after 60 s it answers 504.',
	connections: 'With keep-alive HAProxy still chooses a server for each request, not for each connection.',
	autoscaler: ({ autoscaler }) =>
		`HAProxy starts no servers: "server-template" with a resolver takes up to ${String(autoscaler?.most ?? 0)} that something else starts.`
};

/** A complete haproxy.cfg. */
export function writeHaproxy(plan: ClusterPlan): Written {
	assertPlan(plan);
	const balance = balanceOf(plan);
	const weights = weightsFor(plan, balance);
	const notes = [
		...sentence(strategyNote(plan, 'HAProxy', balance)),
		...(ignoresWeights(plan) &&
		plan.strategy.name !== 'haproxy-first' &&
		plan.servers.some(({ weight }) => weight > 1)
			? ['This strategy looks at no weights and HAProxy’s does: all are written alike.']
			: []),
		...(weights.exact ? [] : ['HAProxy’s weights are whole numbers up to 256: these are the nearest.']),
		...silencesOf(plan, silences)
	];
	return {
		notes,
		files: [
			{
				name: 'haproxy.cfg',
				lines: [
					...head('#', plan, 'HAProxy 2.6 and later', 'haproxy -c -f haproxy.cfg', notes),
					...globals(plan),
					...defaults(plan),
					...frontend(plan),
					...lines('gate', `backend ${backend}`, ...indented(balance.lines)),
					...limits(plan),
					...checks(plan),
					...stickiness(plan),
					...servers(plan, weights.weights)
				]
			}
		]
	};
}

function globals({ processMax }: ClusterPlan): readonly Line[] {
	return lines(
		'gate',
		'global',
		...indented([
			'log stdout format raw local0 info',
			'# Connections of the whole process: whoever comes after these waits in the kernel, unseen.',
			`maxconn ${String(processMax ?? 4000)}`,
			'# A reload or a stop lets requests in flight end, for so long. One server is drained with:',
			`#   echo "set server ${backend}/NAME state drain" | socat stdio /run/haproxy/admin.sock`,
			'hard-stop-after 30s',
			'# As a service of the system, uncomment these:',
			'# user haproxy',
			'# group haproxy',
			'# stats socket /run/haproxy/admin.sock mode 660 level admin'
		]),
		''
	);
}

function defaults(plan: ClusterPlan): readonly Line[] {
	const { balancer, connectMs, clientMs, retryOn } = plan;
	const { retries, redispatch, timeoutMs, queue, checks } = balancer;
	const limited = plan.servers.some(({ limit }) => limit !== null);
	const again = [`retries ${String(retries)}`];
	// Said either way: a defaults section before it may say otherwise.
	again.push(redispatch === 'never' ? 'no option redispatch' : 'option redispatch 1');
	if (retries > 0 && retryOn === 'any') again.push('retry-on all-retryable-errors');
	return [
		...lines('gate', 'defaults', '    mode http', '    log global', '    option httplog'),
		...lines(
			'clients',
			...indented([
				`timeout client ${time(clientMs ?? 60_000)}`,
				'# A whole request head must be here by then.',
				'timeout http-request 10s',
				'timeout http-keep-alive 15s'
			])
		),
		...lines(
			'gate',
			...indented([
				`timeout connect ${time(connectMs ?? 5000)}`,
				`timeout server ${time(timeoutMs ?? 60_000)}`
			])
		),
		...(limited
			? lines(
					'queue',
					'    # How long a request waits for a slot before it is answered 503.',
					`    timeout queue ${time(queue === null ? 1 : (queue.timeoutMs ?? 86_400_000))}`
				)
			: []),
		...(checks === null ? [] : lines('checks', `    timeout check ${time(checks.timeoutMs)}`)),
		...lines('gate', ...indented(again), '')
	];
}

function frontend({ frontend, balancer }: ClusterPlan): readonly Line[] {
	const { retries, most } = balancer;
	return [
		...lines(
			'clients',
			'frontend http-in',
			...indented([
				`bind ${frontend}`,
				'# What a client says of its own address is not believed.',
				'http-request del-header X-Forwarded-For',
				'option forwardfor'
			])
		),
		...lines(
			'gate',
			...indented([
				...(retries > 0 ? ['# What may have been done already is not done twice.'] : []),
				...(retries > 0 ? ['http-request disable-l7-retry if { method POST PATCH }'] : []),
				...(most === null
					? []
					: [`http-request deny deny_status 503 if { be_conn(${backend}) ge ${String(most)} }`]),
				`default_backend ${backend}`
			]),
			''
		)
	];
}

function limits({ balancer: { queue } }: ClusterPlan): readonly Line[] {
	if (queue === null || queue.limit >= endless) return [];
	return lines(
		'queue',
		`    http-request deny deny_status 503 if { queue(${backend}) ge ${String(queue.limit)} }`
	);
}

function checks({ balancer, checkPath }: ClusterPlan): readonly Line[] {
	const { checks } = balancer;
	if (checks === null || checks.probe === 'tcp') return [];
	return lines(
		'checks',
		'    # A page, and not only a port: a server that hangs still takes connections.',
		`    option httpchk GET ${checkPath}`,
		'    http-check expect status 200-399'
	);
}

function stickiness({ balancer: { sticky, backups } }: ClusterPlan): readonly Line[] {
	return lines(
		'gate',
		...indented([
			...(sticky ? ['cookie SERVER insert indirect nocache httponly'] : []),
			...(backups === 'group' ? ['option allbackups'] : [])
		])
	);
}

function servers(plan: ClusterPlan, weights: readonly number[]): readonly Line[] {
	const { balancer } = plan;
	const { health, checks, slowStartMs, sticky } = balancer;
	const words: string[] = [];
	if (checks !== null) {
		words.push('check', `inter ${time(checks.everyMs)}`);
		words.push(`fall ${String(checks.fall)}`, `rise ${String(checks.rise)}`);
	} else if (health !== null) {
		words.push('check', `inter ${time(health.ejectMs)}`, `fall ${String(health.fall)}`, 'rise 1');
	}
	if (health !== null)
		words.push('observe layer7', `error-limit ${String(health.fall)}`, 'on-error mark-down');
	if (slowStartMs !== null) words.push(`slowstart ${time(slowStartMs)}`);
	if (plan.servers.some(({ address }) => /[a-z]/i.test(address.replace(/^\[.*\]|^localhost/i, ''))))
		words.push('init-addr libc,none');
	const common: readonly Line[] =
		words.length === 0 ? [] : lines('checks', `    default-server ${words.join(' ')}`);
	return [
		...common,
		...plan.servers.map(({ id, address, limit, backup }, index) => {
			const parts = [`    server ${id} ${address}`, `weight ${String(weights[index] ?? 1)}`];
			if (limit !== null) parts.push(`maxconn ${String(limit)}`);
			if (sticky) parts.push(`cookie ${id}`);
			if (backup) parts.push('backup');
			const part: Part = { server: id };
			return { text: parts.join(' '), part };
		})
	];
}

/** Borrowed strategies draw on a ring, where weights of 1 would be far from even. */
function weightsFor(plan: ClusterPlan, { ring, exact }: Balance): ReturnType<typeof wholeWeights> {
	const own = plan.strategy.name.startsWith('haproxy-');
	const weights = own ? plan.servers.map(({ weight }) => weight) : weightsOf(plan);
	const most = Math.max(...weights);
	const times = ring && !exact && most > 0 ? Math.floor(256 / most) : 1;
	return wholeWeights(times > 1 ? weights.map((weight) => weight * times) : weights, 256);
}

/** HAProxy's own: a second where it was, at once elsewhere. */
function isOwnPause({ redispatch, backoff }: ClusterPlan['balancer']): boolean {
	return redispatch === 'never' && backoff.baseMs === 1000 && backoff.mostMs === 1000 && !backoff.jitter;
}

function sentence(text: string | undefined): readonly string[] {
	return text === undefined || text === '' ? [] : [text];
}

function indented(texts: readonly string[]): readonly string[] {
	return texts.map((text) => (text === '' ? '' : `    ${text}`));
}
