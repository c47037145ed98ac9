import type { DialectName } from './index.ts';

/** Whose configuration a text looks like; undefined for an empty one. */
export function guessDialect(text: string): DialectName | undefined {
	if (text.trim() === '') return undefined;
	if (/^\s*package \w+/m.test(text)) return 'go';
	if (/^\s*(upstream\s+\S+|http|server|events)\s*\{/m.test(text)) return 'nginx';
	if (/^\s*(global|defaults|frontend|backend|listen)\b[^{]*$/m.test(text)) return 'haproxy';
	return 'caddy';
}
