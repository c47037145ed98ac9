import type { Words } from '#balancer/random.ts';
import { aliasTable, drawPlace } from '#balancer/structures/alias.ts';
import { pow } from './arithmetic.ts';
import type { Scenario } from './scenario.ts';

/**
 * Who sends: `count` clients, each with an IPv4 address of its own that never changes. Equally busy, unless told: by
 * Zipf's law the k-th busiest sends in proportion to 1/k^`zipf`, and one giant sends a share `giant` of everything.
 * The addresses are spread over the whole range, because NGINX's IP hash looks at the first three numbers only. The
 * giant may be an office: `giantSessions` people who share its address.
 *
 * Each arrival has lots of its own, by its number, so that whoever asks or does not ask changes nothing for the others.
 */
export class Clients {
	#random: Words;
	#draw: () => Client;
	#known: Client[] = [];
	#office: Client[] = [];

	constructor({ clients, zipf, giant, giantSessions }: Scenario['traffic'], random: Words) {
		// The giant is the first of them, and the others share the rest.
		const others = giant > 0 && clients > 1 ? clients - 1 : clients;
		const among = zipf === 0 ? () => random.lot(others) : zipfian(others, zipf, random);
		const ofGiant = (): Client =>
			giantSessions === 1 ? this.client(0) : this.#inOffice(random.lot(giantSessions));
		this.#random = random;
		this.#draw =
			giant === 0
				? () => this.client(among())
				: () => (random.fraction() < giant ? ofGiant() : this.client(clients - others + among()));
	}

	/** Whoever sends an arrival, by the arrival's number from 0. */
	senderOf(arrival: number): Client {
		this.#random.startAt(arrival);
		return this.#draw();
	}

	/** By number, from 0. */
	client(number: number): Client {
		return (this.#known[number] ??= {
			address: addressOf(number),
			session: `session-${String(number)}`
		});
	}

	#inOffice(person: number): Client {
		return (this.#office[person] ??= {
			address: addressOf(0),
			session: `session-0-${String(person)}`
		});
	}
}

/** Both stay what they are; people who share an address have a session each. */
export interface Client {
	readonly address: string;
	readonly session: string;
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
