import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Balancer, Dialect } from './balancer.ts';
import { triedHeader } from './client.ts';
import { startProgram } from './program.ts';
import type { Script, ServerLine } from './script.ts';

/** NGINX in one process, which is all the state there is. */
export const nginx: Dialect = { configure, start };

const methods: Readonly<Record<string, string>> = {
	swrr: '',
	least_conn: 'least_conn',
	ip_hash: 'ip_hash',
	hash: 'hash $arg_k'
};

function configure({ strategy, options, servers }: Pick<Script, 'strategy' | 'options' | 'servers'>): string {
	const method = methods[strategy];
	if (method === undefined) throw new Error(`NGINX has no method "${strategy}" here.`);
	const first = method === '' ? [] : [`  ${method}${options.consistent === true ? ' consistent' : ''};`];
	return ['upstream be {', ...first, ...servers.map(serverLine), '}', ''].join('\n');
}

function serverLine(line: ServerLine): string {
	const words = ['  server', line.address];
	if (line.weight !== 1) words.push(`weight=${String(line.weight)}`);
	if (line.maxconn !== undefined) words.push(`max_conns=${String(line.maxconn)}`);
	// A backup server keeps the defaults unless it says otherwise.
	if (line.maxFails !== undefined) words.push(`max_fails=${String(line.maxFails)}`);
	if (line.failTimeout !== undefined) words.push(`fail_timeout=${String(line.failTimeout)}s`);
	if (line.backup) words.push('backup');
	if (line.down) words.push('down');
	return `${words.join(' ')};`;
}

async function start(program: string, folder: string, config: string): Promise<Balancer> {
	const [file, door, log] = ['nginx.conf', 'door', 'error.log'].map((name) => join(folder, name)) as [
		string,
		string,
		string
	];
	const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
	writeFileSync(
		file,
		`daemon off;
master_process off;
worker_processes 1;
pid ${join(folder, 'nginx.pid')};
error_log ${log};
events { worker_connections 512; }
http {
access_log off;
${temporary.map((name) => `${name}_temp_path ${join(folder, name)};`).join('\n')}
server {
  listen unix:${door} proxy_protocol;
  set_real_ip_from unix:;
  real_ip_header proxy_protocol;
  add_header ${triedHeader} $upstream_addr always;
  location / { proxy_pass http://be; }
}
${config}}
`
	);
	const running = await startProgram(program, ['-p', folder, '-e', log, '-c', file], door);
	return { door, stop: () => running.stop() };
}
