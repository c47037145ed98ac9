import rehypeShiki from '@shikijs/rehype/core';
import type { Root, RootContent } from 'mdast';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { createHighlighter, type Highlighter } from 'shiki';
import { unified } from 'unified';
import { shelf, strategyNames } from '#balancer/strategies/index.ts';
import { InputError } from '#record/input.ts';
import { checkFigure, figureScheme, lessonRuns } from '../figure.ts';
import { readLesson, type Lesson } from '../lesson.ts';
import { sectionNames, type CompiledLesson, type SectionName, type ShownSource } from '../module.ts';
import { unknownPlaceholders } from '../prediction.ts';
import { readProse } from '../prose.ts';

/** The texts a lesson is made of; `file` is what errors call it. */
export interface LessonFiles {
	readonly data: { readonly file: string; readonly text: string };
	readonly prose: { readonly file: string; readonly text: string };
	/** The text of a file of the project, by its path from the root. */
	readonly read: (path: string) => string;
}

const themes = { light: 'github-light', dark: 'github-dark' };
const languages = ['ts', 'js', 'go', 'nginx', 'json', 'yaml', 'bash'];

const parser = unified().use(remarkParse).use(remarkGfm);
/** Colours by CSS variables (`--shiki-light`, `--shiki-dark`), so one markup serves both themes. */
let highlighter: Promise<Highlighter> | undefined;

/** @throws InputError that names file and line: bad data, a missing section, a number the engine disagrees with, a lit text that is gone. */
export async function compileLesson({ data, prose, read }: LessonFiles): Promise<CompiledLesson> {
	const lesson = readLesson(data.text, data.file);
	const { title, sections } = readProse(prose.text, prose.file);
	if (title !== lesson.title) {
		throw new InputError(
			`${prose.file}:1: the title is "${title}", in ${data.file} it is "${lesson.title}": make them agree.`
		);
	}
	const [unknown] = unknownPlaceholders(lesson.prediction, lesson.run.lanes);
	if (unknown !== undefined) {
		throw new InputError(
			`${data.file}: prediction.replies has the unknown placeholder {${unknown}}: use guess, measured or a lane's id.`
		);
	}
	const shiki = await (highlighter ??= createHighlighter({
		themes: Object.values(themes),
		langs: languages
	}));
	const renderer = unified()
		.use(remarkRehype)
		.use(rehypeShiki, shiki, { themes, defaultColor: false, fallbackLanguage: 'text' })
		.use(rehypeStringify);
	const withSchemes = schemeReader(lesson, prose.file);
	const rendered: Partial<Record<SectionName, string>> = {};
	for (const name of sectionNames) {
		const { text, line } = sections[name];
		// Empty lines in front keep the lines of the file.
		const { children } = parser.parse('\n'.repeat(line - 1) + text);
		const root: Root = { type: 'root', children: children.map(withSchemes) };
		rendered[name] = renderer.stringify(await renderer.run(root));
	}
	return {
		lesson,
		sections: rendered as Record<SectionName, string>,
		source: shownSource(lesson, read, shiki, data.file)
	};
}

/** Replaces links with a scheme of ours (`run:`, `strategy:`) by marks; all else stays. */
function schemeReader(lesson: Lesson, file: string): (node: RootContent) => RootContent {
	const runs = lessonRuns(lesson);
	const replaced = (node: RootContent): RootContent => {
		if (node.type === 'link' && node.url.startsWith(figureScheme)) {
			const figure = { url: node.url, text: textOf(node), place: placeOf(node, file) };
			const checked = checkFigure(figure, runs, lesson);
			if ('problem' in checked) throw new InputError(checked.problem);
			const run = node.url.slice(figureScheme.length);
			return element(
				'data',
				{ className: ['figure'], value: String(checked.value), dataRun: run },
				node.children
			);
		}
		if (node.type === 'link' && node.url.startsWith('strategy:')) {
			const name = node.url.slice('strategy:'.length);
			if (!(strategyNames as readonly string[]).includes(name)) {
				throw new InputError(
					`${placeOf(node, file)}: "${node.url}" names no strategy: use one of ${strategyNames.join(', ')}.`
				);
			}
			return element('span', { className: ['mark'], dataStrategy: name }, node.children);
		}
		if (!('children' in node)) return node;
		return { ...node, children: node.children.map(replaced) } as RootContent;
	};
	return replaced;
}

/** Emphasis is the one inline node that brings no attributes of its own. */
function element(
	hName: string,
	hProperties: Readonly<Record<string, string | string[]>>,
	children: Extract<RootContent, { type: 'emphasis' }>['children']
): RootContent {
	return { type: 'emphasis', children, data: { hName, hProperties: { ...hProperties } } };
}

/** Where a strategy's source stands, from the project's root. */
export function strategyFile(name: Lesson['strategy']['name']): string {
	return `src/balancer/strategies/${name}.ts`;
}

function shownSource(
	lesson: Lesson,
	read: LessonFiles['read'],
	shiki: Highlighter,
	dataFile: string
): ShownSource {
	const { name } = lesson.strategy;
	const file = strategyFile(name);
	const text = read(file).trimEnd();
	const lit = litLines(text, lesson, file, dataFile);
	const html = shiki.codeToHtml(text, {
		lang: 'ts',
		themes,
		defaultColor: false,
		transformers: [
			{
				line(node, line) {
					if (lit.has(line)) this.addClassToHast(node, 'lit');
				}
			}
		]
	});
	return { title: shelf[name].title, file, html };
}

/** Numbers of the lines that hold one of the lesson's `lit` texts, from 1. @throws InputError when a text is gone. */
export function litLines(
	source: string,
	{ strategy }: Lesson,
	file: string,
	dataFile: string
): ReadonlySet<number> {
	const lines = source.split('\n');
	const lit = new Set<number>();
	for (const text of strategy.lit) {
		const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
		if (found.length === 0) {
			throw new InputError(
				`${dataFile}: strategy.lit has "${text}", which is no longer in ${file}: quote a text that is.`
			);
		}
		for (const line of found) lit.add(line);
	}
	return lit;
}

/** `file:line` of a node. */
function placeOf(node: RootContent, file: string): string {
	return `${file}:${String(node.position?.start.line ?? 1)}`;
}

/** The words of a node as a reader sees them. */
function textOf(node: RootContent): string {
	if ('value' in node) return node.value.replace(/\s+/g, ' ');
	return 'children' in node ? node.children.map(textOf).join('') : '';
}
