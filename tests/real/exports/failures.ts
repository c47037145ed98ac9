import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { edited } from '#dialects/edit.ts';
import { examples } from '#dialects/examples.ts';
import { dialects } from '#dialects/index.ts';
import { callHeader, Farm, holdHeader } from '../farm.ts';
import { ask } from './picks.ts';
import { takePorts } from './ports.ts';
import { place, runners } from './programs.ts';

const firstHaproxy = examples.find(({ dialect }) => dialect === 'haproxy')?.text ?? '';

/** The first haproxy.cfg loses requests while a server dies; with the linter's fixes it loses none. */
export async function outage(program: string, folder: string): Promise<readonly string[]> {
	const before = await outageOf(firstHaproxy, program, folder);
	let better = firstHaproxy;
	for (;;) {
		const next = dialects.haproxy.lint?.(better)[0];
		if (next === undefined) break;
		better = edited(better, next.fix);
	}
	const after = await outageOf(better, program, folder);
	const seconds = (before.noticedMs / 1000).toFixed(1);
	console.log(
		`  a server dies: ${String(before.failed)} requests fail in ${seconds} s with the first haproxy.cfg, ${String(after.failed)} with the linter's fixes`
	);
	return [
		...(before.failed > 5
			? []
			: [`the first haproxy.cfg lost only ${String(before.failed)} requests while a server died`]),
		// Three checks that fail, two seconds apart: the first within two seconds.
		...(before.noticedMs > 3500 && before.noticedMs < 6500
			? []
			: [`the first haproxy.cfg noticed after ${seconds} s, and 4 to 6 are expected`]),
		...(after.failed === 0
			? []
			: [`with every fix made, haproxy still lost ${String(after.failed)} requests`])
	];
}

/** Ten requests a second, and the second castle dies after one. `noticedMs` is from then to the last request that failed. */
function outageOf(
	text: string,
	program: string,
	folder: string
): Promise<{ readonly failed: number; readonly noticedMs: number }> {
	return castles(text, program, folder, async (farm, port) => {
		const answers: Promise<{ readonly at: number; readonly status: number }>[] = [];
		let died = 0;
		for (let i = 0; i < 80; i++) {
			if (i === 10) {
				farm.refuse('castle2');
				died = performance.now();
			}
			const at = performance.now();
			answers.push(ask(port, '127.0.0.1').then(({ status }) => ({ at, status })));
			await delay(100);
		}
		const failed = (await Promise.all(answers)).filter(({ status }) => status !== 200);
		return { failed: failed.length, noticedMs: (failed.at(-1)?.at ?? died) - died };
	});
}

/** With `maxconn 256` for the process, of 300 that come at once 44 wait where HAProxy does not see them, and none fails. */
export async function crowd(program: string, folder: string): Promise<readonly string[]> {
	const { inside, served } = await castles(firstHaproxy, program, folder, async (farm, port) => {
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
		return { inside, served: statuses.filter(({ status }) => status === 200).length };
	});
	console.log(`  maxconn 256 and 300 at once: ${String(inside)} inside, ${String(served)} served in the end`);
	return inside === 256 && served === 300
		? []
		: [
				`of 300 at once ${String(inside)} were inside and ${String(served)} were served, where 256 and 300 are expected`
			];
}

/** A haproxy.cfg of two castles, on ports of our own. */
async function castles<T>(
	text: string,
	program: string,
	folder: string,
	play: (farm: Farm, port: number) => Promise<T>
): Promise<T> {
	const port = takePorts();
	const farm = castleFarm(port);
	await farm.open();
	writeFileSync(join(folder, 'haproxy.cfg'), onPorts(text.replace('*:8080', ':8080'), port));
	const running = await runners.haproxy.start(program, folder, port);
	try {
		return await play(farm, port);
	} finally {
		await running.stop();
		farm.close();
	}
}

function castleFarm(port: number): Farm {
	return new Farm(
		[1, 2].map((n) => ({ name: `castle${String(n)}`, address: `127.0.0.1:${String(port + n)}`, weight: 1 }))
	);
}

/** An example's ports replaced by those from `port` on. */
function onPorts(text: string, port: number): string {
	return text
		.replace(':8080', `127.0.0.1:${String(port)}`)
		.replace('localhost:8000', `127.0.0.1:${String(port + 1)}`)
		.replace('localhost:8001', `127.0.0.1:${String(port + 2)}`);
}

/** The first gate in Go does not compile; without its unused import it races; with the fix it does not. */
export async function race(program: string, folder: string): Promise<readonly string[]> {
	const text = examples.find(({ dialect }) => dialect === 'go')?.text ?? '';
	const findings = dialects.go.lint?.(text) ?? [];
	const unused = findings.find(({ id }) => id.startsWith('unused'));
	const compiling = edited(text, unused?.fix ?? []);
	const rotated = dialects.go.lint?.(compiling).find(({ id }) => id === 'rotated-slice');
	const before = await racesOf(compiling, program, folder);
	const after = await racesOf(edited(compiling, rotated?.fix ?? []), program, folder);
	console.log(
		`  the race detector reports ${String(before)} races in the first gate, ${String(after)} with the fix`
	);
	return [
		...(before > 0 ? [] : ['the race detector saw nothing in the first gate']),
		...(after === 0 ? [] : [`with the fix the race detector still reports ${String(after)} races`])
	];
}

async function racesOf(text: string, program: string, folder: string): Promise<number> {
	const port = takePorts();
	const own = join(folder, `race-${String(port)}`);
	const source = text
		.replace(':8080', `127.0.0.1:${String(port)}`)
		.replace('localhost:8000', `127.0.0.1:${String(port + 1)}`)
		.replace('localhost:8001', `127.0.0.1:${String(port + 2)}`);
	place(
		{ files: [{ name: 'main.go', lines: source.split('\n').map((text) => ({ text })) }], notes: [] },
		own
	);
	const farm = castleFarm(port);
	await farm.open();
	let races = 0;
	const running = await runners.go.start(program, own, port, (said) => {
		races += said.split('WARNING: DATA RACE').length - 1;
	});
	try {
		const visitor = async (): Promise<void> => {
			for (let i = 0; i < 60; i++) await ask(port, '127.0.0.1');
		};
		await Promise.all(Array.from({ length: 16 }, visitor));
	} finally {
		await running.stop();
		farm.close();
	}
	return races;
}
