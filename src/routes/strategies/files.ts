import { loadSource, type Shown } from './source.ts';

const [shelfText = ''] = Object.values(
	import.meta.glob<string>('/src/balancer/strategies/index.ts', {
		query: '?raw',
		import: 'default',
		eager: true
	})
);

/** The source of a strategy. @throws Error when the shelf does not say which file it is in. */
export async function sourceOf(name: string): Promise<Shown> {
	const file = fileOf(name, shelfText);
	const load = file === undefined ? undefined : loadSource(`src/balancer/strategies/${file}`);
	if (load === undefined) throw new Error(`The shelf does not say which file "${name}" is in.`);
	const { file: path, html, uses } = await load;
	return { file: path, html, uses };
}

/** Reads the shelf itself: which name is which definition, and from which file that comes. */
export function fileOf(name: string, shelfText: string): string | undefined {
	const line = new RegExp(`^\\s*'?${name}'?(?:: (\\w+))?,?$`, 'm').exec(shelfText);
	if (line === null) return undefined;
	const definition = line[1] ?? name;
	for (const [, names, file] of shelfText.matchAll(/import \{([^}]*)\} from '\.\/([\w-]+\.ts)'/g)) {
		if (names?.split(',').some((one) => one.trim() === definition) === true) return file;
	}
	return undefined;
}
