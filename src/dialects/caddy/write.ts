import { assertPlan, type ClusterPlan } from '../cluster.ts';
import type { Line, Written } from '../dialect.ts';
import { ignoresWeights, strategyNote } from '../families.ts';
import { silencesOf, type Silences } from '../features.ts';
import { head, lines, splitAddress, time } from '../words.ts';
import { policyOf } from './strategies.ts';

const silences: Silences = {
	weights: (plan) =>
		ignoresWeights(plan)
			? undefined
			: 'Caddy has weights from 2.7 on (weighted_round_robin): here all are alike.',
	limits: (plan) =>
		new Set(plan.servers.map(({ limit }) => limit)).size > 1
			? 'Caddy has one limit for all servers ("unhealthy_request_count"): it is the smallest of them.'
			: undefined,
	queue: 'Caddy has no queue: when every server has its limit, a request gets 503 at once.',
	backups: 'Caddy has no backup servers: they stand as comments.',
	'first backup': () => undefined,
	'backup group': () => undefined,
	'backups for one request': () => undefined,
	'retries of any failure':
		'Caddy tries again when a connection fails, and for GET when it breaks; answers with errors are not tried again.',
	'retries elsewhere':
		'A retry asks the policy anew, which may name the same server again, unless max_fails has left it out.',
	'retries avoiding the last':
		'A retry asks the policy anew, which may name the same server again, unless max_fails has left it out.',
	'retries in place': 'A retry asks the policy anew: it cannot be told to stay.',
	'one round of retries':
		'A request that has failed on every server is tried again on those that have failed, as long as it has retries.',
	backoff: 'Caddy’s pause before a retry is always the same: it does not grow.',
	budget: 'Caddy has no retry budget: "lb_retries" counts for each request by itself.',
	hedging: 'Caddy sends no second request while the first is under way: there is no hedging.',
	'failures in a row': 'Caddy counts failures within fail_duration, not in a row.',
	'active checks': ({ balancer: { checks } }) =>
		checks !== null && (checks.fall > 1 || checks.rise > 1)
			? 'Caddy 2.6 goes by a single check: one bad one takes a server out, one good one brings it back.'
			: undefined,
	'connection checks': 'Caddy always asks for a page: there are no checks of the connection alone.',
	panic: 'Caddy has no panic mode: when all servers are out, clients get 503 at once.',
	'slow start': 'Caddy has no slow start: a server that is back has its whole share at once.',
	stickiness: 'Caddy’s stickiness is a policy, "lb_policy cookie", and would take the strategy’s place.',
	'no timeout': 'Our gate waits for ever; a real one must not: after 60 s it answers 504.',
	most: 'Caddy has no limit for all requests together without a plugin.',
	connections: 'Caddy chooses a server for each request, not for each connection.',
	autoscaler: 'Caddy starts no servers: "dynamic a" or "dynamic srv" finds those that something else starts.'
};

/** A complete Caddyfile. */
export function writeCaddy(plan: ClusterPlan): Written {
	assertPlan(plan);
	const policy = policyOf(plan);
	const note = strategyNote(plan, 'Caddy', policy);
	const notes = [...(note === undefined ? [] : [note]), ...silencesOf(plan, silences)];
	const { host, port } = splitAddress(plan.frontend);
	const client = time(plan.clientMs ?? 60_000);
	return {
		notes,
		files: [
			{
				name: 'Caddyfile',
				lines: [
					...head('#', plan, 'Caddy 2.6', 'caddy validate --adapter caddyfile --config Caddyfile', notes),
					...lines(
						'gate',
						'{',
						'	# On a stop or a reload, requests in flight may end for so long.',
						'	grace_period 30s'
					),
					...lines('clients', '	servers {', '		timeouts {', '			read_header 10s', `			idle ${client}`, '		}', '	}'),
					...lines('gate', '}', ''),
					...lines(
						'clients',
						'# With a name such as shop.example instead, Caddy serves HTTPS and gets the certificate itself.',
						`http://${host === '*' ? '' : host}:${String(port)} {`,
						...(host === '*' || host.startsWith('[') || !/^[\d.]+$/.test(host) ? [] : [`	bind ${host}`])
					),
					...proxy(plan, policy.says),
					...lines('clients', '}')
				]
			}
		]
	};
}

function proxy(plan: ClusterPlan, policy: string): readonly Line[] {
	const { servers, balancer, connectMs, checkPath } = plan;
	const { retries, health, checks, timeoutMs, backoff } = balancer;
	const limits = servers.flatMap(({ limit }) => (limit === null ? [] : [limit]));
	return [
		...lines('gate', '	reverse_proxy {'),
		...servers.map(({ id, address, weight, backup }): Line => {
			const out = backup || weight === 0 ? '# ' : '';
			return { text: `		${out}to ${address}  # ${id}`, part: { server: id } };
		}),
		...lines(
			'gate',
			`		lb_policy ${policy}`,
			...(retries > 0
				? [`		lb_retries ${String(retries)}`, `		lb_try_interval ${time(Math.max(1, backoff.baseMs))}`]
				: []),
			...(limits.length > 0 ? [`		unhealthy_request_count ${String(Math.min(...limits))}`] : [])
		),
		...(health === null
			? // Without it Caddy 2.6 takes no failures at all for too many, and lets nobody in.
				lines('checks', ...(limits.length > 0 ? ['		max_fails 1'] : []))
			: lines(
					'checks',
					`		fail_duration ${time(health.ejectMs)}`,
					`		max_fails ${String(health.fall)}`,
					'		unhealthy_status 5xx'
				)),
		...(checks === null
			? []
			: lines(
					'checks',
					`		health_uri ${checkPath}`,
					`		health_interval ${time(checks.everyMs)}`,
					`		health_timeout ${time(checks.timeoutMs)}`
				)),
		...lines(
			'gate',
			'		transport http {',
			`			dial_timeout ${time(connectMs ?? 5000)}`,
			`			response_header_timeout ${time(timeoutMs ?? 60_000)}`,
			'			keepalive_idle_conns_per_host 256',
			'		}',
			'	}'
		)
	];
}
