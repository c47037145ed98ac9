import { expect, test } from 'vitest';
import type { RequestEvent } from '#record/event.ts';
import { Engine } from '#simulator/engine.ts';
import { readScenario } from '#simulator/scenario.ts';

/** Some requests at once, a hundred milliseconds of work each; after fifty another is sent to race. */
function raced(
	requests: number,
	servers: readonly object[],
	balancer: object
): { engine: Engine; picks: number[]; answers: (RequestEvent & { kind: 'answer' })[] } {
	const engine = new Engine(
		readScenario({
			traffic: { arrivals: 'trace', trace: Array.from({ length: requests }, () => ({ at: 0, work: 100 })) },
			servers: servers.map((server, i) => ({ id: String(i), ...server })),
			balancer: { hedgeMs: 50, ...balancer },
			durationMs: 1000
		})
	);
	const picks: number[] = [];
	const answers: (RequestEvent & { kind: 'answer' })[] = [];
	engine.listen((event) => {
		if (event.kind === 'pick') picks.push(event.at);
		else if (event.kind === 'answer') answers.push(event);
	});
	engine.runToEnd();
	return { engine, picks, answers };
}

const failing = { errors: 1 };

test('a race that both lose is one failure: a hedge costs no retry, and each retry may be raced again', () => {
	const { engine, picks, answers } = raced(1, [failing, failing, failing, failing], { retries: 1 });
	expect(picks).toEqual([0, 50, 150, 200]);
	expect(answers.map(({ at, result }) => [at, result])).toEqual([[300, 'error']]);
	expect(engine.metrics.hedges).toBe(2);
});

test('a retry keeps off all that have failed, whichever of two that raced did so first', () => {
	const { picks, answers } = raced(1, [failing, failing, {}], { retries: 1 });
	expect(picks).toEqual([0, 50, 150, 200]);
	expect(answers).toMatchObject([{ at: 250, result: 'ok', backend: '2' }]);
});

test('a hedge that no server has room for is none: neither counted nor a failure of its request', () => {
	const full = raced(2, [{ limit: 1 }, { limit: 1 }], {});
	expect(full.engine.metrics.hedges).toBe(0);
	expect(full.picks).toEqual([0, 0]);
	expect(full.answers.map(({ result }) => result)).toEqual(['ok', 'ok']);
	const roomy = raced(2, [{ limit: 2 }, { limit: 2 }], {});
	expect(roomy.engine.metrics.hedges).toBe(2);
});
