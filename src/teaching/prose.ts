import { InputError } from '#record/input.ts';
import { sectionHeadings, sectionNames, type SectionName } from './module.ts';
import type { Names } from './translation.ts';

/** A `lesson.md` cut at its headings; still Markdown. */
export interface LessonProse {
	readonly title: string;
	readonly sections: Readonly<Record<SectionName, ProseSection>>;
}

export interface ProseSection {
	readonly text: string;
	/** The line of the file on which `text` begins, from 1. */
	readonly line: number;
}

/**
 * Read a `lesson.md`: `# Title`, then every section once and in order, its heading as the language calls it.
 * @throws InputError with file and line.
 */
export function readProse(text: string, file: string, names: Names = {}): LessonProse {
	const headingOf = (name: SectionName): string => names[sectionHeadings[name]] ?? sectionHeadings[name];
	const lines = text.split('\n');
	const headings = headingsIn(lines);
	const [title, ...rest] = headings;
	if (title === undefined || title.line !== 1 || title.depth !== 1) {
		throw new InputError(`${file}:1: has no title: begin with "# Title".`);
	}
	const stray = lines.slice(1, rest[0] && rest[0].line - 1).findIndex((line) => line.trim() !== '');
	if (stray >= 0) {
		throw new InputError(
			`${file}:${String(stray + 2)}: stands before the first section: begin with "## ${headingOf('story')}".`
		);
	}
	const sections: Partial<Record<SectionName, ProseSection>> = {};
	rest.forEach((heading, index) => {
		const name = sectionNames[index];
		if (name === undefined || heading.depth !== 2 || heading.text !== headingOf(name)) {
			const wanted = name === undefined ? 'nothing more' : `"## ${headingOf(name)}"`;
			throw new InputError(
				`${file}:${String(heading.line)}: the heading is "${heading.text}": here comes ${wanted}.`
			);
		}
		const end = rest[index + 1]?.line ?? lines.length + 1;
		const body = lines.slice(heading.line, end - 1).join('\n');
		if (body.trim() === '') {
			throw new InputError(
				`${file}:${String(heading.line)}: the section "${heading.text}" is empty: write it.`
			);
		}
		sections[name] = { text: body, line: heading.line + 1 };
	});
	const missing = sectionNames[rest.length];
	if (missing !== undefined) {
		throw new InputError(
			`${file}:${String(lines.length)}: the section "## ${headingOf(missing)}" is missing: write it.`
		);
	}
	return { title: title.text, sections: sections as LessonProse['sections'] };
}

/** How many words a reader reads: code blocks, pictures and addresses left out. */
export function wordsIn(markdown: string): number {
	const read = markdown
		.replace(/^(```|~~~)[^]*?^\1.*$/gm, '')
		.replace(/!\[[^\]]*\]\([^)]*\)/g, '')
		.replace(/\]\([^)]*\)/g, ']');
	return read.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

interface Heading {
	readonly depth: number;
	readonly text: string;
	readonly line: number;
}

/** Headings of depth 1 and 2 outside code blocks. */
function headingsIn(lines: readonly string[]): readonly Heading[] {
	let fenced = false;
	return lines.flatMap((line, index) => {
		if (/^(```|~~~)/.test(line)) fenced = !fenced;
		const match = fenced ? null : /^(#{1,2})\s+(.*?)\s*$/.exec(line);
		return match === null ? [] : [{ depth: match[1]?.length ?? 0, text: match[2] ?? '', line: index + 1 }];
	});
}
