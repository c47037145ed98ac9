import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { reference } from './anchors.ts';
import { judge, type Judgement } from './theory-judge.ts';

/**
 * `npm run test:theory`: each reference value against ten seeds of a million requests, on all processors; with
 * `-- --seeds 2` against ten others.
 * Red when a value is more than 3.5 standard errors off, and is so again with ten more seeds, or when other than 3 to 9 %
 * of the 95 % intervals miss.
 */
const usage =
	'Use: npm run test:theory -- [--seeds <number of a set>] [--requests <of a run>] [--only <part of an anchor’s name>]';

/** Where an anchor is looked at again: of 1,200 values one is off by chance in every other run. */
const secondLook = 1000;

interface Task {
	readonly anchor: number;
	readonly requests: number;
	/** Which set of seeds. */
	readonly seeds: number;
}

if (isMainThread) process.exitCode = await main();
else
	parentPort?.on('message', ({ anchor, requests, seeds }: Task) =>
		parentPort?.postMessage(judge(anchor, requests, seeds))
	);

async function main(): Promise<number> {
	const { requests, seeds, only } = options();
	const anchors = [...reference.anchors.keys()].filter((at) => nameOf(at).includes(only));
	const isRun = Number.isInteger(requests) && requests >= 10_000;
	if (anchors.length === 0 || !isRun || !Number.isInteger(seeds) || seeds < 1) {
		console.error(`${usage}; a run takes 10,000 requests or more, and sets are numbered from 1.`);
		return 2;
	}
	let done = 0;
	const found: Judgement[] = [];
	const waiting = anchors.values();
	const takeTurns = async (): Promise<void> => {
		const worker = new Worker(new URL(import.meta.url));
		for (const anchor of waiting) {
			const began = performance.now();
			const judgement = await answer(worker, { anchor, requests, seeds });
			const isOff = judgement.wrong.length > 0;
			const again = isOff ? await answer(worker, { anchor, requests, seeds: seeds + secondLook }) : judgement;
			const isWrong = again.wrong.length > 0;
			const seconds = (performance.now() - began) / 1000;
			found.push({ ...judgement, wrong: isWrong ? judgement.wrong : [] });
			done++;
			const off = judgement.wrong.join('; ');
			const verdict = isWrong ? `WRONG, twice: ${off}` : isOff ? `ok, but by chance ${off}` : 'ok';
			const count = `${String(done)}/${String(anchors.length)}`;
			console.log(`${count.padEnd(8)} ${nameOf(anchor)}: ${verdict} (${seconds.toFixed(1)} s)`);
		}
		await worker.terminate();
	};
	await Promise.all(Array.from({ length: availableParallelism() }, takeTurns));
	return report(found);
}

/** Print the sum of it; 1 when something is wrong. */
function report(found: readonly Judgement[]): number {
	const wrong = found.filter((judgement) => judgement.wrong.length > 0);
	const intervals = found.reduce((sum, judgement) => sum + judgement.intervals, 0);
	const misses = found.reduce((sum, judgement) => sum + judgement.misses, 0);
	const share = misses / intervals;
	console.log(
		`${String(found.length - wrong.length)} of ${String(found.length)} anchors agree within 3.5 standard errors; ` +
			`${String(misses)} of ${String(intervals)} intervals miss (${(100 * share).toFixed(1)} %, due are 3 to 9 %)`
	);
	for (const { anchor } of wrong) console.log(`  wrong: ${nameOf(anchor)}`);
	// A few anchors have too few intervals to say how many should miss.
	const many = found.length === reference.anchors.length;
	return wrong.length > 0 || (many && (share < 0.03 || share > 0.09)) ? 1 : 0;
}

function answer(worker: Worker, task: Task): Promise<Judgement> {
	return new Promise((resolve, reject) => {
		worker.once('error', reject);
		worker.once('message', (judgement: Judgement) => {
			worker.off('error', reject);
			resolve(judgement);
		});
		worker.postMessage(task);
	});
}

function nameOf(anchor: number): string {
	return reference.anchors[anchor]?.id ?? '';
}

function options(): { requests: number; seeds: number; only: string } {
	try {
		const { values } = parseArgs({
			options: {
				requests: { type: 'string', default: '1000000' },
				seeds: { type: 'string', default: '1' },
				only: { type: 'string', default: '' }
			}
		});
		return { requests: Number(values.requests), seeds: Number(values.seeds), only: values.only };
	} catch {
		return { requests: NaN, seeds: NaN, only: '' };
	}
}
