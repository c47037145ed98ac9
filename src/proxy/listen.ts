import type { Server } from 'node:http';
import { createServer, type AddressInfo, type ListenOptions, type Server as NetServer } from 'node:net';

export interface Listening {
	readonly port: number;
	/** Take no more connections; those that stand are the HTTP server's to end. */
	stop(): void;
}

/**
 * Listen on one address, on a Unix socket (`unix:/run/proxy.sock`, port 0 then), or for `localhost` on both of its addresses, since curl tries ::1 first and others
 * 127.0.0.1; a machine without IPv6 goes without. Port 0 takes any free one. @throws the system's error, such
 * as EADDRINUSE.
 */
export async function listen(server: Server, port: number, host: string): Promise<Listening> {
	if (host.startsWith('unix:')) {
		await listenOn(server, { path: host.slice(5) });
		return { port: 0, stop: () => server.close() };
	}
	const first = await listenOn(server, { port, host: host === 'localhost' ? '127.0.0.1' : host });
	if (host !== 'localhost') return { port: first, stop: () => server.close() };
	// A second door into the same house: one HTTP server listens on one address only.
	const second = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
		server.emit('connection', socket)
	);
	try {
		await listenOn(second, { port: first, host: '::1', ipv6Only: true });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
			server.close();
			throw error;
		}
	}
	return {
		port: first,
		stop() {
			server.close();
			second.close();
		}
	};
}

function listenOn(server: Server | NetServer, options: ListenOptions): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(options, () => {
			server.off('error', reject);
			const address = server.address() as AddressInfo | string;
			resolve(typeof address === 'string' ? 0 : address.port);
		});
	});
}
