import type { Dialect } from './dialect.ts';
import { caddy } from './caddy/index.ts';
import { envoy } from './envoy/index.ts';
import { go } from './go/index.ts';
import { haproxy } from './haproxy/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { nginx } from './nginx/index.ts';

/** The shelf of dialects: one line each. */
const all = {
	haproxy,
	nginx,
	caddy,
	envoy,
	kubernetes,
	go
} satisfies Record<string, Dialect>;

export type DialectName = keyof typeof all;
export const dialects: Readonly<Record<DialectName, Dialect>> = all;
export const dialectNames = Object.keys(all) as readonly DialectName[];
