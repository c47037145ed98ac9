/** One text for each form of number that a language tells apart; `#` stands for the number. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };

/**
 * Words that depend on a number, by the language's own rules: with `counting('en')`,
 * `counted({ one: '# lesson', other: '# lessons' })(1200)` is "1,200 lessons".
 */
export function counting(language: string): (forms: Forms) => (count: number) => string {
	const rules = new Intl.PluralRules(language);
	const written = new Intl.NumberFormat(language);
	return (forms) => (count) =>
		(forms[rules.select(count)] ?? forms.other).replaceAll('#', written.format(count));
}
