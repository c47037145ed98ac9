import { basename } from 'node:path';
import { Option, type Command } from 'commander';
import { shelf } from '#balancer/strategies/index.ts';
import { scenarioOf, type ClusterPlan } from '#dialects/cluster.ts';
import { readable } from '#dialects/guess.ts';
import { dialects, type DialectName } from '#dialects/index.ts';
import { readScenario } from '#simulator/scenario.ts';
import { foreignOf, tellRemarks } from './dialect-files.ts';
import { wordOf } from './flags.ts';

const help = `
What was not taken over is told with its line on the error output; "golangia lint" tells what people trip over. A
configuration does not know who comes and how long requests take: the scenario has traffic of ours, which you may change.

Examples:
  golangia import haproxy.cfg > cluster.json && golangia simulate cluster.json
  golangia import nginx.conf --as proxy
`;

/** `golangia import FILE`: somebody's configuration as a scenario, or as a command of our own proxy. */
export function registerImport(program: Command): void {
	program
		.command('import')
		.description(
			`read a configuration as a scenario: ${readable.map((name) => dialects[name].file).join(', ')}`
		)
		.argument('<file>', 'the configuration')
		.addOption(
			new Option(
				'--from <product>',
				`whose it is, where its name does not say so: ${readable.join(', ')}`
			).argParser(wordOf('--from', readable))
		)
		.addOption(
			new Option('--as <form>', 'what is printed: a scenario, or the command of a proxy')
				.argParser(wordOf('--as', ['scenario', 'proxy']))
				.default('scenario')
		)
		.addHelpText('after', help)
		.action(async (file: string, options: { from?: DialectName; as: 'scenario' | 'proxy' }) => {
			const { dialect, text } = await foreignOf(file, options.from);
			const read = dialect.read(text);
			tellRemarks(file, read);
			const trips = dialect.lint?.(text).length ?? 0;
			if (trips > 0)
				console.error(`${file}: golangia lint has something to say about ${String(trips)} of its lines.`);
			const plan = { ...read.plan, title: basename(file) };
			if (options.as === 'proxy') console.log(commandOf(plan));
			else console.log(JSON.stringify(readScenario(scenarioOf(plan), file), null, '\t'));
		});
}

/** The plan as `golangia proxy` says it. */
export function commandOf({ servers, strategy, balancer, key, frontend, connectMs }: ClusterPlan): string {
	const words = ['golangia proxy', `--port ${frontend.split(':').at(-1) ?? '8080'}`];
	for (const { id, address, weight, limit, backup } of servers) {
		// A proxy has no servers that take nothing.
		if (weight === 0) continue;
		const settings = [`id=${id}`, ...(weight === 1 ? [] : [`weight=${String(weight)}`])];
		if (limit !== null) settings.push(`maxconn=${String(limit)}`);
		if (backup) settings.push('backup');
		words.push(`--backend http://${[address, ...settings].join(',')}`);
	}
	words.push(`--strategy ${strategy.name}`);
	for (const [knob, value] of Object.entries(strategy.knobs))
		if (shelf[strategy.name].knobs[knob]?.initial !== value) words.push(`--knob ${knob}=${String(value)}`);
	words.push(`--retries ${String(balancer.retries)}`, `--redispatch ${balancer.redispatch}`);
	words.push(`--backups ${balancer.backups}`);
	if (balancer.timeoutMs !== null) words.push(`--timeout ${String(balancer.timeoutMs)}ms`);
	if (connectMs !== null) words.push(`--connect-timeout ${String(connectMs)}ms`);
	if (balancer.health === null) words.push('--fall 0');
	else {
		words.push(`--fall ${String(balancer.health.fall)}`, `--eject ${String(balancer.health.ejectMs)}ms`);
		if (balancer.health.rule === 'max-fails') words.push('--max-fails');
	}
	if (!balancer.panic) words.push('--no-panic');
	if (balancer.slowStartMs !== null) words.push(`--slow-start ${String(balancer.slowStartMs)}ms`);
	if (balancer.queue !== null) {
		words.push(`--queue ${String(balancer.queue.limit)}`);
		if (balancer.queue.timeoutMs !== null)
			words.push(`--queue-timeout ${String(balancer.queue.timeoutMs)}ms`);
	}
	if (balancer.sticky) words.push('--sticky');
	if (key.by === 'uri') words.push('--key uri');
	if ('name' in key) words.push(`--key ${key.by === 'header' ? 'header' : 'param'}:${key.name}`);
	return words.join(' \\\n  ');
}
