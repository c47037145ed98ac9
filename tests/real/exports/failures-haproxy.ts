import { createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { callHeader, holdHeader } from '../farm.ts';
import { firstFile, mended, withCastles, type Castles } from './castles.ts';
import { ask } from './picks.ts';

/** A file, what happens to its second castle, and a sentence for each thing that was not as it should be. */
interface Failure {
	readonly name: string;
	readonly text: string;
	readonly dark?: true;
	readonly play: (castles: Castles) => Promise<readonly string[]>;
}

const first = firstFile('haproxy');
const inDefaults = (...lines: readonly string[]): string =>
	first.replace('defaults\n', `defaults\n${lines.map((line) => `    ${line}\n`).join('')}`);

/** As measured with HAProxy 2.6.12; machines differ, so the times are wider than what was measured. */
const failures: readonly Failure[] = [
	{
		name: 'the first file',
		text: first,
		async play(castles) {
			const { failed, downMs, upMs } = await outage(castles);
			return [
				...claim(`${String(failed.length)} of 10 requests a second failed`, failed.length, 15, 35),
				...claim('the castle was marked down after', downMs, 3500, 6800),
				...claim('and up again after', upMs, 1500, 5000),
				// Three retries on the castle that is dead, a second apart.
				...failed.flatMap(({ status, ms }) => [
					...claim('a request failed after', ms, 2800, 4000),
					...(status === 503 ? [] : [`a request failed with ${String(status)} and not 503`])
				])
			];
		}
	},
	{
		name: 'option redispatch',
		text: inDefaults('option redispatch'),
		play: unnoticed
	},
	{
		name: 'retries 0',
		text: inDefaults('retries 0'),
		async play(castles) {
			const { failed } = await outage(castles);
			return [
				...claim('so many requests failed', failed.length, 15, 35),
				...failed.flatMap(({ ms }) => claim('a request failed after', ms, 0, 500))
			];
		}
	},
	{
		name: 'inter 500ms fall 2',
		text: first.replaceAll(' check', ' check inter 500ms fall 2'),
		async play(castles) {
			return claim('the castle was marked down after', (await outage(castles)).downMs, 300, 1800);
		}
	},
	{
		name: 'observe layer4 with redispatch',
		text: inDefaults('option redispatch').replaceAll(
			' check',
			' check observe layer4 error-limit 3 on-error mark-down'
		),
		async play(castles) {
			const { failed, downMs } = await outage(castles);
			return [
				...claim('so many requests failed', failed.length, 0, 0),
				...claim('the castle was marked down after', downMs, 0, 1500)
			];
		}
	},
	{
		name: "the linter's fixes",
		text: mended('haproxy', first),
		play: unnoticed
	},
	{
		name: 'a castle hangs before the first file',
		// 60 s, but for the time it takes.
		text: first.replace('timeout server 60s', 'timeout server 2s'),
		async play(castles) {
			const { late, all, down } = await hanging(castles);
			return [
				...claim('of every hundred requests so many got 504', (100 * late) / all, 40, 60),
				...(down ? ['a check that only connects has noticed that it hangs'] : [])
			];
		}
	},
	{
		name: "a castle hangs before the linter's fixes",
		text: mended('haproxy', first),
		async play(castles) {
			const { down } = await hanging(castles);
			return down ? [] : ['nobody has noticed that it hangs'];
		}
	},
	{
		name: 'nobody is there',
		text: first,
		dark: true,
		async play({ port, all }) {
			await delay(3500);
			const { status, ms } = await ask(port, '127.0.0.1');
			return [
				...claim('castles were marked down', all().split('is DOWN').length - 1, 2, 2),
				...claim('the answer was', status, 503, 503),
				...claim('and came after', ms, 0, 500)
			];
		}
	},
	{
		name: 'maxconn 256 and 300 at once',
		text: first,
		async play({ farm, port }) {
			const calls = Array.from({ length: 300 }, (_, i) => `c${String(i)}`);
			const answers = calls.map((call) => ask(port, '127.0.0.1', { [callHeader]: call, [holdHeader]: '1' }));
			let inside = 0;
			for (const end = performance.now() + 3000; performance.now() < end;) {
				inside = Math.max(inside, farm.held);
				await delay(50);
			}
			const releasing = setInterval(() => {
				for (const call of calls) farm.release(call);
			}, 20);
			const statuses = await Promise.all(answers);
			clearInterval(releasing);
			// Those who are not inside wait in the kernel, unseen, and fail neither.
			return [
				...claim('so many were inside', inside, 256, 256),
				...claim('so many were served', statuses.filter(({ status }) => status === 200).length, 300, 300)
			];
		}
	}
];

/** What HAProxy does with a first haproxy.cfg when things go wrong, and what each remedy changes; all at once. */
export async function haproxyFailures(
	program: string,
	folder: string,
	short: boolean
): Promise<readonly string[]> {
	const some = failures.filter((_, index) => !short || index % 3 === 0);
	const wrong = await Promise.all(
		some.map(async ({ name, text, dark, play }) => {
			const found = await withCastles('haproxy', text, program, folder, play, dark);
			return [...new Set(found)].map((what) => `${name}: ${what}`);
		})
	);
	console.log(
		`  ${String(wrong.filter((one) => one.length === 0).length)} of ${String(some.length)} failures as measured: ${some.map(({ name }) => name).join(', ')}`
	);
	return wrong.flat();
}

function claim(what: string, found: number, least: number, most: number): readonly string[] {
	if (found >= least && found <= most) return [];
	const wanted = least === most ? String(least) : `${String(least)} to ${String(most)}`;
	return [`${what}: ${String(Math.round(found))}, and ${wanted} is expected`];
}

async function unnoticed(castles: Castles): Promise<readonly string[]> {
	const { failed, slowestMs } = await outage(castles);
	return [
		...claim('so many requests failed', failed.length, 0, 0),
		...claim('the slowest took', slowestMs, 0, 1500)
	];
}

interface Outage {
	readonly failed: readonly { readonly status: number; readonly ms: number }[];
	readonly slowestMs: number;
	/** From its death, and from its return, until HAProxy said so; NaN when it never did. */
	readonly downMs: number;
	readonly upMs: number;
}

/** Ten requests a second for 14 s. The second castle dies after one, and is back after nine. */
async function outage({ farm, port, said }: Castles): Promise<Outage> {
	const answers: ReturnType<typeof ask>[] = [];
	let died = 0;
	let back = 0;
	for (let i = 0; i < 140; i++) {
		if (i === 10) {
			farm.refuse('castle2');
			died = performance.now();
		}
		if (i === 90) {
			await farm.accept('castle2');
			back = performance.now();
		}
		answers.push(ask(port, '127.0.0.1'));
		await delay(100);
	}
	const all = await Promise.all(answers);
	return {
		failed: all.filter(({ status }) => status !== 200),
		slowestMs: Math.max(...all.map(({ ms }) => ms)),
		downMs: (said(/castle2 is DOWN/) ?? Number.NaN) - died,
		upMs: (said(/castle2 is UP/) ?? Number.NaN) - back
	};
}

/** The second castle takes connections and says nothing; how five requests a second fare for eight seconds. */
async function hanging({ farm, port, said }: Castles): Promise<{
	readonly late: number;
	readonly all: number;
	readonly down: boolean;
}> {
	farm.refuse('castle2');
	const sockets: Socket[] = [];
	const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
	await delay(50);
	silent.listen(port + 2, '127.0.0.1');
	const answers: ReturnType<typeof ask>[] = [];
	for (let i = 0; i < 40; i++) {
		answers.push(ask(port, '127.0.0.1'));
		await delay(200);
	}
	const all = await Promise.all(answers);
	silent.close();
	for (const socket of sockets) socket.destroy();
	return {
		late: all.filter(({ status }) => status === 504).length,
		all: all.length,
		down: said(/castle2 is DOWN/) !== undefined
	};
}
