import type { Scenario } from '#simulator/scenario.ts';
import { judge, type Judgement } from '#teaching/goal.ts';
import type { Lesson } from '#teaching/lesson.ts';
import { leverValue, withLever, type Lever, type LeverValue } from '#teaching/lever.ts';
import { measures, type Measure } from '#teaching/measure.ts';
import type { CompiledLesson, Experiment } from '#teaching/module.ts';
import { fits, score, type Guess, type MeasuredLanes, type Scored } from '#teaching/prediction.ts';
import type { Progress } from '#teaching/progress.ts';
import type { FoundStop } from '#teaching/stop.ts';
import type { Speed } from '#view/controls/timeline.ts';
import { lessonWords } from '#words/lesson.ts';
import { Run } from '../../run.svelte.ts';

/** A lane as the lesson's panel draws it. */
export interface ShownLane {
	readonly id: string;
	readonly label: string;
	readonly scenario: Scenario;
}

/** Slow enough at first to follow a request with the eye. */
const openingSpeed = 0.5;

/**
 * One learner in one lesson: which experiment is on the stage, where its levers stand, what was guessed and
 * what came of it. The lesson's code judges; this only carries its verdicts to the page.
 */
export class Session {
	readonly lesson: Lesson;
	scene = $state<Experiment>('compare');
	/** Set by the first `show`, in the constructor. */
	run = $state.raw() as Run;
	lanes = $state.raw<readonly ShownLane[]>([]);
	guess = $state.raw<Guess | undefined>();
	scored = $state.raw<Scored | undefined>();
	hints = $state(0);
	/** The goal was met, in this visit or an earlier one. */
	done = $state(false);
	/** Measures of the objectives that some finished run has met. */
	reached = $state.raw<readonly string[]>([]);
	/** The captions at which a run has stopped in this visit. */
	seen = $state.raw<readonly FoundStop[]>([]);
	#compiled: CompiledLesson;
	#compare: readonly ShownLane[];
	#goal: Scenario;
	/** Absent while the page is being rendered without a browser. */
	#progress: Progress | undefined;
	#speed: Speed = openingSpeed;

	constructor(compiled: CompiledLesson) {
		const { lesson } = compiled;
		this.#compiled = compiled;
		this.lesson = lesson;
		this.#compare = lesson.run.lanes;
		this.#goal = lesson.start.scenario;
		this.show('compare');
	}

	/** Take up what the learner did here before, and keep what comes. */
	resume(progress: Progress): void {
		this.#progress = progress;
		const { prediction, hints, done, reached } = progress.lesson(this.lesson.slug);
		const { run, prediction: asked } = this.lesson;
		// The lesson may ask something else by now.
		if (prediction !== undefined && fits(asked, prediction.guess, run.lanes)) this.guess = prediction.guess;
		this.hints = hints;
		this.done = done;
		this.reached = reached;
	}

	/** Levers that are live for what is on the stage. */
	get levers(): readonly Lever[] {
		if (this.scene === 'compare') return this.lesson.run.levers;
		return this.scene === 'goal' ? this.lesson.goal.levers : [];
	}

	valueOf(lever: Lever): LeverValue | undefined {
		const scenario = this.lanes[0]?.scenario;
		return scenario && leverValue(lever, scenario);
	}

	/** Put an experiment on the stage, at its beginning. */
	show(scene: Experiment): void {
		this.scene = scene;
		this.#build();
	}

	/** Where the run on the stage stops by itself: a lesson speaks only of the settings it has made. */
	get stops(): readonly FoundStop[] {
		const moved =
			(this.scene === 'compare' && this.#compare !== this.lesson.run.lanes) ||
			(this.scene === 'goal' && this.#goal !== this.lesson.start.scenario);
		return moved ? [] : this.#compiled.stops[this.scene];
	}

	/** The caption of the moment at which the run has just stopped by itself. */
	get caption(): FoundStop | undefined {
		const { stopped } = this.run;
		return stopped === undefined ? undefined : this.stops.find(({ at }) => at === stopped);
	}

	/** It will not stop there again in this visit. */
	noted(stop: FoundStop): void {
		if (!this.seen.includes(stop)) this.seen = [...this.seen, stop];
	}

	/** Go to a moment at which the run has stopped before. */
	revisit(stop: FoundStop): void {
		const scene = (Object.keys(this.#compiled.stops) as Experiment[]).find((one) =>
			this.#compiled.stops[one].includes(stop)
		);
		if (scene === undefined) return;
		if (scene === 'compare') this.#compare = this.lesson.run.lanes;
		if (scene === 'goal') this.#goal = this.lesson.start.scenario;
		if (scene !== this.scene || this.stops.length === 0) this.show(scene);
		this.run.stopAt(stop.at);
	}

	/** Put the levers back where the lesson had them. */
	reset(): void {
		if (this.scene === 'compare') this.#compare = this.lesson.run.lanes;
		else this.#goal = this.lesson.start.scenario;
		this.show(this.scene === 'compare' ? 'compare' : 'goal');
	}

	move(lever: Lever, value: LeverValue): void {
		if (this.scene === 'compare') {
			this.#compare = this.#compare.map((lane) => ({
				...lane,
				scenario: withLever(lane.scenario, lever, value)
			}));
		} else {
			this.#goal = withLever(this.#goal, lever, value);
		}
		this.#build();
	}

	predict(guess: Guess): void {
		this.guess = guess;
		this.scored = undefined;
		this.#progress?.predicted(this.lesson.slug, guess);
	}

	hint(): void {
		this.hints = Math.min(3, this.hints + 1);
		if (this.hints > 0) this.#progress?.hinted(this.lesson.slug, this.hints as 1 | 2 | 3);
	}

	/** The goal's verdict on the run as far as it has come; undefined while the lanes are being compared. */
	judgement(): Judgement | undefined {
		const lane = this.run.lanes[0];
		if (this.scene === 'compare' || lane === undefined) return undefined;
		return judge(lane.engine.metrics, lane.engine.scenario, this.lesson.goal);
	}

	/** The run on the stage has come to its end: keep what it says. */
	settle(): void {
		if (this.scene === 'compare') this.#scorePrediction();
		else if (this.scene === 'goal') {
			const judgement = this.judgement();
			if (judgement === undefined) return;
			this.#progress?.judged(this.lesson.slug, judgement);
			const met = judgement.objectives.flatMap((one): Measure[] => (one.met ? [one.objective.measure] : []));
			this.reached = [...this.reached, ...met.filter((one) => !this.reached.includes(one))];
			if (judgement.met) this.done = true;
		}
	}

	close(): void {
		this.run.close();
	}

	/** The guess was about the lanes as the lesson has them; with a lever moved there is nothing to compare it with. */
	#scorePrediction(): void {
		if (this.guess === undefined || this.#compare !== this.lesson.run.lanes) return;
		const { prediction, slug } = this.lesson;
		const measured = this.#compiled.curve ?? this.#measuredBy(prediction.measure);
		this.scored = score(prediction, this.guess, measured, this.lesson.run.lanes);
		this.#progress?.scored(slug, this.scored.outcome);
	}

	#measuredBy(measure: Measure): MeasuredLanes {
		const measured = this.lanes.map(({ id, scenario }, lane): [string, number] => {
			const metrics = this.run.lanes[lane]?.engine.metrics;
			return [id, metrics === undefined ? NaN : measures[measure].of(metrics, scenario)];
		});
		return Object.fromEntries(measured);
	}

	#build(): void {
		const previous = this.run as Run | undefined;
		if (previous !== undefined) this.#speed = previous.speed;
		previous?.close();
		this.lanes = this.#lanesOf(this.scene);
		this.run = new Run(
			this.lanes.map(({ scenario }) => scenario),
			this.#speed,
			this.stops.filter((stop) => !this.seen.includes(stop)).map(({ at }) => at)
		);
	}

	#lanesOf(scene: Experiment): readonly ShownLane[] {
		const { solution, ablation } = this.lesson;
		const say = lessonWords.stage;
		switch (scene) {
			case 'compare':
				return this.#compare;
			case 'goal':
				return [{ id: 'goal', label: say.yours, scenario: this.#goal }];
			case 'solution':
				return [{ id: 'solution', label: say.meets, scenario: solution.scenario }];
			case 'ablation':
				return [{ id: 'ablation', label: say.without, scenario: ablation.scenario }];
		}
	}
}
