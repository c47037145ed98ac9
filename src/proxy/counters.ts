import type { Finished } from './server.ts';

/** Upper ends in seconds, as OpenTelemetry advises for HTTP. */
export const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Methods with a label of their own; a client cannot make up more. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', '_OTHER'];

/** How long something took, counted in `buckets`; the last count is for all above. */
export class Durations {
	readonly counts = new Float64Array(buckets.length + 1);
	sum = 0;

	add(seconds: number): void {
		let bucket = 0;
		while (bucket < buckets.length && seconds > (buckets[bucket] ?? 0)) bucket++;
		this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
		this.sum += seconds;
	}
}

/** What one backend's requests amount to, or those that never had one. */
export class Tally {
	over = 0;
	/** Answered with 5xx. */
	failed = 0;
	bytes = 0;
	retries = 0;
	hedges = 0;
	/** By status × 8 + place of the method. */
	readonly codes = new Map<number, number>();
	/** Of 5xx that the proxy said itself, by its reason. */
	readonly reasons = new Map<string, number>();
	readonly durations = new Durations();
	readonly firstBytes = new Durations();

	add(request: Finished): void {
		const { status, reason } = request;
		this.over++;
		this.bytes += request.bytes;
		if (request.attempts > 1) {
			this.hedges += request.hedges;
			this.retries += request.attempts - 1 - request.hedges;
		}
		const code = status * 8 + methodOf(request.method);
		this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
		this.durations.add(request.latency / 1000);
		if (request.firstByte !== undefined) this.firstBytes.add(request.firstByte / 1000);
		if (status >= 500) this.failed++;
		if (reason !== undefined) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
	}
}

/** Counts every request that is over: one look-up and a few additions each. */
export class Counters {
	/** By backend; '' for those that had none. */
	readonly backends = new Map<string, Tally>();
	over = 0;
	failed = 0;
	/** Clients that left before they had their answer. */
	left = 0;

	/** Give this to `Proxy.count`. */
	readonly count = (request: Finished): void => {
		this.over++;
		if (request.status >= 500) this.failed++;
		if (request.status === 499) this.left++;
		this.tally(request.backend ?? '').add(request);
	};

	tally(backend: string): Tally {
		let tally = this.backends.get(backend);
		if (tally === undefined) this.backends.set(backend, (tally = new Tally()));
		return tally;
	}
}

function methodOf(method: string): number {
	const place = methods.indexOf(method);
	return place < 0 ? methods.length - 1 : place;
}
