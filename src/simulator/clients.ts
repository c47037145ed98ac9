import type { Random } from '#balancer/strategy.ts';

/**
 * Who sends: `count` clients, equally busy, each with an IPv4 address of its own that never changes. The
 * addresses are spread over the whole range, because NGINX's IP hash looks at the first three numbers only.
 */
export function clientsOf(count: number, random: Random): () => string {
	const addresses: string[] = [];
	return () => {
		const client = Math.floor(random() * count);
		return (addresses[client] ??= addressOf(client));
	};
}

/** A bijection from client number to address: an odd multiplier visits each 24-bit number once. */
function addressOf(client: number): string {
	const low = Math.imul(client, 0x9e3779b1) & 0xffffff;
	const first = 11 + (client >>> 24);
	return `${String(first)}.${String(low >>> 16)}.${String((low >>> 8) & 255)}.${String(low & 255)}`;
}
