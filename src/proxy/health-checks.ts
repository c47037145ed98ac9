import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { CheckJudge } from '#balancer/checks.ts';
import type { CheckSettings } from '#record/proxy-settings.ts';
import { addressOf, type BackendSpec } from './backends.ts';

/** Asks one backend every so often how it is, until it is stopped. */
export interface Checker {
	stop(): void;
}

/**
 * `verdict` hears whenever enough checks in a row have changed the mind about it; a backend is taken to be up to begin with.
 * The first check comes at once, so that one that is down is known soon.
 */
export function checker(
	spec: BackendSpec,
	rules: CheckSettings,
	ca: string | undefined,
	verdict: (is: 'up' | 'down') => void
): Checker {
	const judge = new CheckJudge(rules);
	let stopped = false;
	let timer: NodeJS.Timeout | undefined;
	let cancel: (() => void) | undefined;
	const look = (): void => {
		const began = performance.now();
		cancel = ask(spec, rules, ca, (good) => {
			cancel = undefined;
			if (stopped) return;
			const is = judge.hear(good);
			if (is !== undefined) verdict(is);
			// From beginning to beginning, so that a slow check does not space out the others.
			timer = setTimeout(look, Math.max(0, rules.everyMs - (performance.now() - began))).unref();
		});
	};
	look();
	return {
		stop() {
			stopped = true;
			clearTimeout(timer);
			cancel?.();
		}
	};
}

/** One check, on a connection of its own: does it answer in time, and well? Gives back how to call it off. */
function ask(
	{ url }: BackendSpec,
	{ path, timeoutMs }: CheckSettings,
	ca: string | undefined,
	heard: (good: boolean) => void
): () => void {
	const { origin, socketPath } = addressOf(url);
	let over = false;
	const end = (good: boolean): void => {
		if (over) return;
		over = true;
		clearTimeout(late);
		asked.destroy();
		heard(good);
	};
	const asked =
		path === null
			? connection(origin, socketPath, end)
			: (origin.protocol === 'https:' ? httpsRequest : httpRequest)(
					{
						...hostOf(origin),
						...(socketPath !== undefined && { socketPath }),
						...(ca !== undefined && { ca }),
						path,
						agent: false,
						headers: { host: origin.host, connection: 'close', 'user-agent': 'golangia-check' }
					},
					({ statusCode = 0 }) => {
						end(statusCode >= 200 && statusCode < 400);
					}
				).end();
	const late = setTimeout(() => {
		end(false);
	}, timeoutMs);
	asked.on('error', () => {
		end(false);
	});
	return () => {
		end(false);
	};
}

function connection(origin: URL, socketPath: string | undefined, end: (good: boolean) => void): Socket {
	const there = socketPath === undefined ? hostOf(origin) : { path: socketPath };
	return connect(there, () => {
		end(true);
	});
}

function hostOf(origin: URL): { host: string; port: number } {
	return {
		host: origin.hostname.replace(/^\[|\]$/g, ''),
		port: Number(origin.port || (origin.protocol === 'https:' ? 443 : 80))
	};
}
