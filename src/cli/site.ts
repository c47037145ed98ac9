import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import type { Api } from '#proxy/admin.ts';
import { listen } from '#proxy/listen.ts';
import { InputError } from '#record/input.ts';

export interface Site {
	readonly port: number;
	readonly close: () => Promise<void>;
}

/** Where the built site lies: `build/` beside this package's package.json. @throws InputError when it is not there. */
export function siteFolder(): string {
	const build = builtSite();
	if (build === undefined)
		throw new InputError('The site is not built yet: run npm start, or npm run build first.');
	return build;
}

/** The same; undefined when it is not there. */
export function builtSite(): string | undefined {
	let folder = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
	const build = join(folder, 'build');
	return existsSync(join(build, 'index.html')) ? build : undefined;
}

/**
 * Serve the prerendered pages. Their links are relative, so a page's address must end with a slash. The API is asked first,
 * so that page and API share one origin; without a folder there is nothing but the API.
 */
export async function serveSite(
	folder: string | undefined,
	port: number,
	api: Api = () => false
): Promise<Site> {
	const pages = folder === undefined ? nothing : pagesIn(folder);
	const server = createServer((req, res) => {
		if (!api(req, res)) pages(req, res);
	});
	const door = await listen(server, port, 'localhost');
	return {
		port: door.port,
		close: () =>
			new Promise((resolve) => {
				server.once('close', resolve);
				door.stop();
				server.closeAllConnections();
			})
	};
}

function nothing(_: IncomingMessage, res: ServerResponse): void {
	res.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
	res.end('The site is not built here; the API is below /api/v1/.\n');
}

function pagesIn(folder: string): (req: IncomingMessage, res: ServerResponse) => void {
	const notFound = existsSync(join(folder, '404.html'))
		? readFileSync(join(folder, '404.html'))
		: Buffer.from('Not found.\n');
	const files = sirv(folder, {
		// Look at the folder each time: it may be built again while it is served, by a test for one.
		dev: true,
		etag: true,
		setHeaders(res: ServerResponse, path: string) {
			// One event a line, in UTF-8; nobody has registered a better name for it.
			if (path.endsWith('.jsonl')) res.setHeader('Content-Type', 'application/jsonl; charset=utf-8');
			// The worker is replaced by newer versions only if the browser asks again each time.
			if (path.endsWith('/mockServiceWorker.js')) res.setHeader('Cache-Control', 'no-store');
			else if (path.includes('/immutable/'))
				res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
			else res.setHeader('Cache-Control', 'no-cache');
		}
	});
	return (req, res) => {
		const [path = '/', query] = (req.url ?? '/').split(/\?(.*)/s);
		if (!path.endsWith('/') && isPage(folder, path)) {
			res.writeHead(308, { location: `${path}/${query === undefined ? '' : `?${query}`}` }).end();
			return;
		}
		files(req, res, () => {
			res
				.writeHead(404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
				.end(notFound);
		});
	};
}

function isPage(folder: string, path: string): boolean {
	// Two slashes would make the redirect leave for another host; dots would look outside the folder.
	if (!/^(\/[\w-]+)+$/.test(path)) return false;
	return existsSync(join(folder, path, 'index.html'));
}
