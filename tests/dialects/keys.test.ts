import { expect, test } from 'vitest';
import { textOf } from '#dialects/dialect.ts';
import { dialects } from '#dialects/index.ts';
import { planWith } from './arbitrary.ts';

const servers = ['A', 'B'].map((id, index) => ({
	id,
	address: `10.0.0.${String(index + 1)}:80`,
	weight: 1,
	limit: null,
	backup: false
}));

// An address is what these look at by themselves; whose key is a header must not be sent by it.
test.each([
	['nginx', 'ip-hash', /hash \$http_x_session/],
	['haproxy', 'haproxy-source', /balance hdr\(x-session\)/],
	['haproxy', 'haproxy-source-consistent', /balance hdr\(x-session\)/]
] as const)('%s does not write %s for a key that is a header', (product, name, expected) => {
	const plan = planWith({
		servers,
		strategy: { name, knobs: {} },
		key: { by: 'header', name: 'x-session' }
	});
	const { files, notes } = dialects[product].write(plan);
	expect(files.map(textOf).join('')).toMatch(expected);
	expect(notes.join(' ')).toContain('decides here too, but');
});
