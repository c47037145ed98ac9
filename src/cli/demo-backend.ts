import { createServer } from 'node:http';
import { listen } from '#proxy/listen.ts';

export interface DemoBackend {
	readonly name: string;
	readonly port: number;
	readonly close: () => Promise<void>;
}

/** A server with nothing to say but its name: something to balance. `/healthz` answers `ok`. */
export async function demoBackend(name: string, port: number, latencyMs: number): Promise<DemoBackend> {
	let count = 0;
	const server = createServer((req, res) => {
		req.resume();
		const text = req.url === '/healthz' ? 'ok\n' : `Hello from ${name}, request ${String(++count)}.\n`;
		const reply = (): void => {
			res.writeHead(200, {
				'content-type': 'text/plain; charset=utf-8',
				'content-length': Buffer.byteLength(text),
				'cache-control': 'no-store'
			});
			res.end(text);
		};
		if (latencyMs > 0 && req.url !== '/healthz') setTimeout(reply, latencyMs);
		else reply();
	});
	const door = await listen(server, port, 'localhost');
	return {
		name,
		port: door.port,
		close: () =>
			new Promise((resolve) => {
				server.once('close', resolve);
				door.stop();
				server.closeAllConnections();
			})
	};
}
