import { randomStream } from '#balancer/random.ts';
import { createStrategy } from '#balancer/strategies/index.ts';
import type { Comparison } from './comparison.ts';
import { readCaddy } from './golden-caddy.ts';
import { productOf, readGolden, type Golden, type GoldenReading } from './golden-file.ts';
import { readHaproxy } from './golden-haproxy.ts';
import { clusterOf, hostOf } from './golden-host.ts';
import { readNginx } from './golden-nginx.ts';
import type { Played } from './golden-gate.ts';
import { playSteps } from './golden-play.ts';
import { compareShares, compareWeights } from './golden-figures.ts';

/**
 * A golden recording holds what a real HAProxy, NGINX or Caddy picked, request by request. Playing it asks our
 * strategy the same questions, with no socket and no clock, and compares the answers. `unsupported` says in one sentence
 * what the file asks for that is not here. @throws InputError when the file is not in the format.
 */
export function playGolden(value: unknown, source: string): Comparison | { readonly unsupported: string } {
	const golden = readGolden(value, source);
	const reading = readingOf(golden);
	if ('unsupported' in reading) return reading;
	const { keyOf, random = randomStream(0, 'golden'), turnsBefore = 0 } = reading;
	const host = hostOf(golden);
	const strategy = createStrategy(reading.strategy, reading.knobs, random);
	const cluster = clusterOf(golden, host, strategy);
	if (golden.weights !== undefined) return compareWeights(golden.weights, cluster);
	if (golden.counts !== undefined) return compareShares(golden.counts, cluster, keyOf);
	if (!golden.deterministic)
		return { unsupported: 'Lots of its own took part in its picks, so another play would pick otherwise.' };
	if (golden.steps.length === 0 || golden.picks.length === 0)
		return { unsupported: 'It holds no sequence of picks to follow.' };
	for (let turn = 0; turn < turnsBefore; turn++) cluster.choose({ id: 0, key: '', attempt: 0, at: 0 });
	return compare(golden, playSteps(golden, cluster, host, keyOf));
}

function readingOf(golden: Golden): GoldenReading {
	const product = productOf(golden);
	if (product === 'haproxy') return readHaproxy(golden);
	if (product === 'nginx') return readNginx(golden);
	if (product === 'caddy') return readCaddy(golden);
	return { unsupported: `No strategy here claims to pick as ${golden.source} does.` };
}

/** Pick by pick: who took it, whom it was sent to before, and who took it after it had waited. */
function compare(golden: Golden, played: readonly Played[]): Comparison {
	const { picks, source } = golden;
	const total = Math.max(picks.length, played.length);
	const triesAt = toldTries(golden);
	const endOf = toldEnds(golden);
	let same = 0;
	let difference: string | undefined;
	for (let index = 0; index < total; index++) {
		const ours = played[index] ?? { tried: [], pick: null };
		const { admitted, expired } = ours;
		// Requests of which the recording tells no tries are compared by their end alone.
		const tries = triesAt.get(index);
		const they = tries ?? picks[index] ?? 'nobody';
		const we = tries === undefined ? (ours.pick ?? 'nobody') : ours.tried.join(', ');
		const theirEnd = [they, endOf.get(index)].filter(Boolean).join(', then ');
		const waited = (admitted && admission(admitted)) ?? (expired === undefined ? undefined : expiry(expired));
		const ourEnd = [we, waited].filter(Boolean).join(', then ');
		if (theirEnd === ourEnd && (picks[index] ?? null) === ours.pick) same++;
		else
			difference ??= `At pick ${String(index + 1)} of ${String(total)} ${source} chose ${theirEnd}, and we ${ourEnd}.`;
	}
	return difference === undefined ? { same, total } : { same, total, difference };
}

/** By the index of the pick: `s1, s2`. An empty list says that the program did not tell its tries. */
function toldTries({ attempts }: Golden): ReadonlyMap<number, string> {
	const told = attempts.filter(([, , tried]) => tried.length > 0);
	return new Map(told.map(([index, , tried]) => [index, tried.join(', ')]));
}

/** By the index of the pick: `s1 after step 6`, or that it gave up. */
function toldEnds({ steps, admitted, expired }: Golden): ReadonlyMap<number, string> {
	const indexOf = new Map<string, number>();
	let index = 0;
	for (const step of steps) {
		if (step.op === 'requests') index += step.inputs?.length ?? step.count;
		if (step.op === 'start') indexOf.set(step.id, index++);
	}
	return new Map([
		...admitted.map((one) => [indexOf.get(one.id) ?? -1, admission(one)] as const),
		...expired.map(({ id, afterStep }) => [indexOf.get(id) ?? -1, expiry(afterStep)] as const)
	]);
}

function admission({ server, afterStep }: { readonly server: string; readonly afterStep: number }): string {
	return `${server} after step ${String(afterStep)}`;
}

function expiry(afterStep: number): string {
	return `gave up after step ${String(afterStep)}`;
}
