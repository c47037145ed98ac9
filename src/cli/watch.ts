import { randomBytes } from 'node:crypto';
import { adminApi, type MachineRoom } from '#proxy/admin.ts';
import { Counters } from '#proxy/counters.ts';
import { LiveFeed } from '#proxy/live-feed.ts';
import type { Proxy } from '#proxy/server.ts';
import { SessionRecorder } from '#proxy/session-recorder.ts';
import manifest from '../../package.json' with { type: 'json' };
import { serveSite, type Site } from './site.ts';

export interface Watch extends Site {
	/** The live page, with the token that lets it change things. */
	readonly link: string;
}

export interface WatchOptions {
	readonly port: number;
	/** Where the built site lies; undefined: the API alone. */
	readonly folder: string | undefined;
	readonly machines?: MachineRoom;
	readonly reload?: () => Promise<string>;
}

/** Serve the site and the proxy's API from one origin, on the loopback interface only. */
export async function watch(proxy: Proxy, { port, folder, machines, reload }: WatchOptions): Promise<Watch> {
	const counters = new Counters();
	proxy.count(counters.count);
	const feed = new LiveFeed(proxy, counters, machines?.running ?? (() => null));
	const token = randomBytes(18).toString('base64url');
	const api = adminApi({
		proxy,
		counters,
		feed,
		recorder: new SessionRecorder(proxy),
		token,
		version: manifest.version,
		machines,
		reload
	});
	const site = await serveSite(folder, port, api);
	return {
		port: site.port,
		link: `http://localhost:${String(site.port)}/live/#token=${token}`,
		async close() {
			feed.close();
			await site.close();
		}
	};
}
