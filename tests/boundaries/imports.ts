import ts from 'typescript';

/** One import, as it is written. */
export interface Import {
	readonly specifier: string;
	/** Gone at run time: `import type`, or nothing but types between the braces. */
	readonly typeOnly: boolean;
	/** Only known when it runs; the specifier is then the expression. */
	readonly computed: boolean;
}

/** Every import of a .ts, .js or .svelte source: static, dynamic, re-exported, in types, globbed, and a worker's URL. */
export function importsOf(file: string, source: string): Import[] {
	const found: Import[] = [];
	for (const tree of treesOf(file, source)) visit(tree, (node) => found.push(...importsAt(node)));
	return found;
}

/** Calls back for every use of a name as a value, such as `Date`, or of a property, such as `Math.random`. */
export function namesUsed(file: string, source: string): Set<string> {
	const names = new Set<string>();
	for (const tree of treesOf(file, source)) {
		visit(tree, (node) => {
			if (ts.isPropertyAccessExpression(node)) names.add(node.getText(tree));
			if (ts.isMetaProperty(node)) names.add('import.meta');
			if (ts.isIdentifier(node) && isValue(node)) names.add(node.text);
		});
	}
	return names;
}

/** A component's scripts are code, and so is every `{…}` of its markup; of that only imports are of interest. */
function treesOf(file: string, source: string): ts.SourceFile[] {
	const parse = (text: string) => ts.createSourceFile(`${file}.ts`, text, ts.ScriptTarget.Latest, true);
	if (!file.endsWith('.svelte')) return [parse(source)];
	const script = /<script\b[^>]*>([\s\S]*?)<\/script>/g;
	const scripts = [...source.matchAll(script)].map(([, code]) => code ?? '');
	const calls = source.replace(script, '').match(/\bimport(\.meta\.glob)?\([^)]*\)/g) ?? [];
	return [...scripts, calls.join(';\n')].map(parse);
}

function importsAt(node: ts.Node): Import[] {
	if (ts.isImportDeclaration(node)) return [importAt(node.moduleSpecifier, isTypeOnly(node.importClause))];
	if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
		const names = node.exportClause;
		const allTypes = names !== undefined && ts.isNamedExports(names) && onlyTypes(names.elements);
		return [importAt(node.moduleSpecifier, node.isTypeOnly || allTypes)];
	}
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
		return [importAt(node.argument.literal, true)];
	}
	if (ts.isCallExpression(node)) return calledImports(node);
	if (ts.isNewExpression(node) && node.expression.getText() === 'URL' && node.arguments?.length === 2) {
		const [path, base] = node.arguments;
		return path !== undefined && ts.isStringLiteralLike(path) && base?.getText() === 'import.meta.url'
			? [importAt(path, false)]
			: [];
	}
	return [];
}

/** `import(…)`, and `import.meta.glob(…)` of one pattern or several. */
function calledImports(node: ts.CallExpression): Import[] {
	const called = node.expression;
	const glob = called.getText() === 'import.meta.glob';
	if (called.kind !== ts.SyntaxKind.ImportKeyword && !glob) return [];
	const [first] = node.arguments;
	if (first === undefined) return [];
	return (ts.isArrayLiteralExpression(first) ? [...first.elements] : [first]).map((path) =>
		importAt(path, false)
	);
}

function importAt(node: ts.Node, typeOnly: boolean): Import {
	const computed = !ts.isStringLiteralLike(node);
	return { specifier: computed ? node.getText() : node.text, typeOnly, computed };
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
	if (clause === undefined) return false;
	if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
	const names = clause.namedBindings;
	return (
		clause.name === undefined && names !== undefined && ts.isNamedImports(names) && onlyTypes(names.elements)
	);
}

function onlyTypes(names: readonly { readonly isTypeOnly: boolean }[]): boolean {
	return names.length > 0 && names.every((name) => name.isTypeOnly);
}

/** Not the name of a property, which may be called anything. */
function isValue(node: ts.Identifier): boolean {
	const parent = node.parent;
	if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
	const named =
		ts.isPropertyAssignment(parent) ||
		ts.isPropertySignature(parent) ||
		ts.isPropertyDeclaration(parent) ||
		ts.isMethodSignature(parent) ||
		ts.isMethodDeclaration(parent);
	return !named || parent.name !== node;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
	see(node);
	ts.forEachChild(node, (child) => {
		visit(child, see);
	});
}
