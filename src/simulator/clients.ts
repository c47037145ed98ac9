import type { Words } from '#balancer/random.ts';
import { aliasTable, drawPlace } from '#balancer/structures/alias.ts';
import { pow } from './arithmetic.ts';
import type { Scenario } from './scenario.ts';

/**
 * Who sends: `count` clients, each with an IPv4 address of its own that never changes. Equally busy, unless told: by
 * Zipf's law the k-th busiest sends in proportion to 1/k^`zipf`, and one giant sends a share `giant` of everything.
 * The addresses are spread over the whole range, because NGINX's IP hash looks at the first three numbers only.
 *
 * Each arrival has lots of its own, by its number, so that whoever asks or does not ask changes nothing for the others.
 */
export class Clients {
	#random: Words;
	#draw: () => number;
	#addresses: string[] = [];

	constructor({ clients, zipf, giant }: Scenario['traffic'], random: Words) {
		// The giant is the first of them, and the others share the rest.
		const others = giant > 0 && clients > 1 ? clients - 1 : clients;
		const among = zipf === 0 ? () => random.lot(others) : zipfian(others, zipf, random);
		this.#random = random;
		this.#draw = giant === 0 ? among : () => (random.fraction() < giant ? 0 : clients - others + among());
	}

	/** The address of whoever sends an arrival, by the arrival's number from 0. */
	senderOf(arrival: number): string {
		this.#random.startAt(arrival);
		return this.address(this.#draw());
	}

	/** The address of a client, by its number from 0. */
	address(client: number): string {
		return (this.#addresses[client] ??= addressOf(client));
	}
}

function zipfian(count: number, exponent: number, random: Words): () => number {
	const table = aliasTable(Array.from({ length: count }, (_, i) => pow(i + 1, -exponent)));
	return () => drawPlace(table, () => random.fineFraction());
}

/** A bijection from client number to address: an odd multiplier visits each 24-bit number once. */
function addressOf(client: number): string {
	const low = Math.imul(client, 0x9e3779b1) & 0xffffff;
	const first = 11 + (client >>> 24);
	return `${String(first)}.${String(low >>> 16)}.${String((low >>> 8) & 255)}.${String(low & 255)}`;
}
