import { colourTokens } from '../shelf/groups.ts';
import type { Palette } from './paint.ts';

/** Reads the colours of the theme in force at `element` for a strategy's discs. */
export function paletteOf(element: Element, strategy: string): Palette {
	const style = getComputedStyle(element);
	const value = (name: string, otherwise: string): string => style.getPropertyValue(name).trim() || otherwise;
	const ink = value('--ink', '#000');
	return {
		disc: colourTokens(strategy).reduceRight((otherwise, token) => value(token, otherwise), ink),
		panel: value('--panel', '#fff'),
		ink,
		bad: value('--bad', ink),
		font: value('--font-ui', 'sans-serif')
	};
}

/** Calls back whenever the theme may have changed, by the page's switch or the system's. Call what is returned to stop. */
export function onThemeChange(changed: () => void): () => void {
	const observer = new MutationObserver(changed);
	observer.observe(document.documentElement, {
		attributes: true,
		attributeFilter: ['data-theme', 'class', 'style']
	});
	const system = matchMedia('(prefers-color-scheme: dark)');
	system.addEventListener('change', changed);
	return () => {
		observer.disconnect();
		system.removeEventListener('change', changed);
	};
}
