import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './page.ts';

/** That axe finds nothing to object to, in the whole page or within `part` (CSS), by all its rules or by `rule`. */
export async function noObjections(
	page: Page,
	{ part, rule }: { readonly part?: string; readonly rule?: string } = {}
): Promise<void> {
	// What is not legacy opens one more page, to put frames together; no page of ours frames another.
	const axe = new AxeBuilder({ page }).setLegacyMode();
	if (part !== undefined) axe.include(part);
	if (rule !== undefined) axe.withRules(rule);
	const { violations } = await axe.analyze();
	expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
}
