import type { Handle } from '@sveltejs/kit';
import { htmlLanguage } from '#words/language.ts';

/** The three files every page is set in; the italic and the mono wait until something needs them. */
const setting = /\/(fraunces|inter|newsreader)-[^/]*-normal\./;

/**
 * Says the page's language, and lets the browser ask for those files before it has read the style sheets; where there is
 * more to do than to read, scripts come first.
 */
export const handle: Handle = ({ event, resolve }) =>
	resolve(event, {
		transformPageChunk: ({ html }) => html.replace('%language%', htmlLanguage),
		preload: ({ type, path }) =>
			type === 'js' || type === 'css' || (type === 'font' && setting.test(path) && event.route.id !== '/play')
	});
