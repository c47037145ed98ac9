import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { parse, stringify } from 'yaml';
import { InputError } from '#record/input.ts';
import { adviceOn } from '#teaching/advice.ts';
import { caseNames, checkLesson, type CaseCheck, type LessonCheck } from '#teaching/check.ts';
import { lessonLanguages, namesIn, readTranslation } from '#teaching/compile/languages.ts';
import { checkFigure, figuresIn, lessonRuns } from '#teaching/figure.ts';
import { followedIn, stopsOf } from '#teaching/found.ts';
import { lessonJsonSchema, readLesson, type Lesson } from '#teaching/lesson.ts';
import { measures } from '#teaching/measure.ts';
import { checkPictureLink, pictureFile, readPicture } from '#teaching/picture.ts';
import { readProse } from '#teaching/prose.ts';
import type { Json } from '#teaching/patch.ts';
import { newLesson, slugOf, unwritten } from '#teaching/template.ts';
import { firstLanguage, wordsOf, type Names } from '#teaching/translation.ts';

/** A lesson's texts as they are on disk. */
export interface LessonFolder {
	/** From the project's root: `lessons/en/03-the-carousel`. */
	readonly name: string;
	readonly lesson: Lesson;
	readonly data: string;
	readonly prose: string;
	/** What its language calls headings. */
	readonly names: Names;
	readonly picture: string;
}

/** `golangia lesson check`: does each lesson's lever decide its goal, and do its numbers agree with the engine? */
export function registerLesson(program: Command): void {
	const lesson = program
		.command('lesson')
		.helpCommand(false)
		.description('check the lessons, begin or translate one, or print the schema of their data');
	lesson
		.command('check')
		.description(
			"run each lesson's start, solution and ablation on many seeds and say how often they met the goal"
		)
		.argument('[number]', 'one lesson only, such as 3')
		.option('--seeds <range>', 'the seeds to run, such as 1..50', '1..50')
		.option('--language <tag>', 'the lessons that are translated, such as de', firstLanguage)
		.action((number: string | undefined, options: { seeds: string; language: string }) => {
			const seeds = seedsOf(options.seeds);
			const folders = chosen(readLessons(process.cwd(), options.language), number);
			let good = true;
			for (const folder of folders) {
				const check = checkLesson(folder.lesson, seeds);
				const { problems, advice } = inspect(folder);
				console.log(report(folder, check, options.seeds));
				for (const line of momentsOf(folder)) console.log(`  ${line}`);
				for (const line of unwritten(folder)) console.log(`  missing: ${line}`);
				for (const problem of problems) console.log(`  wrong: ${problem}`);
				for (const sentence of advice) console.log(`  warning: ${sentence}`);
				good &&= check.holds && problems.length === 0;
			}
			if (!good) process.exitCode = 1;
		});
	lesson
		.command('new')
		.description(
			'make the folder of a lesson that can be read and run at once, and say what is to be written'
		)
		.argument('<title>', 'as in "The Go Gatehouse"')
		.option('--number <number>', 'its place; after the last one unless told')
		.action((title: string, options: { number?: string }) => {
			const root = process.cwd();
			const name = create(root, title, options.number);
			const folder = readFolder(root, basename(name), firstLanguage);
			const open = unwritten(folder);
			console.log(`${name} is there, and it runs. ${String(open.length)} things are to be written:`);
			for (const line of open) console.log(`  ${line}`);
			console.log(`Then: npm run golangia -- lesson check ${String(folder.lesson.number)}`);
		});
	lesson
		.command('words')
		.description("print a lesson's words, to be translated: the words.yaml of another language")
		.argument('<number>', 'such as 3')
		.action((number: string) => {
			const [folder] = chosen(readLessons(process.cwd()), number);
			const words = wordsOf(parse(folder?.data ?? '') as Json);
			console.log(stringify(words, { lineWidth: 110 }).trimEnd());
		});
	lesson
		.command('schema')
		.description('print the JSON Schema of lesson.yaml, for editors')
		.action(() => {
			console.log(JSON.stringify(lessonJsonSchema(), null, 2));
		});
}

/** Every lesson that is there in this language, in order. @throws InputError for a lesson that cannot be read. */
export function readLessons(root: string, language = firstLanguage): readonly LessonFolder[] {
	if (!existsSync(join(root, 'lessons', firstLanguage)))
		throw new InputError(`${join(root, 'lessons')} does not exist: run this in the project's folder.`);
	const known = lessonLanguages(root);
	if (!known.includes(language)) {
		throw new InputError(
			`The language is "${language}": there are no lessons in it; use one of ${known.join(', ')}.`
		);
	}
	const slugs = readdirSync(join(root, 'lessons', language), { withFileTypes: true });
	return slugs
		.filter((entry) => entry.isDirectory())
		.map((entry) => readFolder(root, entry.name, language))
		.toSorted((a, b) => a.lesson.number - b.lesson.number);
}

/** Write a new lesson's folder and return its name. @throws InputError when its number or its name is taken, and then nothing is written. */
export function create(root: string, title: string, wanted?: string): string {
	const lessons = readLessons(root).map(({ lesson }) => lesson);
	const number = wanted === undefined ? Math.max(0, ...lessons.map((one) => one.number)) + 1 : Number(wanted);
	if (!Number.isInteger(number) || number < 1 || number > 99) {
		throw new InputError(`--number is "${String(wanted)}": use a whole number from 1 to 99.`);
	}
	const taken = lessons.find((one) => one.number === number);
	if (taken !== undefined) {
		throw new InputError(
			`--number is ${String(number)}: that is ${taken.title} already; choose another, or leave it out.`
		);
	}
	const slug = slugOf({ number, title });
	if (!/^\d\d-[a-z0-9]/.test(slug)) {
		throw new InputError(`The title is "${title}": use one with letters, such as "The Go Gatehouse".`);
	}
	const chapter = lessons.findLast((one) => one.number < number)?.chapter ?? 'The Siege';
	const { data, prose, picture } = newLesson({ number, title: title.trim(), chapter });
	const name = `lessons/${firstLanguage}/${slug}`;
	mkdirSync(join(root, name), { recursive: true });
	writeFileSync(join(root, name, 'lesson.yaml'), data);
	writeFileSync(join(root, name, 'lesson.md'), prose);
	writeFileSync(join(root, name, pictureFile), picture);
	return name;
}

function readFolder(root: string, slug: string, language: string): LessonFolder {
	const first = `lessons/${firstLanguage}/${slug}`;
	const text = (file: string): string => {
		try {
			return readFileSync(join(root, first, file), 'utf8');
		} catch {
			throw new InputError(
				`${first}/${file} cannot be read: a lesson is a folder with lesson.yaml, lesson.md and ${pictureFile}.`
			);
		}
	};
	const data = text('lesson.yaml');
	const translation = readTranslation(root, slug, language);
	return {
		name: `lessons/${language}/${slug}`,
		data,
		prose: translation?.prose.text ?? text('lesson.md'),
		picture: text(pictureFile),
		names: namesIn(root, language),
		lesson: readLesson(data, `${first}/lesson.yaml`, translation)
	};
}

/** Numbers the engine does not vouch for, a picture that is more than a drawing, and advice for the author. */
function inspect({ name, lesson, prose, picture, names }: LessonFolder): {
	problems: readonly string[];
	advice: readonly string[];
} {
	const file = `${name}/lesson.md`;
	const runs = lessonRuns(lesson);
	const problems = figuresIn(prose, file).flatMap((figure) => {
		const checked = checkFigure(figure, runs, lesson);
		return 'problem' in checked ? [checked.problem] : [];
	});
	const read = readProse(prose, file, names);
	return { problems: [...problems, ...pictureProblems()], advice: adviceOn(lesson, read) };

	function pictureProblems(): readonly string[] {
		try {
			checkPictureLink(read.sections.story, file, lesson.picture);
			readPicture(picture, `${name}/${pictureFile}`, lesson.picture);
			return [];
		} catch (error) {
			if (error instanceof InputError) return [error.message];
			throw error;
		}
	}
}

/** Where its runs stop, with their captions filled in, and the request it follows. */
function momentsOf({ name, lesson }: LessonFolder): readonly string[] {
	const file = `${name}/lesson.yaml`;
	const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
	const stops = Object.entries(stopsOf(lesson, file)).flatMap(([scene, found]) =>
		found.map(({ at, lane, server, says }) =>
			['stops at', seconds(at), scene, lane, server, `“${says}”`].filter(Boolean).join(' ')
		)
	);
	const life = followedIn(lesson, file)?.life;
	if (life === undefined) return stops;
	const { id, sent, server, ahead, waited, worked, latency } = life;
	const times = `waited ${seconds(waited)}, worked ${seconds(worked)}, back after ${seconds(latency)}`;
	return [
		...stops,
		`follows request ${String(id)}, sent at ${seconds(sent)} to ${server} with ${String(ahead)} ahead: ${times}`
	];
}

function chosen(folders: readonly LessonFolder[], number: string | undefined): readonly LessonFolder[] {
	if (number === undefined) return folders;
	const found = folders.filter(({ lesson }) => String(lesson.number) === number.replace(/^0+/, ''));
	if (found.length === 0) {
		const known = folders.map(({ lesson }) => String(lesson.number)).join(', ');
		throw new InputError(`The lesson is "${number}": there is none of that number; use one of ${known}.`);
	}
	return found;
}

/** `1..50`, or one seed. @throws InputError */
export function seedsOf(text: string): readonly number[] {
	const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text);
	const first = Number(match?.[1]);
	const last = Number(match?.[2] ?? match?.[1]);
	if (match === null || last < first || last - first >= 10_000) {
		throw new InputError(`--seeds is "${text}": use a range of at most 10000 such as 1..50, or one seed.`);
	}
	return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function report({ lesson }: LessonFolder, check: LessonCheck, seeds: string): string {
	const own = String(lesson.goal.seed);
	const lines = [
		`${String(lesson.number)} ${lesson.title}: ${check.holds ? 'holds' : 'DOES NOT HOLD'}`,
		`  values on the goal's own seed, ${own}; margins over seeds ${seeds}: least, median, greatest`
	];
	for (const name of caseNames) {
		const one = check.cases[name];
		const share = Math.floor((100 * one.met) / one.runs);
		lines.push(
			`  ${name.padEnd(9)} met ${String(one.met)} of ${String(one.runs)} (${String(share)} %), should be ${name === 'solution' ? 'all' : 'none'}`
		);
		lines.push(...objectiveLines(lesson, one));
	}
	return lines.join('\n');
}

function objectiveLines({ goal }: Lesson, { objectives, own }: CaseCheck): readonly string[] {
	const width = Math.max(...goal.objectives.map(({ label }) => label.length));
	return own.objectives.map(({ objective, shown, limit }, index) => {
		const spread = objectives[index];
		const margin = (value = NaN): string => marginOf(value, (size) => measures[objective.measure].show(size));
		const margins = `margin ${margin(spread?.least)}, ${margin(spread?.median)}, ${margin(spread?.greatest)}`;
		return `    ${`${objective.label}:`.padEnd(width + 1)} ${shown}, goal ${limit}; ${margins}`;
	});
}

function marginOf(value: number, show: (size: number) => string): string {
	if (value === -Infinity) return '−∞';
	return `${value < 0 ? '−' : '+'}${show(Math.abs(value))}`;
}
