import { colourTokens } from '../shelf/groups.ts';
import type { Palette } from './paint.ts';

/** Reads the colours of the theme in force at `element` for a strategy's discs. */
export function paletteOf(element: Element, strategy: string): Palette {
	const style = getComputedStyle(element);
	return paletteFrom((name) => style.getPropertyValue(name).trim(), strategy);
}

/** The same from anywhere that knows custom properties by their names; an unknown one is empty. */
export function paletteFrom(valueOf: (name: string) => string, strategy: string): Palette {
	const value = (name: string, otherwise: string): string => valueOf(name) || otherwise;
	const ink = value('--ink', '#000000');
	const panel = value('--panel', '#ffffff');
	return {
		inks: {
			disc: pixelOf(colourTokens(strategy).reduceRight((otherwise, token) => value(token, otherwise), ink)),
			panel: pixelOf(panel),
			ink: pixelOf(ink),
			bad: pixelOf(value('--bad', ink))
		},
		panel,
		ink,
		font: value('--font-ui', 'sans-serif')
	};
}

/** A colour as the theme writes it, `#rrggbb`, as a pixel: alpha, blue, green and red from the highest byte down. Black where it is none. */
export function pixelOf(css: string): number {
	const rgb = /^#[\da-f]{6}$/i.test(css) ? parseInt(css.slice(1), 16) : 0;
	return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
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
