import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';

/**
 * A request that costs less. Node asks each for its `headers`, to see whether there is a Host and what it expects; to lay out
 * all of them by name, joined and in lower case, costs more than all that a proxy does with them, and it goes by `rawHeaders`.
 */
export class Incoming extends IncomingMessage {}

// The type has it as a field.
Object.defineProperty(Incoming.prototype, 'headers', {
	get(this: Incoming): IncomingHttpHeaders {
		return namedIn(this.rawHeaders);
	}
});

function namedIn(raw: readonly string[]): IncomingHttpHeaders {
	let host: string | undefined;
	let expect: string | undefined;
	let te: string | undefined;
	for (let i = 0; i < raw.length; i += 2) {
		const name = raw[i] ?? '';
		if (name.length === 4 && name.toLowerCase() === 'host') host ??= raw[i + 1];
		else if (name.length === 6 && name.toLowerCase() === 'expect') expect ??= raw[i + 1];
		else if (name.length === 2 && name.toLowerCase() === 'te') te ??= raw[i + 1];
	}
	return { host, expect, te };
}

/** What newer Nodes do for `optimizeEmptyRequests`. */
interface Internals {
	_dumped: boolean;
	readonly _readableState?: {
		ended: boolean;
		endEmitted: boolean;
		destroyed: boolean;
		closed: boolean;
		closeEmitted: boolean;
	};
}

/** Nobody will read a body of it, for there is none: a stream that would only be opened, read to its end and closed is closed. A Node that had no such fields would do that itself. */
export function closeEmpty(req: IncomingMessage): void {
	const internals = req as unknown as Internals;
	const state = internals._readableState;
	if (state?.closeEmitted !== false) return;
	internals._dumped = true;
	state.ended = state.endEmitted = state.destroyed = state.closed = state.closeEmitted = true;
}
