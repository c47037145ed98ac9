import { assertPlan, type ClusterPlan } from '../cluster.ts';
import type { Line, Written } from '../dialect.ts';
import { ignoresWeights, strategyNote, weightsOf, wholeWeights } from '../families.ts';
import { silencesOf, type Silences } from '../features.ts';
import { head, lines, splitAddress, time } from '../words.ts';
import { methodOf, type Method } from './strategies.ts';

const silences: Silences = {
	queue: 'NGINX OSS has no queue: when every server is at its max_conns, a request gets 502 at once.',
	'first backup': 'All backups stand in together, by the same method: NGINX has no first one.',
	'backup group':
		'Backups stand in for single requests too, that all others have failed, and not only for all of them.',
	'retries in place': 'NGINX never asks the same server twice for one request: retries go elsewhere.',
	'retries avoiding the last': 'NGINX avoids all servers that this request has failed on, not only the last.',
	'rounds of retries': 'When a request has failed on every server, NGINX gives up: nobody is asked twice.',
	backoff: 'NGINX tries the next server at once: there is no pause before a retry.',
	budget: 'NGINX has no retry budget: "proxy_next_upstream_tries" counts for each request by itself.',
	hedging: 'NGINX sends no second request while the first is under way: there is no hedging.',
	'failures in a row': 'NGINX counts failures within fail_timeout, not in a row.',
	'active checks':
		'NGINX OSS checks nobody by itself: it learns from requests that fail (max_fails), so these pay for it.',
	panic:
		'NGINX has no panic mode: when all servers have failed, every request gets 502 until a fail_timeout has passed.',
	'slow start': 'NGINX OSS has no slow start: a server that is back has its whole share at once.',
	stickiness:
		'NGINX OSS has no cookie stickiness before 1.29.6 ("sticky"); until then a hash of the key is the nearest, in the strategy’s place.',
	'no timeout': 'Our gate waits for ever; a real one must not: after 60 s it answers 504.',
	connections: 'With keep-alive NGINX still chooses a server for each request, not for each connection.',
	autoscaler: ({ autoscaler }) =>
		`NGINX starts no servers: others do, up to ${String(autoscaler?.most ?? 0)}, and a reload tells it (or "resolve", from 1.27.3).`
};

/** A complete nginx.conf. */
export function writeNginx(plan: ClusterPlan): Written {
	assertPlan(plan);
	const method = methodOf(plan);
	const own = plan.servers.map(({ weight }) => weight);
	const weights = wholeWeights(
		ignoresWeights(plan) || plan.strategy.name === 'haproxy-first' ? weightsOf(plan) : own,
		65_535
	);
	const kept = plan.servers.filter(({ backup }) => !(backup && method.alone));
	const note = strategyNote(plan, 'NGINX', method);
	const notes = [
		...(note === undefined ? [] : [note]),
		...(ignoresWeights(plan) && own.some((weight) => weight > 1)
			? ['This strategy looks at no weights and NGINX’s does: all are written alike.']
			: []),
		...(weights.exact ? [] : ['NGINX’s weights are whole numbers: these are the nearest.']),
		...(kept.length === plan.servers.length
			? []
			: [`"${method.says}" takes no backup servers: they stand as comments.`]),
		...(plan.key.by === 'uri' && (plan.key.length ?? plan.key.depth) !== undefined
			? ['NGINX hashes the whole path: it cuts no length or depth from it.']
			: []),
		...silencesOf(plan, silences)
	];
	const { processMax } = plan;
	return {
		notes,
		files: [
			{
				name: 'nginx.conf',
				lines: [
					...head('#', plan, 'NGINX 1.22 and later', 'nginx -t -c $PWD/nginx.conf', notes),
					...lines(
						'gate',
						'worker_processes auto;',
						'# On a stop or a reload, requests in flight may end for so long.',
						'worker_shutdown_timeout 30s;',
						'',
						'events {',
						`    worker_connections ${String(processMax ?? 4096)};  # in each worker; to clients and to servers`,
						'}',
						'',
						'http {',
						`    log_format upstream '$remote_addr "$request" $status $upstream_addr $upstream_response_time';`,
						'    access_log /var/log/nginx/access.log upstream;',
						''
					),
					...upstream(plan, method, weights.weights),
					...server(plan),
					...lines('gate', '}')
				]
			}
		]
	};
}

function upstream(plan: ClusterPlan, method: Method, weights: readonly number[]): readonly Line[] {
	const { health } = plan.balancer;
	const failures =
		health === null
			? 'max_fails=0'
			: `max_fails=${String(health.fall)} fail_timeout=${time(Math.max(1000, Math.round(health.ejectMs / 1000) * 1000))}`;
	return [
		...lines(
			'gate',
			'    upstream servers {',
			'        # Without a zone each worker would count, and take turns, for itself.',
			'        zone servers 64k;',
			...(method.directive === '' ? [] : [`        ${method.directive};`])
		),
		...plan.servers.map(({ id, address, limit, backup }, index): Line => {
			const words = [`server ${address}`];
			const weight = weights[index] ?? 1;
			if (weight > 0) words.push(`weight=${String(weight)}`);
			if (limit !== null) words.push(`max_conns=${String(limit)}`);
			words.push(failures);
			if (backup) words.push('backup');
			if (weight === 0) words.push('down');
			const out = backup && method.alone ? '# ' : '';
			return { text: `        ${out}${words.join(' ')};  # ${id}`, part: { server: id } };
		}),
		...lines('gate', '        keepalive 32;', '    }', '')
	];
}

function server({ frontend, clientMs, connectMs, balancer, retryOn }: ClusterPlan): readonly Line[] {
	const { most, retries, timeoutMs } = balancer;
	const { host, port } = splitAddress(frontend);
	const client = time(clientMs ?? 60_000);
	const wait = time(timeoutMs ?? 60_000);
	const again =
		retries === 0
			? ['proxy_next_upstream off;']
			: [
					`proxy_next_upstream error${retryOn === 'any' ? ' timeout http_500 http_502 http_503 http_504' : ''};`,
					`proxy_next_upstream_tries ${String(retries + 1)};`
				];
	return [
		...(most === null
			? []
			: lines(
					'gate',
					'    limit_conn_zone $server_name zone=everybody:64k;',
					'    limit_conn_status 503;',
					''
				)),
		...lines(
			'clients',
			'    server {',
			`        listen ${host === '*' ? '' : `${host}:`}${String(port)};`,
			'        client_header_timeout 10s;',
			`        client_body_timeout ${client};`,
			`        send_timeout ${client};`
		),
		...(most === null ? [] : lines('gate', `        limit_conn everybody ${String(most)};`)),
		...lines(
			'gate',
			'        location / {',
			'            proxy_pass http://servers;',
			'            proxy_http_version 1.1;',
			'            proxy_set_header Connection "";',
			'            proxy_set_header Host $host;',
			'            # What a client says of its own address is not believed.',
			'            proxy_set_header X-Forwarded-For $remote_addr;',
			'            proxy_set_header X-Forwarded-Proto $scheme;',
			`            proxy_connect_timeout ${time(connectMs ?? 5000)};`,
			`            proxy_send_timeout ${wait};`,
			`            proxy_read_timeout ${wait};`,
			...again.map((text) => `            ${text}`),
			'        }',
			'    }'
		)
	];
}
