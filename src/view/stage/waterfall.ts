import { scaleLinear } from 'd3';
import type { Life, Span, Try } from '#record/life.ts';
import { isRefusal } from '#record/scene.ts';
import { stageDetailsWords } from '#words/stage-details.ts';
import { duration, reasonWords } from './words.ts';

const say = stageDetailsWords.life;

/** How a row ends: as form, so that no colour has to say it. */
export type EndMark = 'tick' | 'cross' | 'diamond' | 'none';

/** One span as it is drawn; `x` and `width` in pixels, from the picture's left. */
export interface Bar {
	readonly kind: Span['kind'];
	readonly inVain: boolean;
	readonly x: number;
	readonly width: number;
	/** It has not ended: its right edge is now. */
	readonly open: boolean;
	/** Fits inside, or is empty. */
	readonly words: string;
}

export interface WaterfallRow {
	/** Of the try that it shows; undefined for the row of the client and the gate. */
	readonly attempt: number | undefined;
	readonly name: string;
	/** Behind the name, quieter. */
	readonly role: string;
	/** Of the bars' middle. */
	readonly y: number;
	readonly bars: readonly Bar[];
	readonly end: { readonly x: number; readonly mark: EndMark; readonly words: string };
	/** All of it in a sentence, for those who listen. */
	readonly says: string;
}

export interface Waterfall {
	readonly width: number;
	readonly height: number;
	readonly rowHeight: number;
	/** Where the time axis begins and ends. */
	readonly left: number;
	readonly right: number;
	readonly ticks: readonly { readonly x: number; readonly words: string }[];
	readonly rows: readonly WaterfallRow[];
}

const axisHeight = 22;
const margin = 4;
/** Behind the last bar there is room for how it ended. */
const outcomeWidth = 128;

/** A request's life as bars under a time axis that begins when it was sent. `at` is now, in virtual milliseconds. */
export function waterfall(life: Life, at: number, width: number): Waterfall {
	const narrow = width < 560;
	const rowHeight = narrow ? 46 : 30;
	const left = narrow ? margin : 138;
	const right = Math.max(left + 60, width - margin - (narrow ? 8 : outcomeWidth));
	const end = Math.max(endOf(life, at) - life.sentAt, 1);
	const x = scaleLinear([0, end], [left, right]);
	const toX = (moment: number): number => x(Math.max(0, Math.min(end, moment - life.sentAt)));
	const bars = (spans: readonly Span[]): Bar[] =>
		spans.map((span) => {
			const from = toX(span.from);
			const length = Math.max(1, toX(span.to ?? Math.max(at, span.from)) - from);
			const ms = duration((span.to ?? at) - span.from);
			const inside = length > 112 ? say.bar(say.spans[span.kind], ms) : length > 46 ? ms : '';
			return {
				kind: span.kind,
				inVain: span.inVain,
				x: from,
				width: length,
				open: span.to === undefined,
				words: span.kind === 'hop' || span.kind === 'pause' ? '' : inside
			};
		});
	const yOf = (row: number): number => axisHeight + row * rowHeight + (narrow ? 32 : rowHeight / 2);
	const gate: WaterfallRow = {
		attempt: undefined,
		name: say.gate,
		role: '',
		y: yOf(0),
		bars: bars(life.spans),
		end: gateEnd(life, toX, at),
		says: sentenceOf(say.gate, life.spans, life, at)
	};
	const tries = life.tries.map((one, i): WaterfallRow => {
		const outcome = outcomeOf(one, life);
		// What goes on in vain goes on behind its end.
		const ended = Math.max(one.endedAt ?? at, ...one.spans.map(({ to }) => to ?? at));
		const role = roleWords(one);
		return {
			attempt: one.attempt,
			name: one.backend,
			role,
			y: yOf(i + 1),
			bars: bars(one.spans),
			end: { x: toX(ended), ...outcome },
			says: `${sentenceOf(say.tryAt(role, one.backend), one.spans, life, at)} ${sentence(outcome.words)}`
		};
	});
	return {
		width,
		height: axisHeight + (1 + tries.length) * rowHeight + 4,
		rowHeight,
		left,
		right,
		ticks: x.ticks(narrow ? 4 : 6).map((tick) => ({ x: x(tick), words: duration(tick) })),
		rows: [gate, ...tries]
	};
}

/** A piece of a life as a line of a table; times in milliseconds since it was sent. */
export interface SpanLine {
	readonly where: string;
	readonly what: string;
	readonly from: string;
	readonly ms: string;
}

/** The same as a table, in the order of beginning. */
export function spanLines(life: Life, at: number): SpanLine[] {
	const all = [
		...life.spans.map((span) => ({ where: say.atGate, span })),
		...life.tries.flatMap((one) =>
			one.spans.map((span) => ({ where: say.at(one.backend, roleWords(one)), span }))
		)
	];
	return all
		.toSorted((a, b) => a.span.from - b.span.from)
		.map(({ where, span }) => ({
			where,
			what: span.inVain ? say.inVain(say.spans[span.kind]) : say.spans[span.kind],
			from: duration(span.from - life.sentAt),
			ms: span.to === undefined ? say.soFar(duration(at - span.from)) : duration(span.to - span.from)
		}));
}

/** Where the time went, as shares of the whole that sum to it: of what went on at once, what came nearest to an answer. */
export function timeSpent(life: Life, at: number): { readonly kind: Span['kind']; readonly ms: number }[] {
	const end = life.answeredAt ?? at;
	const spans = [...life.spans, ...life.tries.flatMap((one) => one.spans)].filter(({ inVain }) => !inVain);
	const edges = [...new Set(spans.flatMap(({ from, to }) => [from, to ?? at]))]
		.filter((edge) => edge <= end)
		.sort((a, b) => a - b);
	const sums = new Map<Span['kind'], number>();
	edges.forEach((from, i) => {
		const to = edges[i + 1] ?? end;
		const here = spans.filter((span) => span.from <= from && (span.to ?? at) >= to && to > from);
		const kind = nearest.find((one) => here.some((span) => span.kind === one));
		if (kind !== undefined) sums.set(kind, (sums.get(kind) ?? 0) + to - from);
	});
	return nearest.flatMap((kind) => {
		const ms = sums.get(kind) ?? 0;
		return ms > 0 ? [{ kind, ms }] : [];
	});
}

const nearest: readonly Span['kind'][] = ['serve', 'queue', 'hold', 'pause', 'hop'];

/** `230 ms in all: 100 ms served, 50 ms in a queue, 80 ms on the road` */
export function lifeInWords(life: Life, at: number): string {
	const time = duration((life.answeredAt ?? at) - life.sentAt);
	const whole = life.answeredAt === undefined ? say.soFar(time) : say.inAll(time);
	const parts = timeSpent(life, at).map(({ kind, ms }) => say.spent[kind](duration(ms)));
	return parts.length === 0 ? whole : say.parts(whole, parts.join(', '));
}

/** `first try`, `retry 2`, `hedge`, `call 3`. */
export function roleWords({ role, attempt }: Pick<Try, 'role' | 'attempt'>): string {
	if (role === 'first' || role === 'hedge') return say[role];
	return role === 'retry' ? say.retry(attempt) : say.call(attempt + 1);
}

/** How a try ended, or where it is. */
function outcomeOf(one: Try, life: Life): { words: string; mark: EndMark } {
	const { result, reason } = one;
	const spans = one.spans.filter(({ inVain }) => !inVain);
	if (result === undefined) {
		const last = spans.at(-1);
		return { words: last === undefined ? say.there : say.spans[last.kind], mark: 'none' };
	}
	if (result === 'ok') return { words: say.answered, mark: 'tick' };
	if (result === 'cancelled')
		return {
			words: reason === 'client-left' ? say.callerLeft : life.result === 'ok' ? say.lostRace : say.calledOff,
			mark: 'none'
		};
	const why = reason ?? 'failed';
	return { words: reasonWords[why], mark: isRefusal(why) ? 'cross' : 'diamond' };
}

function gateEnd(life: Life, toX: (moment: number) => number, at: number): WaterfallRow['end'] {
	const { answeredAt, result, reason } = life;
	const x = toX(answeredAt ?? life.spans.at(-1)?.to ?? at);
	if (answeredAt === undefined) return { x, mark: 'none', words: '' };
	if (result === 'ok') return { x, mark: 'tick', words: say.hasAnswer };
	return { x, mark: 'cross', words: reasonWords[reason ?? 'failed'] };
}

function sentenceOf(name: string, spans: readonly Span[], life: Life, at: number): string {
	const parts = spans.map(({ kind, from, to, inVain }) =>
		say[inVain ? 'partInVain' : 'part'](
			say.spans[kind],
			duration((to ?? at) - from),
			duration(from - life.sentAt)
		)
	);
	return sentence(parts.length === 0 ? name : say.parts(name, parts.join(', ')));
}

function sentence(said: string): string {
	return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

function endOf(life: Life, at: number): number {
	const all = [...life.spans, ...life.tries.flatMap(({ spans }) => spans)];
	return Math.max(...all.map(({ to }) => to ?? at), life.answeredAt ?? at, life.sentAt);
}
