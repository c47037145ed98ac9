import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const types: Readonly<Record<string, string>> = {
	'.html': 'text/html; charset=utf-8',
	'.js': 'text/javascript',
	'.css': 'text/css',
	'.json': 'application/json',
	'.svg': 'image/svg+xml',
	'.woff2': 'font/woff2',
	'.png': 'image/png'
};

/** The built site as hosts serve it: compressed by gzip, whatever that is worth. */
export async function servePages(folder: string): Promise<{ url: string; close: () => void }> {
	const kept = new Map<string, Buffer>();
	const server = createServer((req, res) => {
		const path = normalize(join(folder, (req.url ?? '/').replace(/\?.*/s, '')));
		const file = path.endsWith('/') ? join(path, 'index.html') : path;
		if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
			res.writeHead(404).end();
			return;
		}
		const type = types[extname(file)] ?? 'application/octet-stream';
		if (type.startsWith('font/') || type === 'image/png') {
			res.writeHead(200, { 'content-type': type }).end(readFileSync(file));
			return;
		}
		const body = kept.get(file) ?? gzipSync(readFileSync(file));
		kept.set(file, body);
		res.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(body);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${String(port)}`,
		close: () => {
			server.closeAllConnections();
			server.close();
		}
	};
}
