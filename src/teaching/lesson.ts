import { z } from 'zod';
import { strategyNames } from '#balancer/strategies/index.ts';
import { InputError, parse } from '#record/input.ts';
import { readScenario, type Scenario } from '#simulator/scenario.ts';
import { FollowSchema, type Follow } from './follow.ts';
import { leverEnds, leverPath, LeverSchema, leverValue, withLever, type Lever } from './lever.ts';
import { measureNames } from './measure.ts';
import { patched, type Json, type JsonObject, type Patch } from './patch.ts';
import { RecallSchema, type RecallCard } from './recall.ts';
import { StopsSchema, type Stop } from './stop.ts';
import { firstLanguage, withWords, type Translation } from './translation.ts';
import { readYaml, type Path, type PlaceOf } from './yaml.ts';

/** A lesson as the page, the CLI and the tests use it: plain data, every scenario complete and with its seed. */
export interface Lesson extends LessonHead {
	/** The strategy whose source the lesson shows. */
	readonly strategy: ShownStrategy;
	/** The text alternative of `picture.svg`, which shows the story's scene. */
	readonly picture: string;
	readonly prediction: Prediction;
	/** The comparison: lanes with one workload and one seed. */
	readonly run: {
		readonly lanes: readonly Lane[];
		readonly levers: readonly Lever[];
		/** Moments at which the comparison stops by itself, with a caption. */
		readonly stops: readonly Stop[];
	};
	/** One request whose way the explanation follows. */
	readonly follow?: Follow | undefined;
	/** Where the learner starts to work on the goal. */
	readonly start: Case;
	/** One setting that meets the goal; `says` is the commentary of "show me". */
	readonly solution: Case;
	/** The solution with the taught lever taken away; `says` tells what was taken. */
	readonly ablation: Case;
	/** Further settings that the text quotes numbers of. */
	readonly cases: Readonly<Record<string, Scenario>>;
	readonly goal: Goal;
	/** A nudge, the mechanism, the setting. */
	readonly hints: readonly [string, string, string];
	readonly debrief: Debrief;
	/** Questions about this lesson for the door of a later chapter. */
	readonly recall: readonly RecallCard[];
}

/** What the table of contents needs. */
export interface LessonHead {
	/** Of its words; English where there is no translation. */
	readonly language: string;
	readonly slug: string;
	readonly number: number;
	readonly title: string;
	readonly chapter: string;
	readonly summary: string;
	readonly minutes: number;
}

export interface Lane {
	/** Named by predictions and by `run:` links in the text. */
	readonly id: string;
	readonly label: string;
	readonly scenario: Scenario;
}

export interface Case {
	readonly says: string;
	readonly scenario: Scenario;
	/** Moments at which its run stops by itself: the commentary of "show me". */
	readonly stops: readonly Stop[];
}

export type ShownStrategy = z.output<typeof StrategySchema>;
export type Prediction = z.output<typeof PredictionSchema>;
export type RankPrediction = Extract<Prediction, { kind: 'rank' }>;
export type NumberPrediction = Extract<Prediction, { kind: 'number' }>;
export type CurvePrediction = Extract<Prediction, { kind: 'curve' }>;
export type Goal = z.output<typeof GoalSchema>;
export type Objective = Goal['objectives'][number];
export type Debrief = z.output<typeof DebriefSchema>;
export type Source = Debrief['sources'][number];

const Sentence = z.string().trim().min(1).max(600);
const Label = z.string().trim().min(1).max(80);
const Id = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'use lower-case letters, digits and dashes');
const PatchSchema = z.record(z.string(), z.json()).transform((value): Patch => value);
const CaseSchema = z.strictObject({
	says: Sentence,
	patch: PatchSchema.default({}),
	stops: StopsSchema
});

/** One reply for each way a guess can turn out. `{guess}`, `{measured}` and `{lane-id}` are filled in. */
const RepliesSchema = z.strictObject({ right: Sentence, close: Sentence, off: Sentence });

const PredictionSchema = z.discriminatedUnion('kind', [
	/** Put the lanes in order, best first. */
	z.strictObject({
		kind: z.literal('rank'),
		question: Sentence,
		measure: z.enum(measureNames),
		replies: RepliesSchema
	}),
	/** Say one number for one lane. */
	z
		.strictObject({
			kind: z.literal('number'),
			question: Sentence,
			measure: z.enum(measureNames),
			lane: Id,
			/** The control's range, in the measure's own unit (milliseconds, a share of 1, a count). */
			min: z.number(),
			max: z.number(),
			step: z.number().positive(),
			initial: z.number(),
			/** Up to this share away from the measured value a guess is right, or close. */
			rightWithin: z.number().positive().max(1).default(0.1),
			closeWithin: z.number().positive().max(2).default(0.3),
			replies: RepliesSchema
		})
		.refine(({ min, max, initial }) => min <= initial && initial <= max, {
			path: ['initial'],
			error: 'is outside min and max: choose a value between them'
		}),
	/** Draw a curve: one value for each of several runs. */
	z.strictObject({
		kind: z.literal('curve'),
		question: Sentence,
		measure: z.enum(measureNames),
		/** What changes from point to point: `requests a second`. */
		axis: Label,
		/** `run` is a lane or a case; a given point is drawn for the learner, at its measured value. */
		points: z
			.array(z.strictObject({ x: z.number(), run: Id, given: z.boolean().default(false) }))
			.min(3)
			.max(9),
		/** The drawing's range and grain, in the measure's own unit. */
		min: z.number(),
		max: z.number(),
		step: z.number().positive(),
		/** The point that is furthest off lies at most this share away from its measured value. */
		rightWithin: z.number().positive().max(1).default(0.2),
		closeWithin: z.number().positive().max(2).default(0.4),
		replies: RepliesSchema
	})
]);

const limit = z.number().min(0).optional();
const ObjectiveSchema = z
	.strictObject({ measure: z.enum(measureNames), label: Label, atMost: limit, atLeast: limit })
	.refine(({ atMost, atLeast }) => (atMost === undefined) !== (atLeast === undefined), {
		error: 'needs exactly one of atMost and atLeast'
	});

const GoalSchema = z.strictObject({
	/** The goal is judged on this seed; the tests demand the same verdict on fifty others. */
	seed: z.int().min(0).default(1),
	text: Sentence,
	objectives: z.array(ObjectiveSchema).min(1).max(5),
	levers: z.array(LeverSchema).min(1).max(3)
});

const StrategySchema = z.strictObject({
	name: z.enum(strategyNames),
	/** Texts in its source file; the lines that hold them are lit. */
	lit: z.array(z.string().min(1)).min(1),
	/** What the lit lines do. */
	says: Sentence
});

const SourceSchema = z.strictObject({
	title: z.string().min(1).max(200),
	url: z.url({ protocol: /^https$/, error: 'use a full https address' }),
	year: z.int().min(1900).max(2100)
});

const DebriefSchema = z.strictObject({
	/** The lesson in one sentence. */
	rule: Sentence,
	/** Where the rule stops being true. */
	limits: z.array(Sentence).min(1).max(5),
	sources: z.array(SourceSchema).min(1).max(10)
});

const reservedIds = new Set(['start', 'solution', 'ablation', 'base']);

/** The published form of `lesson.yaml`. */
const LessonSchema = z
	.strictObject({
		version: z.literal(1).default(1),
		number: z.int().min(1).max(99),
		slug: z
			.string()
			.regex(/^\d\d-[a-z0-9-]+$/, 'use the number in two digits and the name, as in 03-the-carousel'),
		title: Label,
		chapter: Label,
		summary: Sentence,
		minutes: z.int().min(1).max(60),
		/** What picture.svg shows, for those who do not see it; lesson.md has the same words in its link. */
		picture: Sentence,
		strategy: StrategySchema,
		/** Scenario input; every patch below is laid over it. */
		scenario: PatchSchema,
		prediction: PredictionSchema,
		run: z.strictObject({
			/** The same for all lanes. */
			patch: PatchSchema.default({}),
			lanes: z
				.array(z.strictObject({ id: Id, label: Label, patch: PatchSchema.default({}) }))
				.min(2)
				.max(4),
			levers: z.array(LeverSchema).max(3).default([]),
			stops: StopsSchema
		}),
		follow: FollowSchema.optional(),
		start: CaseSchema,
		solution: CaseSchema,
		ablation: CaseSchema,
		cases: z.record(Id, z.strictObject({ patch: PatchSchema })).default({}),
		goal: GoalSchema,
		hints: z.tuple([Sentence, Sentence, Sentence], {
			error: 'write exactly three: a nudge, the mechanism, the setting'
		}),
		debrief: DebriefSchema,
		recall: RecallSchema
	})
	.superRefine(({ slug, number, run, goal, cases, prediction, follow, recall }, context) => {
		const refuse = (path: (string | number)[], message: string): void => {
			context.addIssue({ code: 'custom', path, message });
		};
		if (!slug.startsWith(String(number).padStart(2, '0'))) {
			refuse(['slug'], `does not begin with the lesson's number, ${String(number).padStart(2, '0')}`);
		}
		const taken = new Set(reservedIds);
		run.lanes.forEach(({ id }, index) => {
			if (taken.has(id))
				refuse(['run', 'lanes', index, 'id'], 'is taken or reserved: give the lane its own name');
			taken.add(id);
		});
		for (const id of Object.keys(cases)) {
			if (taken.has(id)) refuse(['cases', id], 'has a name that is taken or reserved: give it its own');
		}
		if (prediction.kind === 'number' && !run.lanes.some(({ id }) => id === prediction.lane)) {
			const lanes = run.lanes.map(({ id }) => id).join(', ');
			refuse(['prediction', 'lane'], `is no lane of the run: use one of ${lanes}`);
		}
		const runs = [...reservedIds, ...run.lanes.map(({ id }) => id), ...Object.keys(cases)].filter(
			(id) => id !== 'base'
		);
		const known = (id: string, path: (string | number)[]): void => {
			if (!runs.includes(id)) refuse(path, `names no run of this lesson: use one of ${runs.join(', ')}`);
		};
		if (prediction.kind === 'curve') {
			prediction.points.forEach((point, index) => {
				known(point.run, ['prediction', 'points', index, 'run']);
			});
		}
		if (follow !== undefined) known(follow.run, ['follow', 'run']);
		recall.forEach((card, index) => {
			known(card.run, ['recall', index, 'run']);
		});
		run.stops.forEach(({ lane }, index) => {
			if (run.lanes.some(({ id }) => id === lane)) return;
			const lanes = run.lanes.map(({ id }) => id).join(', ');
			refuse(['run', 'stops', index, 'lane'], `is no lane of the run: use one of ${lanes}`);
		});
		const live = new Set([...run.levers, ...goal.levers].map(leverPath));
		if (live.size > 3)
			refuse(['goal', 'levers'], `makes ${String(live.size)} live controls: a lesson has at most three`);
	});

type LessonInput = z.output<typeof LessonSchema>;

/**
 * Read the text of a `lesson.yaml`, in the words of its translation where one is given. `file` is named in errors as it
 * stands, with the line of the wrong place.
 * @throws InputError with a line for each wrong place.
 */
export function readLesson(text: string, file: string, translation?: Translation): Lesson {
	const { value, placeOf } = readYaml(text, file);
	const input = parse(LessonSchema, value, placeOf);
	const folder = file.split('/').at(-2);
	if (folder !== undefined && folder !== input.slug) {
		throw new InputError(
			`${placeOf(['slug'])}: slug is "${input.slug}": the folder is called ${folder}, and both must agree.`
		);
	}
	const words = translation === undefined ? input : translated(value as Json, translation);
	const lesson = { ...resolve(words, placeOf), language: translation?.language ?? firstLanguage };
	lesson.goal.levers.forEach((lever, index) => {
		checkLever(lever, lesson.start.scenario, placeOf(['goal', 'levers', index]));
	});
	lesson.run.levers.forEach((lever, index) => {
		for (const lane of lesson.run.lanes) checkLever(lever, lane.scenario, placeOf(['run', 'levers', index]));
	});
	return lesson;
}

/** The same lesson in other words. */
function translated(value: Json, { words }: Translation): LessonInput {
	const { value: other, placeOf } = readYaml(words.text, words.file);
	return parse(LessonSchema, withWords(value, other as Json, placeOf), placeOf);
}

/** For editors and other tools: the published JSON Schema of `lesson.yaml`. */
export function lessonJsonSchema(): unknown {
	return z.toJSONSchema(LessonSchema, { io: 'input' });
}

/** Every scenario that the lesson's text may quote, by name: its cases, its lanes and the rest. */
export function scenariosOf(lesson: Lesson): Readonly<Record<string, Scenario>> {
	return {
		start: lesson.start.scenario,
		solution: lesson.solution.scenario,
		ablation: lesson.ablation.scenario,
		...Object.fromEntries(lesson.run.lanes.map(({ id, scenario }) => [id, scenario])),
		...lesson.cases
	};
}

function resolve(input: LessonInput, placeOf: PlaceOf): Omit<Lesson, 'language'> {
	const { version: _, scenario: base, run, start, solution, ablation, cases, ...rest } = input;
	const seeded: JsonObject = { seed: input.goal.seed };
	/** `layers` are where the patches stand in the file, so that a wrong value is found where it was written. */
	const scenario = (patches: readonly Patch[], layers: readonly Path[]): Scenario =>
		readScenario(patched(base, seeded, ...patches), (path) =>
			placeOf(path, [...layers.toReversed(), ['scenario']])
		);
	const caseOf = (name: 'start' | 'solution' | 'ablation'): Case => ({
		says: input[name].says,
		stops: input[name].stops,
		scenario: scenario([input[name].patch], [[name, 'patch']])
	});
	return {
		...rest,
		run: {
			levers: run.levers,
			stops: run.stops,
			lanes: run.lanes.map(({ id, label, patch }, index) => ({
				id,
				label,
				scenario: scenario(
					[run.patch, patch],
					[
						['run', 'patch'],
						['run', 'lanes', index, 'patch']
					]
				)
			}))
		},
		start: caseOf('start'),
		solution: caseOf('solution'),
		ablation: caseOf('ablation'),
		cases: Object.fromEntries(
			Object.entries(cases).map(([id, { patch }]) => [id, scenario([patch], [['cases', id, 'patch']])])
		)
	};
}

/** A lever that could be put where the scenario's reader refuses is an author's mistake; find it before a learner does. */
function checkLever(lever: Lever, scenario: Scenario, place: string): void {
	if (leverValue(lever, scenario) === undefined) {
		throw new InputError(
			`${place}: path is "${leverPath(lever)}": the scenario has no such number or word; use a field such as traffic.perSecond.`
		);
	}
	for (const value of leverEnds(lever)) {
		try {
			withLever(scenario, lever, value);
		} catch (error) {
			throw new InputError(
				`${place}: the lever "${lever.label}" at ${String(value)} makes no scenario: ${(error as Error).message}`
			);
		}
	}
}
