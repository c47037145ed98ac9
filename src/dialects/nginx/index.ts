import type { Dialect } from '../dialect.ts';
import { lintNginx } from './lint.ts';
import { readNginx } from './read.ts';
import { writeNginx } from './write.ts';

/** NGINX 1.22's documentation (2022), and the program itself: tests/real plays what is written here. */
export const nginx: Dialect = {
	title: 'NGINX',
	file: 'nginx.conf',
	check: 'nginx -t -c $PWD/nginx.conf',
	proof:
		'Every preset and lesson is started in NGINX 1.22 itself, where strategies of its own pick as on the stage.',
	write: writeNginx,
	read: readNginx,
	lint: lintNginx,
	named: /\.conf$/,
	looks: /^\s*(upstream\s+\S+|http|server|events)\s*\{/m
};
