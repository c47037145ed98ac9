import type { Space } from '#balancer/strategy.ts';

/** For each piece of a space the place of its owner among the servers of an exhibit; −1 for one it does not know. */
export function ownersAmong({ backends, owners }: Space, ids: readonly string[]): readonly number[] {
	const places = backends.map(({ id }) => ids.indexOf(id));
	return Array.from(owners, (owner) => places[owner] ?? -1);
}

/** How much of the whole each server has, from 0 to 1, when its pieces have these sizes. */
export function sharesOf(
	owners: readonly number[],
	sizeOf: (piece: number) => number,
	servers: number
): readonly number[] {
	const shares = Array.from({ length: servers }, () => 0);
	let total = 0;
	for (const [piece, owner] of owners.entries()) {
		const size = sizeOf(piece);
		total += size;
		shares[owner] = (shares[owner] ?? 0) + size;
	}
	return shares.map((share) => (total > 0 ? share / total : 0));
}

/** Pieces that lie one after another, from 0 to 1. */
export interface Cut {
	readonly owner: number;
	readonly from: number;
	readonly to: number;
}

/** A row cut where its pieces end. */
export function rowCuts(owners: readonly number[], ends: ArrayLike<number>): readonly Cut[] {
	return owners.map((owner, piece) => ({ owner, from: ends[piece - 1] ?? 0, to: ends[piece] ?? 1 }));
}

/** `A 43 %, B 28 %` of those that have any. */
export function sharesWords(names: readonly string[], shares: readonly number[]): string {
	return names
		.map((name, server) => ({ name, share: shares[server] ?? 0 }))
		.filter(({ share }) => share > 0)
		.map(({ name, share }) => `${name} ${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`)
		.join(', ');
}
