import type { Dialect } from '../dialect.ts';
import { lintCaddy } from './lint.ts';
import { readCaddy } from './read.ts';
import { writeCaddy } from './write.ts';

/** Caddy 2.6's documentation (2022), and the program itself: tests/real plays what is written here. */
export const caddy: Dialect = {
	title: 'Caddy',
	file: 'Caddyfile',
	check: 'caddy validate --adapter caddyfile --config Caddyfile',
	proof:
		'Every preset and lesson is started in Caddy 2.6 itself, where strategies of its own pick as on the stage.',
	write: writeCaddy,
	read: readCaddy,
	lint: lintCaddy,
	named: /caddyfile/
};
