import { z } from 'zod';
import { StrategyChoiceSchema } from './choice.ts';
import type { TraceEvent } from './event.ts';
import { InputError, jsonOf, parse } from './input.ts';
import { HostRulesSchema } from './rules.ts';

/** What a recording begins with: all a replay needs to build the same cluster. */
export type RecordingHeader = z.output<typeof HeaderSchema>;
/** The same as a host says it: what it leaves out has its default. */
export type RecordingFacts = Omit<z.input<typeof HeaderSchema>, 'golangia' | 'version'>;

export interface Recording {
	readonly header: RecordingHeader;
	readonly events: readonly RecordedEvent[];
	/** True when the last line is cut off, as when the machine stopped while recording. */
	readonly cut: boolean;
}

/** An event, and the line of the file it stands in. */
export interface RecordedEvent {
	readonly event: TraceEvent;
	readonly line: number;
}

const HeaderSchema = z.strictObject({
	golangia: z.literal('recording'),
	version: z.literal(1),
	strategy: StrategyChoiceSchema,
	/** Seeds the strategy's random stream. */
	seed: z.int().min(0),
	/** What the host did around the strategy. */
	rules: HostRulesSchema.prefault({})
});

const Millis = z.number().min(0);
const attempt = { id: z.int().min(0), attempt: z.int().min(0), backend: z.string() };
const Result = z.enum(['ok', 'error', 'timeout', 'cancelled']);
const Reason = z.enum([
	'queue-full',
	'refused',
	'reset',
	'failed',
	'timeout',
	'no-backend',
	'declined',
	'queue-timeout',
	'shed',
	'client-left'
]);

const EventSchema = z.discriminatedUnion('kind', [
	z.strictObject({
		kind: z.literal('send'),
		at: Millis,
		id: z.int().min(0),
		key: z.string(),
		work: Millis.exactOptional()
	}),
	z.strictObject({
		kind: z.literal('pick'),
		at: Millis,
		...attempt,
		key: z.string(),
		loads: z.array(z.tuple([z.string(), z.number()])).exactOptional(),
		because: z
			.strictObject({
				says: z.string(),
				figures: z
					.strictObject({ measure: z.string(), of: z.array(z.tuple([z.string(), z.number()])) })
					.exactOptional(),
				mark: z.strictObject({ piece: z.int(), at: z.number().exactOptional() }).exactOptional()
			})
			.exactOptional()
	}),
	z.strictObject({ kind: z.enum(['hold', 'vain']), at: Millis, id: z.int().min(0), attempt: z.int().min(0) }),
	z.strictObject({ kind: z.literal('queue'), at: Millis, ...attempt }),
	z.strictObject({
		kind: z.literal('start'),
		at: Millis,
		...attempt,
		work: Millis.exactOptional(),
		waitMs: Millis.exactOptional()
	}),
	z.strictObject({ kind: z.literal('finish'), at: Millis, ...attempt }),
	z.strictObject({ kind: z.literal('drop'), at: Millis, ...attempt }),
	z.strictObject({
		kind: z.literal('end'),
		at: Millis,
		...attempt,
		latency: z.number(),
		result: Result,
		reason: Reason.exactOptional()
	}),
	z.strictObject({
		kind: z.literal('answer'),
		at: Millis,
		id: z.int().min(0),
		latency: z.number(),
		result: Result,
		backend: z.string().exactOptional(),
		reason: Reason.exactOptional()
	}),
	z.strictObject({
		kind: z.literal('backend'),
		at: Millis,
		backend: z.string(),
		change: z.enum([
			'added',
			'removed',
			'ordered',
			'called-off',
			'weight',
			'grown',
			'ready',
			'drain',
			'down',
			'ejected',
			'restored',
			'slow',
			'fail',
			'stop',
			'hang',
			'pause',
			'pace',
			'restart'
		]),
		value: z.number().exactOptional(),
		limit: z.int().min(1).exactOptional(),
		backup: z.boolean().exactOptional(),
		machine: z
			.strictObject({
				workers: z.int(),
				slots: z.int().exactOptional(),
				queue: z.int(),
				speed: z.number()
			})
			.exactOptional()
	}),
	z.strictObject({
		kind: z.literal('strategy'),
		at: Millis,
		name: z.string(),
		knobs: z.record(z.string(), z.number()),
		seed: z.int()
	})
]) satisfies z.ZodType<TraceEvent>;

/** The first line of a recording, without its line end. */
export function headerLine(header: RecordingFacts): string {
	return JSON.stringify({ golangia: 'recording', version: 1, ...header });
}

/** True for the text of a recording, good or bad; other JSON is something else's. */
export function isRecording(text: string): boolean {
	return /^\s*\{\s*"golangia"\s*:\s*"recording"/.test(text);
}

/** Read JSON Lines: a header, then an event a line. @throws InputError with `source:line` for each kind of wrong. */
export function readRecording(text: string, source: string): Recording {
	const lines = text.split('\n');
	const [first = ''] = lines;
	const header = parse(HeaderSchema, jsonOf(first, `${source}:1`), `${source}:1`);
	const events: RecordedEvent[] = [];
	// A complete file ends with a line end, so its last piece is empty; anything else was cut off.
	const cut = lines.at(-1) !== '';
	for (let i = 1; i < lines.length - 1; i++) {
		const line = lines[i] ?? '';
		const place = `${source}:${String(i + 1)}`;
		const event = parse(EventSchema, jsonOf(line, place), place);
		if (event.kind === 'strategy')
			parse(StrategyChoiceSchema, { name: event.name, knobs: event.knobs }, place);
		events.push({ event, line: i + 1 });
	}
	if (events.length === 0 && !cut)
		throw new InputError(`${source}: has no events: record a session with some requests.`);
	return { header, events, cut };
}
