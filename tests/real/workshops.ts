import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { go } from '#cli/workshop/go.ts';
import { haproxy } from '#cli/workshop/haproxy.ts';
import { verify, type Verdict } from '#cli/workshop/verify.ts';
import type { Workshop } from '#cli/workshop/workshop.ts';

/** A learner's folder, and the steps that hold for it; a list of those that do not would hide one that is missing. */
interface Attempt {
	readonly name: string;
	readonly place: (folder: string) => void;
	readonly holds: readonly number[] | 'all';
	readonly waits?: true;
}

const solved = (name: string): string => join(process.cwd(), 'tests/fixtures/workshop', name);

function started({ files }: Workshop, change = (text: string): string => text): Attempt['place'] {
	return (folder) => {
		for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), change(text));
	};
}

/** A learner who begins, and one who is done. In Go nothing can be tried before it compiles. */
const attempts: Readonly<Record<'haproxy' | 'go', readonly Attempt[]>> = {
	haproxy: [
		{ name: 'the first file', place: started(haproxy), holds: [1, 5] },
		{
			name: 'the finished file',
			place(folder) {
				copyFileSync(solved('haproxy.cfg'), join(folder, 'haproxy.cfg'));
			},
			holds: 'all'
		}
	],
	go: [
		{ name: 'the first program', place: started(go), holds: [], waits: true },
		{
			name: 'the first program without its unused import',
			place: started(go, (text) => text.replace('\t"crypto/hmac"\n', '')),
			holds: [1, 8, 9]
		},
		{
			name: 'the finished program',
			place(folder) {
				started(go)(folder);
				copyFileSync(solved('main.go'), join(folder, 'main.go'));
			},
			holds: 'all'
		}
	]
};

/** Each step's verdict on the real program that is not as it should be: a sentence each. */
export async function tryWorkshop(name: 'haproxy' | 'go', program: string): Promise<readonly string[]> {
	const workshop = { haproxy, go }[name];
	const root = mkdtempSync(join(tmpdir(), 'golangia-attempts-'));
	try {
		const wrong = await Promise.all(
			attempts[name].map(async (attempt, index) => {
				const folder = join(root, String(index));
				mkdirSync(folder);
				attempt.place(folder);
				return judge(workshop, attempt, folder, program);
			})
		);
		console.log(`  ${workshop.title}: ${String(attempts[name].length)} attempts, each step judged`);
		return wrong.flat();
	} finally {
		rmSync(root, { recursive: true, force: true });
	}
}

async function judge(
	workshop: Workshop,
	{ name, holds, waits }: Attempt,
	folder: string,
	program: string
): Promise<readonly string[]> {
	const verdicts: Verdict[] = [];
	const well = await verify(workshop, folder, program, (verdict) => verdicts.push(verdict));
	const wrong = verdicts.flatMap(({ number, words, result, seen }) => {
		const hoped = holds === 'all' || holds.includes(number) ? 'ok' : waits && number > 1 ? 'waits' : 'wrong';
		if (result === hoped) return [];
		return [
			`${name}, step ${String(number)} (${words.title}) is ${result} and not ${hoped}: ${seen ?? 'nothing'}`
		];
	});
	const steps = workshop.steps.length + 1;
	if (verdicts.length !== steps)
		wrong.push(`${name}: ${String(verdicts.length)} of ${String(steps)} steps were judged`);
	if (well !== (holds === 'all'))
		wrong.push(`${name}: as a whole it is said to be ${well ? 'well' : 'wrong'}`);
	return wrong;
}
