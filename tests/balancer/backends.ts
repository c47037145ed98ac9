import type { Backend, Call, Random } from '#balancer/strategy.ts';

/** Backends a, b, c … with these many requests in flight; frozen, because a strategy writes nothing. */
export function busy(inflights: readonly number[], weights: readonly number[] = []): readonly Backend[] {
	return Object.freeze(
		inflights.map((inflight, i) =>
			Object.freeze(backend(String.fromCharCode(97 + i), i + 1, weights[i] ?? 1, inflight))
		)
	);
}

function backend(id: string, number: number, weight: number, inflight: number): Backend {
	return {
		id,
		number,
		slot: number - 1,
		address: id,
		weight,
		limit: Infinity,
		fall: 0,
		inflight,
		queued: 0,
		since: 0
	};
}

/** Idle backends a, b, c … of these weights. */
export function weighing(...weights: number[]): readonly Backend[] {
	return busy(
		weights.map(() => 0),
		weights
	);
}

export function callWith(key: string, id = 0, at = 0): Call {
	return Object.freeze({ id, key, attempt: 0, at });
}

/** Chance that follows a script, and says so when it is asked for more. */
export function scripted(...numbers: number[]): Random {
	let drawn = 0;
	return () => {
		const number = numbers[drawn++];
		if (number === undefined) throw new Error(`The script has only ${String(numbers.length)} numbers.`);
		return number;
	};
}

/** The ids of this many picks in a row, as one text. */
export function picks(
	strategy: { pick(backends: readonly Backend[], call: Call): Backend | undefined },
	backends: readonly Backend[],
	count: number
): string {
	return Array.from({ length: count }, (_, id) => strategy.pick(backends, callWith('', id))?.id ?? '-').join(
		''
	);
}
