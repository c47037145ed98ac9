import { InputError } from '#record/input.ts';

/** Wait for Ctrl-C (or a polite kill), then close; a second Ctrl-C ends at once, whatever is still open. */
export async function untilInterrupted(close: () => Promise<void>): Promise<void> {
	await new Promise<void>((resolve) => {
		let asked = false;
		for (const signal of ['SIGINT', 'SIGTERM'] as const) {
			process.on(signal, () => {
				if (asked) process.exit(130);
				asked = true;
				resolve();
			});
		}
	});
	await close();
	process.exit(0);
}

/** True for the system's "somebody listens there already". */
export function isTaken(error: unknown): boolean {
	return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

/** Start something on exactly this port, and at this address where one may be named. @throws InputError when it cannot be had. */
export async function onPort<T>(
	port: number,
	start: (port: number) => Promise<T>,
	flag = '--port',
	host = ''
): Promise<T> {
	if (port > 65_535)
		throw new InputError(`Port ${String(port)} does not exist: there are 65535, so use a lower ${flag}.`);
	try {
		return await start(port);
	} catch (error) {
		const { code, syscall } = error as NodeJS.ErrnoException;
		if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error;
		if (host.startsWith('unix:'))
			throw new InputError(
				`--host "${host}" cannot be listened on (${code ?? 'unknown reason'}): use a path where nothing is, in a folder that you may write to.`
			);
		if (code === 'EADDRNOTAVAIL' || syscall === 'getaddrinfo')
			throw new InputError(
				`--host "${host}" is no address of this machine (${code ?? 'unknown reason'}): use localhost, or 0.0.0.0 for all it has.`
			);
		const why = isTaken(error) ? 'is taken' : `cannot be listened on (${code ?? 'unknown reason'})`;
		throw new InputError(`Port ${String(port)} ${why}: stop what listens there, or use another ${flag}.`);
	}
}

/** Start something on this port or on the next free one, saying so in one sentence. */
export async function onFreePort<T>(
	what: string,
	port: number,
	start: (port: number) => Promise<T>
): Promise<T> {
	for (let next = port; next < port + 100 && next <= 65_535; next++) {
		try {
			const started = await start(next);
			if (next !== port) console.log(`Port ${String(port)} is taken, so the ${what} is on ${String(next)}.`);
			return started;
		} catch (error) {
			if (!isTaken(error)) throw error;
		}
	}
	throw new InputError(
		`Port ${String(port)} and the hundred after it are taken: give the ${what} another one.`
	);
}
