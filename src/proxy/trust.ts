import { BlockList, isIP } from 'node:net';
import { InputError } from '#record/input.ts';

/**
 * Which proxies in front of this one are believed when they say for whom they ask. Nobody, unless told: a client can write
 * any header, so what it says about itself is worth nothing.
 */
export interface Trust {
	/** Whether this address belongs to a proxy that is believed. */
	has(address: string): boolean;
	/**
	 * The client: going from the peer backwards through `X-Forwarded-For`, the first that is no trusted proxy. Never the
	 * leftmost entry as such, which the client itself may have written.
	 */
	clientOf(peer: string, forwardedFor: readonly string[]): string;
}

export const nobody: Trust = { has: () => false, clientOf: (peer) => peer };

/** Trust these networks: `10.0.0.0/8`, `::1`. @throws InputError for what is neither address nor network. */
export function trustOf(networks: readonly string[]): Trust {
	if (networks.length === 0) return nobody;
	const list = new BlockList();
	for (const network of networks) addNetwork(list, network);
	const has = (address: string): boolean => {
		const version = isIP(address);
		return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6');
	};
	return {
		has,
		clientOf(peer, forwardedFor) {
			let client = peer;
			if (!has(peer)) return client;
			const entries = forwardedFor.join(',').split(',');
			for (const entry of entries.reverse()) {
				const address = addressIn(entry);
				// What is no address was said by a trusted proxy that knows no better, and nothing before it can be followed.
				if (address === undefined) break;
				client = address;
				if (!has(address)) break;
			}
			return client;
		}
	};
}

/** @throws InputError for what is neither address nor network. */
export function assertNetwork(network: string): string {
	addNetwork(new BlockList(), network);
	return network;
}

function addNetwork(list: BlockList, network: string): void {
	const [address = '', prefix] = network.split('/');
	const version = isIP(address);
	const bits = version === 4 ? 32 : 128;
	const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
	if (version === 0 || length > bits)
		throw new InputError(
			`The trusted proxy "${network}" is no address or network: write it like 10.0.0.0/8 or ::1.`
		);
	list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`. */
function addressIn(entry: string): string | undefined {
	const text = entry.trim();
	const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
	return isIP(bare) === 0 ? undefined : plainAddress(bare);
}

/** A dual-stack listener shows IPv4 in its mapped form. */
export function plainAddress(address: string): string {
	return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}
