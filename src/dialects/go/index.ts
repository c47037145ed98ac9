import type { Dialect } from '../dialect.ts';
import { lintGo } from './lint.ts';
import { readGo } from './read.ts';
import { check, writeGo } from './write.ts';

/** net/http/httputil and gorilla/mux, a program of one's own. */
export const go: Dialect = {
	title: 'Go',
	file: 'main.go',
	check,
	proof:
		'Every preset and lesson is built with Go 1.19 and its race detector; what it has of ours picks as on the stage.',
	write: writeGo,
	read: readGo,
	lint: lintGo,
	named: /\.go$/,
	looks: /^\s*package \w+/m
};
