import type { Words } from '#balancer/random.ts';
import type { Millis } from '#balancer/strategy.ts';
import { exponential } from './draw.ts';
import { Draws, lawOf } from './law.ts';
import type { Scenario } from './scenario.ts';

type TrafficSpec = Scenario['traffic'];

/**
 * Open-loop arrivals: nobody waits for an answer before the next is sent. Gaps are drawn in units of the mean gap and
 * used up at the rate of the moment (a renewal process in operational time; Çinlar 1975 for the Poisson case), so a
 * rate that changes, however it changes, keeps the share of the gap that has passed already.
 */
export class Traffic {
	#gaps: Draws | undefined;
	#rate: Rate;
	/** What is left of the gap at `#from`. */
	#units = NaN;
	#from: Millis = NaN;
	/** When the next request is sent; Infinity when none will be. */
	next: Millis = NaN;

	constructor(traffic: TrafficSpec, random: Words, moods: Words) {
		this.#gaps = gapsOf(traffic, random);
		this.#rate = new Rate(traffic, moods);
		this.next = 0;
		this.#units = Infinity;
		this.advance();
	}

	/** The request due at `next` was sent. */
	advance(): void {
		this.#from = this.next;
		if (this.#gaps !== undefined) {
			this.#gaps.draw();
			this.#units = this.#gaps.drawn;
		}
		this.#planNext();
	}

	setRate(perSecond: number, at: Millis): void {
		// Rounding must not let a request be due before now.
		this.#units = Math.max(0, this.#units - this.#rate.between(this.#from, at));
		this.#from = at;
		this.#rate.perSecond = perSecond;
		this.#planNext();
	}

	#planNext(): void {
		const rate = this.#rate;
		this.next = rate.isSteady
			? this.#from + (this.#units * 1000) / rate.perSecond
			: rate.after(this.#from, this.#units);
	}
}

/** Undefined where nobody comes of themselves. */
function gapsOf(traffic: TrafficSpec, random: Words): Draws | undefined {
	switch (traffic.arrivals) {
		case 'steady':
			return new Draws(lawOf({ law: 'fixed' }), random);
		case 'erlang':
		case 'hyperexponential':
			return new Draws(lawOf({ ...traffic.gaps, law: traffic.arrivals }), random);
		case 'poisson':
		case 'bursts':
			return new Draws(lawOf({ law: 'exponential' }), random);
		case 'users':
		case 'trace':
			return undefined;
	}
}

/** The rate at each moment: the stated one, times the curve's factor, times the mood of the hour. */
class Rate {
	perSecond = NaN;
	#points: readonly Point[];
	#moods: Moods | undefined;
	#isFlat: boolean;

	constructor({ perSecond, curve, arrivals, bursts }: TrafficSpec, random: Words) {
		this.perSecond = perSecond;
		this.#points = curve;
		this.#moods = arrivals === 'bursts' ? new Moods(bursts, random) : undefined;
		this.#isFlat = curve.length === 0 && arrivals !== 'bursts';
	}

	/** Whether it stays what it is until somebody sets another. */
	get isSteady(): boolean {
		return this.#isFlat && this.perSecond > 0;
	}

	/** Units used up from one instant to another. */
	between(from: Millis, to: Millis): number {
		let units = 0;
		let at = from;
		while (at < to) {
			const piece = this.#piece(at);
			const end = Math.min(to, piece.end);
			units += areaOf(piece, end - at);
			at = end;
		}
		return units;
	}

	/** When so many units are used up, counted from an instant. */
	after(from: Millis, units: number): Millis {
		this.#moods?.forget(from);
		if (units === Infinity || this.perSecond === 0) return Infinity;
		let left = units;
		let at = from;
		for (;;) {
			const piece = this.#piece(at);
			const area = areaOf(piece, piece.end - at);
			if (!(area < left)) return at + timeOf(piece, left);
			if (piece.end === Infinity) return Infinity;
			left -= area;
			at = piece.end;
		}
	}

	/** From `at` on, as far as the rate is a straight line. */
	#piece(at: Millis): Piece {
		const mood = this.#moods?.at(at);
		const factor = (this.perSecond / 1000) * (mood?.factor ?? 1);
		const line = lineAt(this.#points, at);
		return {
			rate: factor * line.value,
			slope: factor * line.slope,
			end: Math.min(line.end, mood?.until ?? Infinity)
		};
	}
}

type Point = TrafficSpec['curve'][number];

interface Piece {
	/** Units a millisecond at its beginning, and by how much that grows each millisecond. */
	readonly rate: number;
	readonly slope: number;
	readonly end: Millis;
}

function areaOf({ rate, slope }: Piece, length: Millis): number {
	if (length === Infinity) return rate > 0 ? Infinity : 0;
	return length * (rate + (slope * length) / 2);
}

/** How long until the area is so much; the root of a quadratic, in the form that also serves a slope of 0. */
function timeOf({ rate, slope }: Piece, area: number): Millis {
	if (area === 0) return 0;
	return (2 * area) / (rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * area)));
}

/** The curve at an instant: straight from point to point, level before the first and after the last. */
function lineAt(points: readonly Point[], at: Millis): { value: number; slope: number; end: Millis } {
	let before: Point | undefined;
	for (const point of points) {
		if (point.at > at) {
			if (before === undefined) return { value: point.times, slope: 0, end: point.at };
			const slope = (point.times - before.times) / (point.at - before.at);
			return { value: before.times + slope * (at - before.at), slope, end: point.at };
		}
		before = point;
	}
	return { value: before?.times ?? 1, slope: 0, end: Infinity };
}

/** Quiet and busy spells by turns, each of exponential length: a Markov-modulated Poisson process of two states. */
class Moods {
	#random: Words;
	#bursts: TrafficSpec['bursts'];
	#quiet: number;
	/** The spells of the time that may still be asked for, in order. */
	#spells: Spell[];

	constructor(bursts: TrafficSpec['bursts'], random: Words) {
		this.#random = random;
		this.#bursts = bursts;
		const { times, quietMs, busyMs } = bursts;
		// So that the mean over both is the stated rate.
		this.#quiet = (quietMs + busyMs) / (quietMs + times * busyMs);
		// As it is found at a moment chosen at random.
		const busy = random.fraction() < busyMs / (quietMs + busyMs);
		this.#spells = [this.#spell(busy, 0)];
	}

	at(at: Millis): Spell {
		for (let i = 0; ; i++) {
			const spell = this.#spells[i] ?? this.#another();
			if (spell.until > at) return spell;
		}
	}

	/** Nobody will ask for an earlier instant. */
	forget(before: Millis): void {
		while ((this.#spells[0]?.until ?? Infinity) <= before) {
			if (this.#spells.length === 1) this.#another();
			this.#spells.shift();
		}
	}

	#another(): Spell {
		const last = this.#spells.at(-1);
		const spell = this.#spell(last?.busy !== true, last?.until ?? 0);
		this.#spells.push(spell);
		return spell;
	}

	#spell(busy: boolean, from: Millis): Spell {
		const { times, quietMs, busyMs } = this.#bursts;
		return {
			busy,
			factor: busy ? this.#quiet * times : this.#quiet,
			until: from + (busy ? busyMs : quietMs) * exponential(this.#random)
		};
	}
}

interface Spell {
	readonly busy: boolean;
	readonly factor: number;
	readonly until: Millis;
}
