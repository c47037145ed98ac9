import { buckets, methods, type Counters, type Durations } from './counters.ts';
import type { Proxy } from './server.ts';
import { stateOf } from './state.ts';

/**
 * The counters in Prometheus' text format (version 0.0.4). Made when somebody asks, so a request pays nothing for it; no
 * label comes from a client.
 */
export function metricsText(proxy: Proxy, counters: Counters, version: string): string {
	const page = new Page();
	const tallies = [...counters.backends];

	page.metric('golangia_requests_total', 'counter', 'Requests that are over, by backend, method and status.');
	for (const [backend, { codes }] of tallies)
		for (const [code, count] of codes) {
			const method = methods[code % 8] ?? '';
			page.line('golangia_requests_total', { backend, method, code: String(code >> 3) }, count);
		}
	page.metric('golangia_response_bytes_total', 'counter', 'Bytes of response bodies sent to clients.');
	for (const [backend, { bytes }] of tallies) page.line('golangia_response_bytes_total', { backend }, bytes);
	page.metric('golangia_failures_total', 'counter', 'Requests that no backend answered well, by reason.');
	for (const [backend, { reasons }] of tallies)
		for (const [reason, count] of reasons) page.line('golangia_failures_total', { backend, reason }, count);
	page.metric(
		'golangia_retries_total',
		'counter',
		'Attempts after a failed one, by the backend of the last.'
	);
	for (const [backend, { retries }] of tallies) page.line('golangia_retries_total', { backend }, retries);
	page.metric(
		'golangia_hedges_total',
		'counter',
		'Attempts beside a slow one, by the backend that answered.'
	);
	for (const [backend, { hedges }] of tallies) page.line('golangia_hedges_total', { backend }, hedges);
	page.metric('golangia_client_aborts_total', 'counter', 'Clients that left before they had their answer.');
	page.line('golangia_client_aborts_total', {}, counters.left);
	page.histogram(
		'golangia_request_duration_seconds',
		'From the arrival of a request to its end.',
		tallies.map(([backend, { durations }]) => [backend, durations])
	);
	page.histogram(
		'golangia_upstream_first_byte_seconds',
		"From the arrival of a request to the first byte of a backend's answer.",
		tallies.map(([backend, { firstBytes }]) => [backend, firstBytes])
	);

	page.metric('golangia_backend_up', 'gauge', '1 while a backend may be chosen.');
	for (const member of proxy.cluster.members)
		page.line('golangia_backend_up', { backend: member.id }, Number(stateOf(member) === 'ready'));
	page.metric('golangia_backend_state', 'gauge', '1 for the state a backend is in.');
	for (const member of proxy.cluster.members) {
		const now = stateOf(member);
		for (const state of ['ready', 'drain', 'down', 'ejected'])
			page.line('golangia_backend_state', { backend: member.id, state }, Number(state === now));
	}
	page.metric('golangia_backend_weight', 'gauge', 'The weight a backend has now.');
	for (const { id, weight } of proxy.cluster.members)
		page.line('golangia_backend_weight', { backend: id }, weight);
	page.metric('golangia_backend_active_requests', 'gauge', 'Requests a backend has now.');
	for (const { id, inflight } of proxy.cluster.members)
		page.line('golangia_backend_active_requests', { backend: id }, inflight);
	page.metric('golangia_backend_connections', 'gauge', 'Connections to a backend.');
	for (const [backend, { upstream }] of proxy.roster.entries) {
		const { open, idle } = upstream.connections();
		page.line('golangia_backend_connections', { backend, state: 'active' }, Math.max(0, open - idle));
		page.line('golangia_backend_connections', { backend, state: 'idle' }, idle);
	}
	page.metric('golangia_waiting_requests', 'gauge', 'Requests that wait because all backends are full.');
	page.line('golangia_waiting_requests', {}, proxy.waiting);
	page.metric('golangia_strategy_info', 'gauge', 'The strategy in charge.');
	page.line('golangia_strategy_info', { strategy: proxy.rules.strategy.name }, 1);
	page.metric('golangia_build_info', 'gauge', 'What runs.');
	page.line('golangia_build_info', { version, node: process.version }, 1);
	const { user, system } = process.cpuUsage();
	page.metric('process_cpu_seconds_total', 'counter', 'Processor time used, in seconds.');
	page.line('process_cpu_seconds_total', {}, (user + system) / 1e6);
	page.metric('process_resident_memory_bytes', 'gauge', 'Resident memory, in bytes.');
	page.line('process_resident_memory_bytes', {}, process.memoryUsage.rss());
	return page.text;
}

class Page {
	text = '';

	metric(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): void {
		this.text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
	}

	line(name: string, labels: Readonly<Record<string, string>>, value: number): void {
		const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
		this.text += `${name}${pairs.length === 0 ? '' : `{${pairs.join()}}`} ${String(value)}\n`;
	}

	histogram(name: string, help: string, of: readonly (readonly [backend: string, Durations])[]): void {
		this.metric(name, 'histogram', help);
		for (const [backend, { counts, sum }] of of) {
			let below = 0;
			for (const [i, end] of [...buckets, Infinity].entries()) {
				below += counts[i] ?? 0;
				this.line(`${name}_bucket`, { backend, le: end === Infinity ? '+Inf' : String(end) }, below);
			}
			this.line(`${name}_sum`, { backend }, sum);
			this.line(`${name}_count`, { backend }, below);
		}
	}
}

function escaped(text: string): string {
	return text.replace(/[\\"\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`));
}
