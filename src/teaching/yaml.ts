import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { InputError } from '#record/input.ts';

export type Path = readonly PropertyKey[];

/**
 * Where in the file a path stands, as `lesson.yaml:14`; the nearest parent's line when the path is missing.
 * With `layers` the path is looked for below each of them in turn, and the one that holds most of it wins.
 */
export type PlaceOf = (path: Path, layers?: readonly Path[]) => string;

/** Read YAML text and keep the lines. @throws InputError when it is not YAML. */
export function readYaml(text: string, file: string): { readonly value: unknown; readonly placeOf: PlaceOf } {
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
	const [error] = document.errors;
	if (error !== undefined) {
		const line = String(lines.linePos(error.pos[0]).line);
		const what = error.message.replace(/\.$/, '');
		throw new InputError(`${file}:${line}: is not YAML (${what}): mend the indentation or quote the text.`);
	}
	const placeOf: PlaceOf = (path, layers = [[]]) => {
		const found = layers.map((layer) => locate(document, layer, path));
		const best = found.reduce((best, next) => (next.depth > best.depth ? next : best));
		return `${file}:${String(lines.linePos(best.offset).line)}`;
	};
	return { value: valueOf(document, file), placeOf };
}

/** @throws InputError where an alias stands for something that it is a part of, or where aliases of aliases become too many. */
function valueOf(document: Document.Parsed, file: string): unknown {
	try {
		const value = document.toJS() as unknown;
		JSON.stringify(value);
		return value;
	} catch {
		throw new InputError(
			`${file}: has aliases (*name) that repeat without end: write out what they stand for.`
		);
	}
}

/** The offset of the deepest part of `layer` + `path` that the document has, and how much of `path` that is. */
function locate(
	document: Document.Parsed,
	layer: Path,
	path: Path
): { readonly offset: number; readonly depth: number } {
	let node: unknown = document.contents;
	let offset = document.contents?.range[0] ?? 0;
	let depth = -layer.length;
	for (const key of [...layer, ...path]) {
		const next = childOf(node, key);
		if (next === undefined) break;
		({ node, offset } = next);
		depth++;
	}
	return { offset, depth };
}

function childOf(
	node: unknown,
	key: PropertyKey
): { readonly node: unknown; readonly offset: number } | undefined {
	if (isMap(node)) {
		const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
		if (pair === undefined || !isPair(pair) || !isScalar(pair.key)) return undefined;
		return { node: pair.value, offset: pair.key.range?.[0] ?? 0 };
	}
	if (isSeq(node) && typeof key === 'number') {
		const item = node.items[key];
		if (item === undefined) return undefined;
		return { node: item, offset: (item as { range?: readonly number[] }).range?.[0] ?? 0 };
	}
	return undefined;
}
