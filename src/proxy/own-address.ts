import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { InputError } from '#record/input.ts';
import { addressOf } from './backends.ts';

/** A proxy that is its own backend would ask itself until it fell over. @throws InputError */
export async function refuseOwnAddress(url: string, port: number, host: string): Promise<void> {
	const { origin, socketPath } = addressOf(url);
	if (socketPath !== undefined) {
		if (host === url) throw ownBackend(url);
		return;
	}
	if (port === 0 || Number(origin.port || (origin.protocol === 'https:' ? 443 : 80)) !== port) return;
	const addresses = await lookup(origin.hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
	const own = new Set(
		Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address))
	);
	const everywhere = host === '0.0.0.0' || host === '::';
	for (const { address } of addresses) {
		const local = own.has(address) || address.startsWith('127.') || address === '::1';
		const heard = everywhere || address === host || (host === 'localhost' && /^127\.|^::1$/.test(address));
		if (local && heard) throw ownBackend(url);
	}
}

function ownBackend(url: string): InputError {
	return new InputError(
		`The backend "${url}" is this proxy itself: give the proxy or the backend another port.`
	);
}
