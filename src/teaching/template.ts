import { largestPicture, pictureFile } from './picture.ts';
import { sectionHeadings, sectionNames, type SectionName } from './module.ts';

/** Where a lesson's first line sends an editor for what a lesson may say. */
export const schemaComment = '# yaml-language-server: $schema=../../../static/lesson.schema.json';

/** What a new lesson's text begins with, until its author has written it. */
const todo = 'Write: ';

const wanted: Readonly<Record<SectionName, string>> = {
	story: 'at most 80 words of the siege, and a question that somebody in it gets wrong.',
	predict: 'what the learner has to know to make the prediction, each term in **bold** at its first use.',
	run: 'what to look at in the lanes, and which lever to move afterwards.',
	why: 'the explanation, each number a link to the run that measures it; then "### Its name elsewhere".',
	goal: 'what is asked, and how to work it out before the run.',
	away: 'which lever goes, and what breaks.',
	debrief: 'what was bought, and what it cost.'
};

const pictured = `${todo}what the picture shows, in a sentence.`;

/** An empty sheet in the size of the other pictures. */
const plate = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320">
<!-- ${todo}the scene of the story, as shapes in colours of src/view/tokens.css, in at most ${String(largestPicture)} bytes. -->
<rect width="640" height="320" fill="var(--map-land,#fbf6ea)"/>
</svg>
`;

export interface NewLesson {
	readonly number: number;
	readonly title: string;
	readonly chapter: string;
}

/** The folder's name: `11-the-go-gatehouse`. */
export function slugOf({ number, title }: Pick<NewLesson, 'number' | 'title'>): string {
	const name = title
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-|-$/g, '');
	return `${String(number).padStart(2, '0')}-${name}`;
}

/** A lesson's three files. */
export interface LessonTexts {
	readonly data: string;
	readonly prose: string;
	readonly picture: string;
}

/** A lesson that can be read, run and opened at once, though it teaches nothing yet. */
export function newLesson(lesson: NewLesson): LessonTexts {
	const sections = sectionNames.map((name) => `## ${sectionHeadings[name]}\n\n${todo}${wanted[name]}\n`);
	const [heading = ''] = sections;
	sections[0] = heading.replace('\n\n', `\n\n![${pictured}](${pictureFile})\n\n`);
	return { data: dataOf(lesson), prose: [`# ${lesson.title}\n`, ...sections].join('\n'), picture: plate };
}

/** What an author has still to write: a sentence each. */
export function unwritten({ data, prose, picture }: LessonTexts): readonly string[] {
	const found = [
		...lines('lesson.yaml', data).filter(({ text }) => text.includes(todo)),
		...lines('lesson.md', prose).filter(({ text }) => text.startsWith(todo)),
		...lines(pictureFile, picture).filter(({ text }) => text.includes(todo))
	];
	return found.map(
		({ place, text }) => `${place}: ${text.replace(/^.*?Write: /, 'write ').replace(/'$| -->$/, '')}`
	);
}

function lines(file: string, text: string): readonly { readonly place: string; readonly text: string }[] {
	return text.split('\n').map((line, index) => ({ place: `${file}:${String(index + 1)}`, text: line }));
}

function dataOf({ number, title, chapter }: NewLesson): string {
	return `${schemaComment}
number: ${String(number)}
slug: ${slugOf({ number, title })}
title: ${quoted(title)}
chapter: ${quoted(chapter)}
summary: '${todo}the lesson in one line of the table of contents.'
minutes: 8
# What picture.svg shows, in the words of its link in lesson.md.
picture: '${pictured}'

strategy:
  name: round-robin
  lit:
    - const picked = backends[turn];
  says: '${todo}what the lit lines do.'

# Every patch below is laid over this scenario. serverCount copies the first server.
scenario:
  strategy: { name: round-robin }
  traffic: { arrivals: poisson, perSecond: 30 }
  work: { law: exponential, meanMs: 200 }
  servers:
    - { workers: 4, queue: 50 }
  serverCount: 1
  network: { hopMs: 15 }
  warmUpMs: 10000
  durationMs: 110000

prediction:
  kind: number
  question: '${todo}a question whose obvious answer is wrong.'
  measure: p99
  lane: two
  min: 100
  max: 4000
  step: 50
  initial: 2000
  replies:
    right: 'You said {guess}; it measures {measured}. ${todo}what the learner saw right.'
    close: 'You said {guess}; it measures {measured}. ${todo}what is missing.'
    off: 'You said {guess}; it measures {measured}. ${todo}what misled.'

run:
  lanes:
    - { id: one, label: One server }
    - { id: two, label: Two servers, patch: { serverCount: 2 } }
  levers: []
  stops: # Where the run stops by itself, with a caption at the spot.
    - { lane: one, first: refused, says: '${todo}what there is to be noticed at {server}.' }

# One request whose way the explanation follows.
follow:
  run: one
  after: 20000
  says: '${todo}what to see in this request.'

start:
  says: One server meets more than it can carry.

solution:
  says: '${todo}why this setting meets the goal.'
  patch: { serverCount: 2 }

# The solution without what the lesson teaches: here the second server gets nothing.
ablation:
  says: '${todo}what was taken away.'
  patch:
    serverCount: 2
    changes:
      - { at: 0, do: drain, server: B }

goal:
  seed: 1
  text: '${todo}the aim with its numbers.'
  objectives:
    - { measure: failed, atMost: 0, label: Nobody is refused }
  levers:
    - { kind: servers, label: Servers, min: 1, max: 4 }

hints:
  - '${todo}a nudge, where to look.'
  - '${todo}the mechanism, how to work it out.'
  - '${todo}the setting.'

debrief:
  rule: '${todo}the lesson in one sentence.'
  limits:
    - '${todo}where the rule stops being true.'
  sources:
    - title: 'Site Reliability Engineering, chapter 20: Load Balancing in the Datacenter'
      url: https://sre.google/sre-book/load-balancing-datacenter/
      year: 2016

# For the door of a later chapter.
recall:
  - question: '${todo}a question about this lesson.'
    run: one
    answers:
      - { says: 'The right answer.', right: true, reply: '${todo}why it is right.' }
      - { says: 'A wrong one.', reply: '${todo}what is wrong with it.' }
`;
}

function quoted(text: string): string {
	return `'${text.replaceAll("'", "''")}'`;
}
