import { InputError } from '#record/input.ts';

/** What a lesson's picture is called in its folder, and so in the link that shows it on a code host. */
export const pictureFile = 'picture.svg';
/** In bytes: a picture travels with the text of its lesson. */
export const largestPicture = 6144;

/** All that a drawing needs; whatever could run or fetch something is not among it. */
const drawing: ReadonlySet<string> = new Set(
	'svg g defs use path circle ellipse rect line polyline polygon clipPath'.split(' ')
);
const saying: ReadonlySet<string> = new Set(
	(
		'xmlns viewBox id href d cx cy r rx ry x y x1 y1 x2 y2 width height points transform opacity clip-path ' +
		'fill fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-dasharray'
	).split(' ')
);

/** What some attributes have to look like, and how an error says it. */
const forms: Readonly<Record<string, readonly [RegExp, string]>> = {
	id: [/^pic-[\w-]+$/, 'begin it with "pic-", for a page has other names too'],
	href: [/^#pic-[\w-]+$/, 'point to a part of the same picture, as in "#pic-castle"'],
	'clip-path': [/^url\(#pic-[\w-]+\)$/, 'point to a part of the same picture, as in "url(#pic-hill)"'],
	fill: [
		/^(none|var\(--[\w-]+, ?#[0-9a-f]{6}\))$/,
		'name a colour of src/view/tokens.css with its light value'
	],
	stroke: [
		/^(none|var\(--[\w-]+, ?#[0-9a-f]{6}\))$/,
		'name a colour of src/view/tokens.css with its light value'
	]
};

/**
 * The SVG of a lesson's picture as a page takes it in: nothing in it runs or is fetched, and `says`, the text alternative, stands for it.
 * @throws InputError with file and line for anything but a drawing in the project's colours.
 */
export function readPicture(text: string, file: string, says: string): string {
	const size = new TextEncoder().encode(text).length;
	if (size > largestPicture) {
		throw new InputError(
			`${file}: has ${String(size)} bytes: ${String(largestPicture)} are enough; draw once what repeats, and use it.`
		);
	}
	// A comment leaves its lines behind, so that places stay true.
	const bare = text.replace(/<!--[^]*?-->/g, (comment) => comment.replace(/[^\n]/g, '')).trimEnd();
	const refuse = (at: number, what: string): never => {
		const first = at + bare.slice(at).search(/\S|$/);
		const line = bare.slice(0, first).split('\n').length;
		throw new InputError(`${file}:${String(line)}: ${what}`);
	};
	let end = 0;
	const open: string[] = [];
	for (const { index, 0: tag, 1: close, 2: name = '', 3: attributes = '', 4: empty } of bare.matchAll(
		/<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/g
	)) {
		if (bare.slice(end, index).trim() !== '')
			refuse(end, 'has text or something unreadable: leave shapes alone.');
		if (end > 0 && open.length === 0) refuse(index, 'goes on after </svg>: leave one drawing.');
		if (!drawing.has(name)) refuse(index, `has <${name}>: draw with ${[...drawing].join(', ')}.`);
		if (end === 0 && !/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="/.test(tag)) {
			refuse(index, 'begin with <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320">.');
		}
		end = index + tag.length;
		if (close === '/') {
			const opened = open.pop() ?? 'nothing';
			if (opened !== name)
				refuse(index, `closes <${name}>, but what is open is <${opened}>: close that first.`);
			continue;
		}
		if (empty !== '/') open.push(name);
		for (const [, key = '', value = ''] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g)) {
			if (!saying.has(key)) refuse(index, `has the attribute "${key}": use ${[...saying].join(', ')}.`);
			const [form, remedy] = forms[key] ?? [/^/, ''];
			if (!form.test(value)) refuse(index, `has ${key}="${value}": ${remedy}.`);
		}
	}
	if (end === 0 || bare.slice(end).trim() !== '')
		refuse(end, 'is not SVG here: write elements with quoted attributes.');
	if (open.length > 0) refuse(end, `ends with <${String(open.at(-1))}> open: close it.`);
	const name = says.replace(/[&<>"]/g, (sign) => `&#${String(sign.charCodeAt(0))};`);
	return bare.trim().replace(/>\s+</g, '><').replace('<svg ', `<svg role="img" aria-label="${name}" `);
}

/** The link that shows the picture where lesson.md is read as it is: the first thing of the story. @throws InputError */
export function checkPictureLink(
	story: { readonly text: string; readonly line: number },
	file: string,
	says: string
): void {
	const link = `![${says}](${pictureFile})`;
	const [first = ''] = story.text.trimStart().split('\n');
	// A translation shows the picture of the lesson it translates.
	if (first.replace(/\((\.\.\/){2}\w+\/[\w-]+\//, '(') === link) return;
	throw new InputError(
		`${file}:${String(story.line)}: the story does not begin with its picture: begin with "${link}".`
	);
}
