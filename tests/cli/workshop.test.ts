import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { examples } from '#dialects/examples.ts';
import { go } from '#cli/workshop/go.ts';
import { haproxy } from '#cli/workshop/haproxy.ts';
import { evenTurns, forgedAddress, killed } from '#cli/workshop/plays.ts';
import { findPlace, moved, movedBack, type Place } from '#cli/workshop/ports.ts';
import { findProgram, runToEnd } from '#cli/workshop/program.ts';
import { lineOf } from '#cli/workshop/report.ts';
import { programOf, verify, type Verdict } from '#cli/workshop/verify.ts';
import type { Step, Workshop } from '#cli/workshop/workshop.ts';
import { golangia } from './golangia.ts';

const place: Place = { gate: 24_003, servers: [24_000, 24_001, 24_002], leave: () => Promise.resolve() };

function temporary(): string {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-'));
	onTestFinished(() => {
		rmSync(folder, { recursive: true });
	});
	return folder;
}

/** A gate of a few lines, run by Node: it sends on to the servers in turn, without looking whether they live. */
const gate = `import { createServer, request } from 'node:http';
const servers = ['localhost:8000', 'localhost:8001', 'localhost:8002'];
let turn = 0;
createServer((req, res) => {
	const [host, port] = servers[turn++ % servers.length].split(':');
	req.pipe(
		request({ host, port, path: req.url, method: req.method, headers: req.headers }, (answer) => {
			res.writeHead(answer.statusCode, answer.headers);
			answer.pipe(res);
		}).on('error', () => res.writeHead(502).end())
	);
}).listen(...process.env.GATE.split(':').reverse());
`;

const words = { title: 'It is as it should be', why: 'It should.', remedy: 'think.' };

/** A workshop that needs no program but Node. */
function workshopOf(text: string, ...plays: readonly Step['play'][]): Workshop {
	return {
		...haproxy,
		steps: plays.map((play) => ({ ...words, play })),
		prepare({ program, scratch, place: at }) {
			const file = join(scratch, 'gate.mjs');
			writeFileSync(file, moved(text, at));
			const env = { GATE: `127.0.0.1:${String(at.gate)}` };
			return Promise.resolve({ launch: { file: program, args: [file], cwd: scratch, env } });
		}
	};
}

async function verdictsOn(workshop: Workshop): Promise<{ well: boolean; verdicts: readonly Verdict[] }> {
	const verdicts: Verdict[] = [];
	const folder = temporary();
	for (const [name, text] of Object.entries(workshop.files)) writeFileSync(join(folder, name), text);
	const well = await verify(workshop, folder, process.execPath, (verdict) => verdicts.push(verdict));
	return { well, verdicts };
}

test.each(['haproxy', 'go'] as const)(
	'golangia workshop %s writes the first file and a README with every step, and never writes over them',
	async (name) => {
		const workshop = { haproxy, go }[name];
		const folder = join(temporary(), 'mine');
		const made = await golangia('workshop', name, '--out', folder);
		expect(made.stderr).toBe('');
		expect(made.stdout).toContain(`workshop verify ${folder}`);
		expect(readdirSync(folder).toSorted()).toEqual([...Object.keys(workshop.files), 'README.md'].toSorted());
		const readme = readFileSync(join(folder, 'README.md'), 'utf8');
		for (const { title } of [workshop.accepted, ...workshop.steps]) expect(readme).toContain(`. ${title}.`);

		writeFileSync(join(folder, workshop.file), 'mine');
		const again = await golangia('workshop', name, '--out', folder);
		expect(again.code).toBe(2);
		expect(again.stderr).toContain(
			"is there already, and nobody's work is written over: use another folder with --out."
		);
		expect(readFileSync(join(folder, workshop.file), 'utf8')).toBe('mine');
	}
);

test('the first haproxy.cfg is the example that the importer has', () => {
	expect(haproxy.files[haproxy.file]).toBe(examples.find(({ dialect }) => dialect === 'haproxy')?.text);
});

test('a file is tried on other ports of this machine only, its lines and its times as they are', () => {
	const before = [
		'bind *:8080',
		'bind :8080',
		'bind 0.0.0.0:8080',
		'server castle1 localhost:8000 check port 80',
		'timeout client 8000',
		'{Scheme: "http", Host: "localhost:8001"},',
		'net.JoinHostPort("::1", "8002")',
		'http.ListenAndServe(":8080", router)',
		'Addr: "localhost:8080", ReadTimeout: 8000 * time.Millisecond'
	];
	expect(moved(before.join('\n'), place).split('\n')).toEqual([
		'bind 127.0.0.1:24003',
		'bind 127.0.0.1:24003',
		'bind 127.0.0.1:24003',
		'server castle1 localhost:24000 check port 80',
		'timeout client 8000',
		'{Scheme: "http", Host: "localhost:24001"},',
		'net.JoinHostPort("::1", "24002")',
		'http.ListenAndServe("127.0.0.1:24003", router)',
		'Addr: "localhost:24003", ReadTimeout: 8000 * time.Millisecond'
	]);
	expect(movedBack('dial tcp 127.0.0.1:24001: refused; 24003, 24500', place)).toBe(
		'dial tcp 127.0.0.1:8001: refused; 8080, 24500'
	);
});

test('two who verify at the same time have different ports', async () => {
	const [one, two] = [await findPlace(), await findPlace()];
	expect(two.gate).not.toBe(one.gate);
	await one.leave();
	await two.leave();
});

test('each step meets a gate and servers of its own; what does not hold is told with what was seen', async () => {
	const { well, verdicts } = await verdictsOn(workshopOf(gate, evenTurns, evenTurns, forgedAddress, killed));
	expect(well).toBe(false);
	expect(verdicts.map(({ result }) => result)).toEqual(['ok', 'ok', 'ok', 'wrong', 'wrong']);
	expect(verdicts[3]?.seen).toBe(
		'The server got X-Forwarded-For: 203.0.113.7, and the client was 127.0.0.1.'
	);
	expect(verdicts[4]?.seen).toMatch(/^Of 40 requests, 1\d failed \(502\); the slowest took \d\.\d s\.$/);
});

test('a gate that favours one server is told how its requests went', async () => {
	const unfair = gate.replace("'localhost:8002'", "'localhost:8000'");
	const { verdicts } = await verdictsOn(workshopOf(unfair, evenTurns));
	expect(verdicts[1]?.seen).toBe('They went 200/100/0.');
});

test('when the program does not start, its words are passed on in the ports of the file, and all else waits', async () => {
	const { well, verdicts } = await verdictsOn(
		workshopOf('console.error("no room at :8080"); process.exit(1)', evenTurns)
	);
	expect(well).toBe(false);
	expect(verdicts).toMatchObject([
		{ number: 1, result: 'wrong', seen: 'no room at 127.0.0.1:8080' },
		{ number: 2, result: 'waits' }
	]);
});

test('nothing that was started or written is left behind', async () => {
	let pid = 0;
	let scratch = '';
	const workshop = workshopOf(`console.log(process.pid);${gate}`, ({ launch, gate: { said } }) => {
		scratch = launch.cwd;
		pid = Number(/\d+/.exec(said())?.[0]);
		return Promise.resolve(undefined);
	});
	expect((await verdictsOn(workshop)).well).toBe(true);
	expect(pid).toBeGreaterThan(0);
	expect(() => process.kill(pid, 0)).toThrow('ESRCH');
	expect(scratch).toContain('golangia-workshop-');
	expect(existsSync(scratch)).toBe(false);
});

test('a verdict is a line, and where it is wrong what was seen, why, and what to try', () => {
	expect(lineOf({ number: 2, words, result: 'ok' })).toBe('ok     2  It is as it should be');
	expect(lineOf({ number: 12, words, result: 'wrong', seen: 'It is not.' }).split('\n')).toEqual([
		'wrong 12  It is as it should be',
		'          It is not.',
		'          Why: It should.',
		'          Try: think.'
	]);
	const at = { place: 'haproxy.cfg:7', text: 'timeout server 60s' };
	expect(lineOf({ number: 2, words, result: 'wrong', seen: 'No.', at })).toContain(
		'          No.\n          Look at haproxy.cfg:7: timeout server 60s\n          Why:'
	);
	const long = lineOf({ number: 1, words, result: 'wrong', seen: 'a\n'.repeat(5000) });
	expect(long.split('\n')).toHaveLength(12);
});

test.each([haproxy, go])(
	'every step of $title has a line to look at, at the beginning and at the end',
	(workshop) => {
		const { file, files, steps } = workshop;
		const finished = readFileSync(new URL(`../fixtures/workshop/${file}`, import.meta.url), 'utf8');
		for (const text of [files[file] ?? '', finished])
			for (const { title, where } of steps) {
				// The race detector names its lines itself.
				if (title.includes('race detector')) continue;
				const lines = text.split('\n').filter((line) => where?.some((pattern) => pattern.test(line)));
				expect(lines.length, title).toBeGreaterThan(0);
			}
	}
);

test('a step that is missed says which line of the file to look at', async () => {
	const workshop = workshopOf(gate, () => Promise.resolve('It is not.'));
	const [step] = workshop.steps;
	const where = [/no such line/, /localhost:8001/];
	const { verdicts } = await verdictsOn({
		...workshop,
		steps: step === undefined ? [] : [{ ...step, where }]
	});
	expect(verdicts.at(-1)?.at).toEqual({
		place: 'haproxy.cfg:18',
		text: 'server castle2 localhost:8001 check'
	});
});

test('a program that is not there is told with how to get it', async () => {
	expect(findProgram('no-such-balancer')).toBeUndefined();
	const missing = { ...haproxy, program: { ...haproxy.program, name: 'no-such-balancer' } };
	expect(() => programOf(missing)).toThrow(
		'HAProxy is not on this machine, and verify runs the real one: on Debian or Ubuntu, sudo apt-get install haproxy; on macOS, brew install haproxy.'
	);
	expect(await runToEnd({ file: '/no/such/program', args: [], cwd: '/' })).toEqual({ well: false, said: '' });
});

test('verify refuses what is no workshop in one sentence', async () => {
	const folder = temporary();
	const none = await golangia('workshop', 'verify', folder);
	expect(none).toMatchObject({
		code: 2,
		stderr: `${folder} is no workshop: it has no haproxy.cfg and no main.go; golangia workshop haproxy, or go, writes one.\n`
	});
	writeFileSync(join(folder, 'haproxy.cfg'), Buffer.from([0, 1, 2]));
	const strange = await golangia('workshop', 'verify', folder);
	expect(strange.code).toBe(2);
	expect(strange.stderr).toContain('is not a text of at most a million letters: save it as UTF-8');
});
