import type { Dialect } from '../dialect.ts';
import { lintHaproxy } from './lint.ts';
import { readHaproxy } from './read.ts';
import { writeHaproxy } from './write.ts';

/** HAProxy 2.6's configuration manual (2022), and the program itself: tests/real plays what is written here. */
export const haproxy: Dialect = {
	title: 'HAProxy',
	file: 'haproxy.cfg',
	check: 'haproxy -c -f haproxy.cfg',
	proof:
		'Every preset and lesson is started in HAProxy 2.6 itself, where strategies of its own pick as on the stage.',
	write: writeHaproxy,
	read: readHaproxy,
	lint: lintHaproxy,
	named: /\.cfg$/,
	// A section has a name and no braces, and no line of it ends like one of NGINX's or Go's.
	looks:
		/^\s*(global|defaults|(frontend|backend|listen|defaults)[ \t]+[\w.:*-]+([ \t]+[\w.:*-]+)*)[ \t\r]*(#.*)?$/m
};
