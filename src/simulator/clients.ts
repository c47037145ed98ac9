import { aliasTable, drawPlace } from '#balancer/structures/alias.ts';
import type { Random } from '#balancer/strategy.ts';
import { pow } from './arithmetic.ts';
import type { Scenario } from './scenario.ts';

/**
 * Who sends: `count` clients, each with an IPv4 address of its own that never changes. Equally busy, unless told: by
 * Zipf's law the k-th busiest sends in proportion to 1/k^`zipf`, and one giant sends a share `giant` of everything.
 * The addresses are spread over the whole range, because NGINX's IP hash looks at the first three numbers only. The
 * giant may be an office: `giantSessions` people who share its address.
 */
export class Clients {
	/** Whoever sends the next request. */
	readonly next: () => Client;
	#known: Client[] = [];
	#office: Client[] = [];

	constructor({ clients, zipf, giant, giantSessions }: Scenario['traffic'], random: Random) {
		// The giant is the first of them, and the others share the rest.
		const others = giant > 0 && clients > 1 ? clients - 1 : clients;
		const among = zipf === 0 ? () => Math.floor(random() * others) : zipfian(others, zipf, random);
		const ofGiant = (): Client =>
			giantSessions === 1 ? this.client(0) : this.#inOffice(Math.floor(random() * giantSessions));
		this.next =
			giant === 0
				? () => this.client(among())
				: () => (random() < giant ? ofGiant() : this.client(clients - others + among()));
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

function zipfian(count: number, exponent: number, random: Random): () => number {
	const table = aliasTable(Array.from({ length: count }, (_, i) => pow(i + 1, -exponent)));
	return () => drawPlace(table, random);
}

/** A bijection from client number to address: an odd multiplier visits each 24-bit number once. */
function addressOf(client: number): string {
	const low = Math.imul(client, 0x9e3779b1) & 0xffffff;
	const first = 11 + (client >>> 24);
	return `${String(first)}.${String(low >>> 16)}.${String((low >>> 8) & 255)}.${String(low & 255)}`;
}
