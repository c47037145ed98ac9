import { shelf } from '#balancer/strategies/index.ts';
import type { Dialect, Read } from './dialect.ts';
import { BrokenFile, cutOff, linesUnderstood } from './source.ts';

/** What a text says. @throws BrokenFile that tells what was understood up to the line where it breaks; InputError */
export function understand(read: NonNullable<Dialect['read']>, text: string): Read {
	try {
		return read(text);
	} catch (error) {
		if (!(error instanceof BrokenFile) || error.understood !== '') throw error;
		const { understood, partial } = soFar(
			read,
			text
				.split('\n', error.line - 1)
				.map((line) => `${line}\n`)
				.join('')
		);
		throw new BrokenFile(error.message, error.line, `Before that there is: ${understood}`, partial);
	}
}

function soFar(
	read: NonNullable<Dialect['read']>,
	before: string
): { readonly understood: string; readonly partial?: Read } {
	try {
		const partial = read(before);
		const { servers, strategy } = partial.plan;
		const count = servers.length === 1 ? '1 server' : `${String(servers.length)} servers`;
		// That it ends here is our own doing.
		const remarks = partial.remarks.filter(({ says }) => !says.startsWith(cutOff));
		const lines = linesUnderstood(before, remarks);
		return { understood: `${count}, ${shelf[strategy.name].title}; ${lines}`, partial };
	} catch (error) {
		if (!(error instanceof BrokenFile)) throw error;
		return { understood: `no server; ${error.understood}` };
	}
}
