import type { Dialect } from '../dialect.ts';
import { lintGo } from './lint.ts';
import { readGo } from './read.ts';
import { writeGo } from './write.ts';

/** net/http/httputil and gorilla/mux, a program of one's own. */
export const go: Dialect = {
	title: 'Go',
	file: 'main.go',
	check: 'go vet && go build -race',
	write: writeGo,
	read: readGo,
	lint: lintGo
};
