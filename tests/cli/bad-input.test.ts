import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { golangia } from './golangia.ts';

const backend = ['--backend', 'http://localhost:1'];
const header = '{"golangia":"recording","version":1,"strategy":{"name":"round-robin","knobs":{}},"seed":1}\n';

async function fileOf(text: string): Promise<string> {
	const folder = await mkdtemp(join(tmpdir(), 'golangia-'));
	onTestFinished(() => rm(folder, { recursive: true }));
	const file = join(folder, 'file.jsonl');
	await writeFile(file, text);
	return file;
}

test.each([
	[['juggle'], "golangia: unknown command 'juggle': golangia --help lists what there is."],
	[
		['proxy', '--prot', '80'],
		"golangia: unknown option '--prot', did you mean --port: golangia --help lists what there is."
	],
	[
		['proxy', '--port'],
		"golangia: option '--port <port>' argument missing: golangia --help lists what there is."
	],
	[['proxy'], 'There is no --backend: name at least one, such as --backend http://localhost:8000.'],
	[
		['proxy', '--backend', 'localhost'],
		'The backend "localhost" is not an address: write it like http://localhost:8000.'
	],
	[
		['proxy', '--backend', 'http://h:1,weight=x'],
		'--backend "http://h:1,weight=x" has the weight "x": use a number from 0.001 to 1000.'
	],
	[
		['proxy', '--backend', 'http://h:1,id=a b'],
		'--backend "http://h:1,id=a b" has the id "a b": use 1 to 40 letters, digits or . _ : -'
	],
	[
		['proxy', '--backend', 'http://h:1,colour=red'],
		'--backend "http://h:1,colour=red" has the unknown setting "colour=red": use weight=2, maxconn=100, backup or id=A.'
	],
	[
		['proxy', ...backend, ...backend],
		'--backend "http://localhost:1" is the second one called "localhost:1": give it another name with ,id=NAME.'
	],
	[['proxy', ...backend, '--port', '70000'], '--port is "70000": use a port from 0 to 65535, such as 8080.'],
	[['proxy', ...backend, '--timeout', '10'], '--timeout is "10": write a time like 1500ms or 10s.'],
	[['proxy', ...backend, '--timeout', '0s'], '--timeout is "0s": write a time like 1500ms or 10s.'],
	[
		['proxy', ...backend, '--connect-timeout', '-1s'],
		'--connect-timeout is "-1s": write a time like 1500ms or 10s.'
	],
	[
		['proxy', ...backend, '--seed', 'lucky'],
		'--seed is "lucky": use a whole number from 0 to 9007199254740991.'
	],
	[['proxy', ...backend, '--knob', 'choices'], '--knob is "choices": write it like choices=3.'],
	[
		['proxy', ...backend, '--knob', 'choices=3'],
		'--knob choices: "round-robin" has no such knob: its knobs are none.'
	],
	[
		['proxy', ...backend, '--strategy', 'two-choices', '--knob', 'choices=99'],
		'--knob choices: 99 is out of range: use 2 to 5.'
	],
	[
		['proxy', '--backend', 'http://localhost:8642', '--port', '8642'],
		'The backend "http://localhost:8642" is this proxy itself: give the proxy or the backend another port.'
	],
	[
		['proxy', ...backend, '--port', '0', '--record', '/no/such/folder/x'],
		'The recording "/no/such/folder/x" cannot be written (ENOENT): choose another file.'
	],
	[
		['proxy', ...backend, '--queue-timeout', '2s'],
		'--queue-timeout says how long requests wait in a --queue: give that as well.'
	],
	[
		['proxy', ...backend, '--key', 'body:a'],
		'--key is "body:a": use address, uri, header:NAME, param:NAME or cookie:NAME.'
	],
	[['proxy', ...backend, '--backups', 'some'], '--backups is "some": use all, first, group.'],
	[
		['proxy', '--backend', 'http://h:1,maxconn=none'],
		'--backend "http://h:1,maxconn=none" has the maxconn "none": use a number from 1 to 1000000.'
	],
	[
		['preset', 'calm'],
		expect.stringMatching(/^preset is "calm": there is no such one; use playground, /) as string
	],
	[
		['backends', '--port', '65535', '--control', 'off'],
		'Port 65536 does not exist: there are 65535, so use a lower --port.'
	],
	[
		['proxy', ...backend, '--host', '203.0.113.9', '--port', '0'],
		'--host "203.0.113.9" is no address of this machine (EADDRNOTAVAIL): use localhost, or 0.0.0.0 for all it has.'
	],
	[
		['proxy', ...backend, '--host', 'unix:/no/such/folder/x'],
		expect.stringMatching(
			/^--host "unix:\/no\/such\/folder\/x" cannot be listened on \(E\w+\): use a path where nothing is/
		) as string
	],
	[['backends', '--count', '0'], '--count is "0": use a whole number from 1 to 26.'],
	[['backends', '--latency', 'slow'], '--latency is "slow": write a time like 1500ms or 10s.'],
	[['replay', '/no/such/file'], '/no/such/file: cannot be read (ENOENT): check the name.'],
	[
		['start', 'now'],
		"golangia: too many arguments for 'start'. Expected 0 arguments but got 1: golangia --help lists what there is."
	]
])('golangia %j says one sentence and exits with 2', async (args, sentence) => {
	const { code, stdout, stderr } = await golangia(...args);
	expect(stderr.replace(/\n$/, '')).toEqual(sentence);
	expect(stdout).toBe('');
	expect(code).toBe(2);
});

test('an unknown strategy is answered with those there are', async () => {
	const { code, stderr } = await golangia('proxy', ...backend, '--strategy', 'chaos');
	expect(stderr).toMatch(
		/^--strategy is "chaos": there is no such strategy; golangia strategies lists the \d+ there are\.\n$/
	);
	expect(code).toBe(2);
});

test('a taken port is said, and an older recording is left as it was', async () => {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const port = String((server.address() as AddressInfo).port);
	const file = await fileOf('precious');
	const { code, stderr } = await golangia('proxy', ...backend, '--port', port, '--record', file);
	expect(stderr).toBe(`Port ${port} is taken: stop what listens there, or use another --port.\n`);
	expect(code).toBe(2);
	expect(await readFile(file, 'utf8')).toBe('precious');
});

test.each([
	['{}', /^FILE: is neither a recording nor a file of recorded picks: /],
	['hello', /^FILE: is not JSON \(.*\): check it in an editor/],
	[header, /^FILE: has no events: record a session with some requests\.$/],
	[header.replace('round-robin', 'chaos') + '{}\n', /^FILE:1: strategy\.name is "chaos": /],
	[header.replace('"version":1', '"version":2'), /^FILE:1: version is 2: /],
	[`${header}{"kind":"pick"\n`, /^FILE:2: is not JSON/],
	[`${header}{"kind":"dance","at":1}\n`, /^FILE:2: kind is "dance": /],
	[`${header}{"kind":"send","at":"soon","id":1,"key":"x"}\n`, /^FILE:2: at is "soon": /],
	[
		`${header}{"kind":"send","at":1,"id":1,"key":"x","colour":"red"}\n`,
		/^FILE:2: has the unknown field "colour": remove or rename\.$/
	],
	[
		`${header}{"kind":"pick","at":1,"id":7,"attempt":0,"backend":"A","key":"x"}\n`,
		/^FILE:2: request 7 was never sent: the recording was changed or lines are missing, record it again\.$/
	],
	[
		`${header}{"kind":"backend","at":1,"backend":"A","change":"down"}\n`,
		/^FILE:2: There is no backend "A" here/
	]
])('replay of %j says where it is wrong and exits with 2', async (text, sentence) => {
	const file = await fileOf(text);
	const { code, stdout, stderr } = await golangia('replay', file);
	expect(stderr.trimEnd().replaceAll(file, 'FILE')).toMatch(sentence);
	expect(stdout).toBe('');
	expect(code).toBe(2);
});
