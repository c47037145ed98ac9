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
import { checkFigure, lessonRuns } from '../figure.ts';
import { curveOf, followedIn, stopsOf } from '../found.ts';
import { glossaryFile, readGlossary, termNamed, type Term } from '../glossary.ts';
import { readLesson, type Lesson } from '../lesson.ts';
import { sectionNames, type CompiledLesson, type SectionName, type ShownSource } from '../module.ts';
import { checkPictureLink, readPicture } from '../picture.ts';
import { unknownPlaceholders } from '../prediction.ts';
import { readProse } from '../prose.ts';
import type { Names, TextFile, Translation } from '../translation.ts';
import { allUnbroken, unbroken } from '../unbroken.ts';

/** The texts a lesson is made of; `file` is what errors call it. */
export interface LessonFiles {
	readonly data: TextFile;
	readonly prose: TextFile;
	readonly picture: TextFile;
	/** In whose words the lesson is told instead. */
	readonly translation?: Translation | undefined;
	/** The text of a file of the project, by its path from the root. */
	readonly read: (path: string) => string;
}

const themes = { light: 'github-light', dark: 'github-dark' };
const languages = ['ts', 'js', 'go', 'nginx', 'json', 'yaml', 'bash'];

const parser = unified().use(remarkParse).use(remarkGfm);
/** Colours by CSS variables (`--shiki-light`, `--shiki-dark`), so one markup serves both themes. */
let highlighter: Promise<Highlighter> | undefined;

/** @throws InputError that names file and line: bad data, a missing section, a picture that is more than a drawing, a number the engine disagrees with, a lit text that is gone. */
export async function compileLesson({
	data,
	prose: firstProse,
	picture,
	translation,
	read
}: LessonFiles): Promise<CompiledLesson> {
	const lesson = readLesson(data.text, data.file, translation);
	const prose = translation?.prose ?? firstProse;
	const wordsFile = (translation?.words ?? data).file;
	const { title, sections } = readProse(prose.text, prose.file, translation?.names);
	if (title !== lesson.title) {
		throw new InputError(
			`${prose.file}:1: the title is "${title}", in ${wordsFile} it is "${lesson.title}": make them agree.`
		);
	}
	const [unknown] = unknownPlaceholders(lesson.prediction, lesson.run.lanes);
	if (unknown !== undefined) {
		throw new InputError(
			`${wordsFile}: prediction.replies has the unknown placeholder {${unknown}}: use guess, measured or a lane's id.`
		);
	}
	checkPictureLink(sections.story, prose.file, lesson.picture);
	const drawn = readPicture(picture.text, picture.file, lesson.picture);
	const shiki = await (highlighter ??= createHighlighter({
		themes: Object.values(themes),
		langs: languages
	}));
	const renderer = unified()
		.use(remarkRehype)
		.use(rehypeShiki, shiki, { themes, defaultColor: false, fallbackLanguage: 'text' })
		.use(rehypeStringify);
	const used = new Set<Term>();
	const glossary = translation?.glossary ?? readGlossary(read(glossaryFile));
	const withSchemes = schemeReader(lesson, prose.file, glossary, used);
	const rendered: Partial<Record<SectionName, string>> = {};
	const html = async (children: RootContent[]): Promise<string> =>
		renderer.stringify(await renderer.run({ type: 'root', children } satisfies Root));
	let elsewhere = '';
	for (const name of sectionNames) {
		const { text, line } = sections[name];
		// Empty lines in front keep the lines of the file.
		const children = parser.parse('\n'.repeat(line - 1) + text).children.map(withSchemes);
		const cut = name === 'why' ? children.findIndex((node) => isElsewhere(node, translation?.names)) : -1;
		rendered[name] = await html(cut < 0 ? children : children.slice(0, cut));
		if (name === 'story')
			rendered.story = `<figure class="picture">${drawn}</figure>${await html(children.slice(1))}`;
		if (cut >= 0) elsewhere = await html(children.slice(cut));
	}
	return {
		...allUnbroken({
			lesson,
			terms: [...used].toSorted((a, b) => a.term.localeCompare(b.term, lesson.language)),
			stops: stopsOf(lesson, wordsFile),
			followed: followedIn(lesson, data.file)
		}),
		sections: rendered as Record<SectionName, string>,
		elsewhere,
		source: shownSource(lesson, read, shiki, data.file),
		curve: curveOf(lesson)
	};
}

/** The heading at which the explanation turns to products: the followed request and the source stand before it. */
function isElsewhere(node: RootContent, names: Names = {}): boolean {
	const heading = 'Its name elsewhere';
	return node.type === 'heading' && textOf(node) === (names[heading] ?? heading);
}

/** What the words of a text can stand for on the stage. */
const glyphs = ['working', 'waiting', 'refused', 'given-up', 'lit', 'dark'];

/**
 * Replaces links with a scheme of ours (`run:`, `strategy:`, `lane:`, `mark:`, `term:`) by marks, and bold words that the
 * glossary has by links to it; all else stays. `used` gathers the terms.
 */
function schemeReader(
	lesson: Lesson,
	file: string,
	glossary: readonly Term[],
	used: Set<Term>
): (node: RootContent) => RootContent {
	const runs = lessonRuns(lesson);
	const look = laneLooks(lesson);
	const link = (term: Term, children: Phrasing): RootContent => {
		used.add(term);
		return element(
			'a',
			{ className: ['term'], href: `../glossary/#${term.id}`, dataSays: term.says },
			children
		);
	};
	const readers: Readonly<Record<string, (name: string, node: Link, place: string) => RootContent>> = {
		run(name, node, place) {
			const checked = checkFigure({ url: node.url, text: textOf(node), place }, runs, lesson);
			if ('problem' in checked) throw new InputError(checked.problem);
			const value = String(checked.value);
			return element('data', { className: ['figure'], value, dataRun: name }, node.children);
		},
		strategy(name, node, place) {
			known('strategy', name, strategyNames, node, place);
			const lane = lesson.run.lanes.find(({ scenario }) => scenario.strategy.name === name);
			const style = lane !== undefined && look.byStrategy ? look.of(lane.id) : `--colour: ${colourOf(name)}`;
			return element('span', { className: ['mark'], dataStrategy: name, style }, node.children);
		},
		lane(name, node, place) {
			const lanes = lesson.run.lanes.map(({ id }) => id);
			known('lane', name, lanes, node, place);
			return element('span', { className: ['mark'], dataLane: name, style: look.of(name) }, node.children);
		},
		mark(name, node, place) {
			known('mark of the stage', name, glyphs, node, place);
			return element('span', { className: ['glyph'], dataMark: name }, node.children);
		},
		term(name, node, place) {
			const ids = glossary.map(({ id }) => id);
			known('term of the glossary', name, ids, node, place);
			const term = glossary.find(({ id }) => id === name);
			return term === undefined ? node : link(term, node.children);
		}
	};
	const replaced = (node: RootContent): RootContent => {
		const [, scheme = '', name = ''] = node.type === 'link' ? (/^([a-z]+):(.*)$/.exec(node.url) ?? []) : [];
		const reader = readers[scheme];
		if (node.type === 'link' && reader !== undefined) return reader(name, node, placeOf(node, file));
		const term = node.type === 'strong' ? termNamed(glossary, textOf(node)) : undefined;
		if (node.type === 'strong' && term !== undefined) {
			return { ...node, children: [link(term, node.children)] } as RootContent;
		}
		if (node.type === 'text') return { ...node, value: unbroken(node.value) };
		if (!('children' in node)) return node;
		return { ...node, children: node.children.map(replaced) } as RootContent;
	};
	return replaced;
}

function known(what: string, name: string, names: readonly string[], { url }: Link, place: string): void {
	if (names.includes(name)) return;
	throw new InputError(`${place}: "${url}" names no ${what}: use one of ${names.join(', ')}.`);
}

/** Colour and stroke of each lane, as its line in the charts has them; the charts' side stands in Panel.svelte. */
function laneLooks({ run: { lanes } }: Lesson): {
	readonly byStrategy: boolean;
	readonly of: (id: string) => string;
} {
	const byStrategy =
		lanes.length > 1 && new Set(lanes.map(({ scenario }) => scenario.strategy.name)).size === lanes.length;
	return {
		byStrategy,
		of(id) {
			const place = lanes.findIndex((lane) => lane.id === id);
			const name = lanes[place]?.scenario.strategy.name ?? '';
			const colour = byStrategy ? colourOf(name) : `var(--lane-${String(place + 1)})`;
			return `--colour: ${colour}; --stroke: ${['solid', 'dashed', 'dotted', 'double'][place] ?? 'solid'}`;
		}
	};
}

function colourOf(strategy: string): string {
	return `var(--strategy-${strategy}, var(--strategy-other))`;
}

type Link = Extract<RootContent, { type: 'link' }>;
type Phrasing = Extract<RootContent, { type: 'emphasis' }>['children'];

/** Emphasis is the one inline node that brings no attributes of its own. */
function element(
	hName: string,
	hProperties: Readonly<Record<string, string | string[]>>,
	children: Phrasing
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
