import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { go } from '#cli/workshop/go.ts';
import { haproxy } from '#cli/workshop/haproxy.ts';
import { verify, type Verdict } from '#cli/workshop/verify.ts';
import type { Workshop } from '#cli/workshop/workshop.ts';

/** What a learner may have made of the file, and the steps that it should miss. */
interface Attempt {
	readonly name: string;
	readonly text: string;
	readonly misses: readonly number[];
	/** In Go nothing can be tried before it compiles. */
	readonly waits?: true;
}

const finished = (file: string): string =>
	readFileSync(join(process.cwd(), 'tests/fixtures/workshop', file), 'utf8');

/** Who begins, and who is done. */
function attempts(name: 'haproxy' | 'go'): readonly Attempt[] {
	if (name === 'haproxy') {
		const text = haproxy.files[haproxy.file] ?? '';
		return [
			{ name: 'the first file', text, misses: [2, 3, 4, 6, 7, 8, 9, 10, 11] },
			{ name: 'the finished file', text: finished(haproxy.file), misses: [] }
		];
	}
	const text = go.files[go.file] ?? '';
	return [
		{ name: 'the first program', text, misses: [1], waits: true },
		{
			name: 'the first program without its unused import',
			text: without(text, '\t"crypto/hmac"\n'),
			misses: [2, 3, 4, 5, 6, 7, 10, 11, 12, 13]
		},
		{ name: 'the finished program', text: finished(go.file), misses: [] }
	];
}

/** The finished file with one thing taken away, or done as it was: that step is missed, so it is this that it asks for. */
const ablations: Readonly<Record<'haproxy' | 'go', readonly (readonly [number, string, string])[]>> = {
	haproxy: [
		[2, '    server castle3 localhost:8002\n', ''],
		[3, 'http-request set-header X-Forwarded-For %[src]', 'option forwardfor'],
		[4, '    option redispatch\n', ''],
		[6, 'timeout server 4s', 'timeout server 60s'],
		[7, '    option httpchk GET /healthz\n', ''],
		[8, '    timeout http-request 4s\n', ''],
		[9, 'maxconn 4096', 'maxconn 256'],
		[10, ' maxconn 10\n', '\n'],
		[11, 'timeout queue 2s', 'timeout queue 20s']
	],
	go: [
		[2, ', "localhost:8002"', ''],
		[3, 'r.Header.Del("X-Forwarded-For")', ''],
		[4, 'out.Header.Set("X-Forwarded-Host", r.Host)', ''],
		[5, 'router.Handle("/_admin/", http.NotFoundHandler())', ''],
		[6, 'MaxIdleConnsPerHost: 256,', ''],
		[7, 'tried == len(castles)', 'tried == 1'],
		[9, ' && (r.Method == http.MethodGet || r.Method == http.MethodHead)', ''],
		[10, '1800*time.Millisecond', '18*time.Second'],
		[11, 'ReadHeaderTimeout: 4 * time.Second,', ''],
		[12, 'syscall.SIGINT, syscall.SIGTERM', 'syscall.SIGINT'],
		[13, 'atomic.AddUint64(&t.turn, 1) - 1', 't.turn + atomic.AddUint64(new(uint64), 1)\n\tt.turn++']
	]
};

/** Each verdict on the real program that is not as it should be: a sentence each. `short`: no ablations. */
export async function tryWorkshop(
	name: 'haproxy' | 'go',
	program: string,
	short: boolean
): Promise<readonly string[]> {
	const workshop = { haproxy, go }[name];
	const wrong = await Promise.all(attempts(name).map((attempt) => judge(workshop, attempt, program)));
	console.log(`  ${workshop.title}: ${String(wrong.length)} attempts, each step judged`);
	if (short) return wrong.flat();
	for (const [number, what, instead] of ablations[name]) {
		const step = workshop.steps.filter((_, index) => index + 2 === number);
		const text = without(finished(workshop.file), what, instead);
		const attempt = { name: `step ${String(number)} without its remedy`, text, misses: [2] };
		wrong.push(await judge({ ...workshop, steps: step }, attempt, program));
	}
	console.log(`  ${String(ablations[name].length)} of its steps missed without their remedies`);
	return wrong.flat();
}

function without(text: string, what: string, instead = ''): string {
	if (!text.includes(what)) throw new Error(`There is no ${what} to take away.`);
	return text.replace(what, instead);
}

async function judge(
	workshop: Workshop,
	{ name, text, misses, waits }: Attempt,
	program: string
): Promise<readonly string[]> {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-attempt-'));
	try {
		const files = { ...workshop.files, [workshop.file]: text };
		for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
		const verdicts: Verdict[] = [];
		const well = await verify(workshop, folder, program, (verdict) => verdicts.push(verdict));
		const wrong = verdicts.flatMap(({ number, words, result, seen }) => {
			const hoped = misses.includes(number) ? 'wrong' : waits ? 'waits' : 'ok';
			if (result === hoped) return [];
			return [`${name}: "${words.title}" is ${result} and not ${hoped}: ${seen ?? 'nothing was seen'}`];
		});
		const steps = workshop.steps.length + 1;
		if (verdicts.length !== steps)
			wrong.push(`${name}: ${String(verdicts.length)} of ${String(steps)} steps were judged`);
		if (well !== (misses.length === 0))
			wrong.push(`${name}: as a whole it is said to be ${well ? 'well' : 'wrong'}`);
		return wrong;
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
