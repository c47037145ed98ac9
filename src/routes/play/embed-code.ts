import { addressOf, type Address } from '#simulator/link.ts';
import { embedWords } from '#words/embed.ts';

/** HTML that shows a run inside another page. `room` is the address of the embed page. @throws InputError when the run is too long for a link. */
export function embedCode(room: URL, address: Address): string {
	const { scenario, difference } = address;
	const href = quoted(new URL(`?controls=time#${addressOf(address)}`, room).href);
	const title = quoted(scenario.title || embedWords.unnamed);
	const height = difference === undefined ? '520' : '900';
	return `<iframe src="${href}" title="${title}" width="100%" height="${height}" style="border:0" loading="lazy"></iframe>`;
}

/** As an attribute's value between quotation marks. */
function quoted(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
