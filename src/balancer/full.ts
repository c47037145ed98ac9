import type { Backend } from './strategy.ts';

/** True when a backend may not be given another call: it holds as many as it may, or calls wait for it already. */
export function isFull({ limit, inflight, queued }: Backend): boolean {
	return inflight >= limit || queued > 0;
}
