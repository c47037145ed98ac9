/** Draws how far things are, on a terminal. */
export interface Progress {
	/** `share` of it all is done; `doing` says with what. */
	show(share: number, doing: string): void;
	/** Leave the terminal as it was. */
	clear(): void;
}

const width = 24;
/** Often enough for the eye, seldom enough to cost nothing. */
const everyMs = 80;

/** A bar on a terminal, and nothing where the output goes to a file or a program. */
export function progressOn(stream: { isTTY?: boolean; write(text: string): unknown }): Progress {
	if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined };
	let drawn = -Infinity;
	return {
		show(share, doing) {
			const now = performance.now();
			if (now - drawn < everyMs) return;
			drawn = now;
			const full = Math.round(width * share);
			const bar = '█'.repeat(full) + '░'.repeat(width - full);
			stream.write(`\r\x1b[K${bar} ${String(Math.floor(100 * share)).padStart(3)} %  ${doing}`);
		},
		clear() {
			if (drawn > -Infinity) stream.write('\r\x1b[K');
		}
	};
}
