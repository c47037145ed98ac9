import { z } from 'zod';
import type { KeyRule } from '#balancer/key.ts';

/** `*:8080`, `localhost:8080` or `[::1]:8080`; `*` is every interface of the machine. */
export const frontendForm = /^(?:\*|[\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}$/;
/** The path of a check. */
export const pathForm = /^\/[\w./~%-]{0,200}$/;
/** The name of a header or a parameter. */
export const nameForm = /^[\w-]{1,100}$/;

const name = z.string().regex(nameForm, 'use letters, digits, _ and -');
const count = z.int().min(0).max(1_000_000).optional();
const span = z.number().min(0).max(86_400_000).nullable();

const KeySchema = z.discriminatedUnion('by', [
	z.strictObject({ by: z.literal('address') }),
	z.strictObject({ by: z.literal('uri'), whole: z.boolean().optional(), length: count, depth: count }),
	z.strictObject({ by: z.literal('parameter'), name }),
	z.strictObject({ by: z.literal('header'), name })
]) satisfies z.ZodType<KeyRule>;

/** What only a real program has to know of a cluster: a simulation keeps it for whoever takes the cluster home. */
export const ProgramSchema = z.strictObject({
	/** Where clients come in. */
	frontend: z.string().regex(frontendForm, 'write it like *:8080').default('*:8080'),
	/** What of a request the strategy's key is. */
	key: KeySchema.default({ by: 'address' }),
	/** What active checks ask for, where they ask for a page. */
	checkPath: z.string().regex(pathForm, 'write it like /healthz').default('/healthz'),
	/** How long connecting to a server may take; null: nobody said. */
	connectMs: span.default(5000),
	/** How long a client may be silent; null: nobody said. */
	clientMs: span.default(60_000),
	/** What is tried again: connections that failed, or any failure, which our balancer does. */
	retryOn: z.enum(['connection', 'any']).default('any'),
	/** Connections the program takes at once; those after them wait in the kernel, unseen. null: its own default. */
	processMax: z.int().min(0).nullable().default(null)
});

export type Program = z.output<typeof ProgramSchema>;
