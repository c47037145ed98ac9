/** What the build makes of a strategy's file. */
export interface Shown {
	readonly file: string;
	/** The text, coloured. Made by the build from a file of this project. */
	readonly html: string;
	/** Files of the balancer that it runs. */
	readonly uses: readonly string[];
}

/** A chunk for each file, loaded when somebody wants to read it. */
const shown = import.meta.glob<Shown>('/src/balancer/**/*.ts', { query: '?source' });

/** A file of the balancer by its path from the project's root; undefined when there is none. */
export function loadSource(path: string): Promise<Shown> | undefined {
	return shown[`/${path}`]?.();
}
