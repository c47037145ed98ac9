import type { Command } from 'commander';
import { InputError } from '#record/input.ts';
import type { LiveBackend, LiveFigures } from '#record/live.ts';
import { portOf } from './flags.ts';

interface State extends LiveFigures {
	readonly strategy: { readonly name: string };
	readonly port: number;
}

/** `golangia top`: what a running proxy does, in the terminal. */
export function registerTop(program: Command): void {
	program
		.command('top')
		.description('watch a running proxy in the terminal')
		.option('--admin <port>', "the proxy's admin port", portOf('--admin'), 9900)
		.option('--once', 'print it once and end')
		.addHelpText(
			'after',
			'\nThe rates are those since the look before. Ctrl-C ends it.\n\nExamples:\n  golangia top\n  golangia top --admin 4173 --once\n'
		)
		.action(run);
}

async function run({ admin, once }: { readonly admin: number; readonly once?: true }): Promise<void> {
	let before = await look(admin);
	if (once === true || !process.stdout.isTTY) {
		await later(once === true ? 0 : 1000);
		console.log(tableOf(once === true ? before : await look(admin), once === true ? undefined : before));
		return;
	}
	process.once('SIGINT', () => process.exit(0));
	for (;;) {
		await later(1000);
		const now = await look(admin);
		process.stdout.write(`\x1b[H\x1b[J${tableOf(now, before)}\n`);
		before = now;
	}
}

async function look(admin: number): Promise<State> {
	try {
		const response = await fetch(`http://localhost:${String(admin)}/api/v1/state`);
		if (response.ok) return (await response.json()) as State;
	} catch {
		// Said below.
	}
	throw new InputError(
		`No proxy answers on admin port ${String(admin)}: start golangia proxy, or give its port with --admin.`
	);
}

/** Rates need an earlier look; without one they are left out. */
export function tableOf(now: State, before: State | undefined): string {
	const seconds = before === undefined ? 0 : (now.at - before.at) / 1000;
	const rate = (later: number, earlier = 0): string =>
		seconds > 0 ? ((later - earlier) / seconds).toFixed(0) : '–';
	const { over, failed } = now.totals;
	const rows = now.backends.map((backend) => {
		const earlier = before?.backends.find(({ id }) => id === backend.id);
		const answers = backend.over - (earlier?.over ?? 0);
		const firstByte = backend.firstByteSum - (earlier?.firstByteSum ?? 0);
		return [
			backend.id,
			wordsFor(backend),
			String(backend.weight),
			String(backend.inflight),
			backend.belief === null ? '–' : backend.belief.toFixed(2),
			rate(backend.over, earlier?.over),
			String(backend.over),
			String(backend.failed),
			answers === 0 ? '–' : `${((firstByte / answers) * 1000).toFixed(1)} ms`
		];
	});
	return [
		`${now.strategy.name} on port ${String(now.port)}: ${rate(over, before?.totals.over)} answers a second, ${String(now.waiting)} waiting, ${String(over)} in all, ${String(failed)} failed`,
		'',
		...columns([
			['server', 'state', 'weight', 'in flight', 'measure', '/s', 'answers', 'failed', 'first byte'],
			...rows
		])
	].join('\n');
}

function wordsFor({ state, wanted, checks, running, backup }: LiveBackend): string {
	const is =
		running === false ? 'dead' : wanted === 'maint' ? 'taken out' : checks === 'down' ? 'checks fail' : state;
	return backup ? `${is}, backup` : is;
}

/** The first two to the left, numbers to the right. */
function columns(rows: readonly (readonly string[])[]): string[] {
	const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
	return rows.map((row) =>
		row
			.map((cell, column) =>
				column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
			)
			.join('  ')
			.trimEnd()
	);
}

function later(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
