import type { Result } from '#balancer/strategy.ts';
import type { BackendSpec } from './backends.ts';

/** Hears of each request and each attempt while they last, and gives each attempt the headers its backend goes on with. */
export interface Tracing {
	/** A request is here. What `headers` say of a trace is taken out of them: each attempt says its own. */
	begin(request: TracedRequest, headers: string[]): RequestSpan;
}

export interface TracedRequest {
	readonly method: string;
	readonly target: string;
	readonly httpVersion: string;
	/** The client's address. */
	readonly client: string;
	readonly scheme: 'http' | 'https';
	/** As the client said it. */
	readonly host: string | undefined;
}

export interface RequestSpan {
	/** `attempt` counts from 0. */
	attempt(backend: BackendSpec, attempt: number): AttemptSpan;
	/** `status` 499: the client left before it had one. */
	end(answer: { readonly status: number; readonly reason: string | undefined }): void;
}

export interface AttemptSpan {
	/** `[name, value, name, value]`, for the backend. */
	readonly headers: readonly string[];
	/** `status` 0: there was no answer. */
	end(status: number, result: Result, reason: string | undefined): void;
}
