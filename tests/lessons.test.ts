import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readLessons } from '#cli/lesson.ts';
import { mostStoryWords } from '#teaching/advice.ts';
import { checkLesson } from '#teaching/check.ts';
import { litLines, strategyFile } from '#teaching/compile/lesson.ts';
import { lessonLanguages } from '#teaching/compile/languages.ts';
import { checkFigure, figuresIn, lessonRuns } from '#teaching/figure.ts';
import { followedIn, stopsOf } from '#teaching/found.ts';
import { scenariosOf } from '#teaching/lesson.ts';
import { readProse, wordsIn } from '#teaching/prose.ts';
import { checkPictureLink, readPicture } from '#teaching/picture.ts';
import { unknownPlaceholders } from '#teaching/prediction.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const seeds = Array.from({ length: 50 }, (_, index) => index + 1);
const lessons = lessonLanguages(root)
	.flatMap((language) => readLessons(root, language))
	.map((folder) => ({ ...folder, toString: () => folder.name }));

test('lessons 1 and 3 are there, each in a folder of its own number', () => {
	const numbers = readLessons(root).map(({ lesson }) => lesson.number);
	expect(numbers).toEqual(expect.arrayContaining([1, 3]));
	expect(new Set(numbers).size).toBe(numbers.length);
});

test.each(lessons)(
	'%s: the start misses the goal, the solution meets it, the ablation misses it, on 50 seeds and its own',
	({ lesson }) => {
		const { cases, holds } = checkLesson(lesson, seeds);
		expect({ start: cases.start.met, solution: cases.solution.met, ablation: cases.ablation.met }).toEqual({
			start: 0,
			solution: seeds.length,
			ablation: 0
		});
		expect(holds, "the same on the goal's own seed").toBe(true);
	},
	60_000
);

test.each(lessons)(
	'%s: the ablation is not the start over again, and every case differs from the solution',
	({ lesson }) => {
		const texts = [lesson.start, lesson.solution, lesson.ablation].map(({ scenario }) =>
			JSON.stringify(scenario)
		);
		expect(new Set(texts).size).toBe(3);
	}
);

test.each(lessons)('%s: every number in the text is what the engine measures', ({ name, lesson, prose }) => {
	const figures = figuresIn(prose, `${name}/lesson.md`);
	expect(figures.length).toBeGreaterThan(3);
	const runs = lessonRuns(lesson);
	const problems = figures.flatMap((figure) => {
		const checked = checkFigure(figure, runs, lesson);
		return 'problem' in checked ? [checked.problem] : [];
	});
	expect(problems).toEqual([]);
});

test.each(lessons)('%s: every further setting is one that the text quotes or the data uses', (folder) => {
	const { name, lesson, prose } = folder;
	const { prediction, follow, recall } = lesson;
	const quoted = new Set([
		...figuresIn(prose, name).map(({ url }) => url.slice('run:'.length).split('/')[0]),
		...(prediction.kind === 'curve' ? prediction.points.map(({ run }) => run) : []),
		...(follow === undefined ? [] : [follow.run]),
		...recall.map(({ run }) => run)
	]);
	expect(Object.keys(lesson.cases).filter((id) => !quoted.has(id))).toEqual([]);
});

test.each(lessons)('%s: the lit lines are in the source of its strategy', ({ name, lesson }) => {
	const file = strategyFile(lesson.strategy.name);
	const lit = litLines(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'), lesson, file, name);
	expect(lit.size).toBeGreaterThanOrEqual(lesson.strategy.lit.length);
});

test.each(lessons)(
	'%s: every stop comes, its caption is filled in, and the followed request exists',
	(folder) => {
		const { name, lesson } = folder;
		const found = Object.values(stopsOf(lesson, name)).flat();
		const asked = [lesson.run, lesson.start, lesson.solution, lesson.ablation].flatMap(({ stops }) => stops);
		expect(found).toHaveLength(asked.length);
		expect(followedIn(lesson, name) === undefined).toBe(lesson.follow === undefined);
	}
);

test.each(lessons)(
	'%s: the story has a picture of its own, in colours of the project with their light values',
	({ name, lesson, prose, picture }) => {
		checkPictureLink(readProse(prose, name).sections.story, name, lesson.picture);
		expect(readPicture(picture, name, lesson.picture)).toContain('role="img"');
		expect(lessons.filter((other) => other.picture === picture)).toHaveLength(1);
		const [light = ''] = readFileSync(new URL('../src/view/tokens.css', import.meta.url), 'utf8').split(
			'@media'
		);
		const used = new Set(
			[...picture.matchAll(/var\((--[\w-]+), ?(#\w+)\)/g)].map(
				([, token, value]) => `${String(token)}: ${String(value)};`
			)
		);
		expect(used.size).toBeGreaterThan(5);
		expect([...used].filter((colour) => !light.includes(colour))).toEqual([]);
	}
);

test.each(lessons)('%s: there are three hints, and sources by https', ({ lesson }) => {
	expect(lesson.hints).toHaveLength(3);
	for (const { url } of lesson.debrief.sources) expect(url).toMatch(/^https:\/\//);
});

test.each(lessons)(
	'%s: the story has at most 80 words, and the replies fill in what they name',
	({ name, lesson, prose, names }) => {
		const { title, sections } = readProse(prose, `${name}/lesson.md`, names);
		expect(title).toBe(lesson.title);
		expect(wordsIn(sections.story.text)).toBeLessThanOrEqual(mostStoryWords);
		expect(unknownPlaceholders(lesson.prediction, lesson.run.lanes)).toEqual([]);
	}
);

test.each(lessons)(
	'%s: what is compared differs in nothing but what the lanes name: one seed, one traffic',
	({ lesson }) => {
		const scenarios = Object.values(scenariosOf(lesson));
		expect(new Set(scenarios.map(({ seed }) => seed))).toEqual(new Set([lesson.goal.seed]));
		expect(
			new Set(lesson.run.lanes.map(({ scenario }) => JSON.stringify([scenario.traffic, scenario.work]))).size
		).toBe(1);
	}
);
