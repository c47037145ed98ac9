import { parse, type AST } from 'svelte/compiler';

/** Attributes that people read or hear, of elements and of components. */
const spoken =
	/^(aria-(label|valuetext|description|roledescription)|title|placeholder|alt|label|says|text|content)$/;

interface Node {
	readonly type: string;
	readonly [field: string]: unknown;
}

/** Words that stand in a component's markup itself: in its text, or where it speaks by an attribute. Each with its line. */
export function wordsIn(source: string): readonly string[] {
	const root = parse(source, { modern: true });
	const found: string[] = [];
	const note = (text: string, at: number): void => {
		const words = text.trim().replace(/\s+/g, ' ');
		if (/\p{L}/u.test(words)) found.push(`${String(source.slice(0, at).split('\n').length)}: ${words}`);
	};
	const visit = (node: Node): void => {
		if (node.type === 'Text') note(node['data'] as string, node['start'] as number);
		else if (node.type === 'ExpressionTag') shown(node['expression'] as Node, note);
		else if (node.type === 'Attribute') attribute(node as unknown as AST.Attribute, note);
		else if (node.type !== 'StyleDirective') for (const child of childrenOf(node)) visit(child);
	};
	visit(root.fragment as unknown as Node);
	return found;
}

type Note = (text: string, at: number) => void;

function attribute({ name, value }: AST.Attribute, note: Note): void {
	if (!spoken.test(name) || value === true) return;
	for (const part of Array.isArray(value) ? value : [value]) {
		if (part.type === 'Text') note(part.data, part.start);
		else shown(part.expression as unknown as Node, note);
	}
}

/** What an expression can put on the page: its texts, but for those it compares with or hands to a function. */
function shown(node: Node, note: Note): void {
	if (node.type === 'Literal' && typeof node['value'] === 'string')
		note(node['value'], node['start'] as number);
	if (node.type === 'TemplateElement')
		note((node['value'] as { cooked: string }).cooked, node['start'] as number);
	if (node.type === 'ConditionalExpression') {
		shown(node['consequent'] as Node, note);
		shown(node['alternate'] as Node, note);
	} else if (node.type !== 'BinaryExpression' && node.type !== 'CallExpression') {
		for (const child of childrenOf(node)) shown(child, note);
	}
}

function childrenOf(node: Node): Node[] {
	return Object.entries(node).flatMap(([field, value]) => {
		if (field === 'metadata' || field === 'parent') return [];
		return (Array.isArray(value) ? value : [value]).filter(
			(one): one is Node => typeof one === 'object' && one !== null && 'type' in one
		);
	});
}
