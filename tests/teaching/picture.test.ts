import { expect, test } from 'vitest';
import { InputError } from '#record/input.ts';
import { checkPictureLink, largestPicture, readPicture } from '#teaching/picture.ts';

const inside = '<path fill="var(--stone,#cfc4ae)" d="M0 0h640"/>';
const picture = (shapes: string): string =>
	`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320">\n<!-- A\nroad. -->\n${shapes}\n</svg>\n`;

test('a picture goes into the page as it was drawn, with its text alternative and without its comments', () => {
	expect(readPicture(picture(inside), 'picture.svg', 'A "road" & <more>')).toBe(
		'<svg role="img" aria-label="A &#34;road&#34; &#38; &#60;more&#62;" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320">' +
			`${inside}</svg>`
	);
});

test.each([
	['<script>alert(1)</script>', 'has <script>: draw with svg, g'],
	['<foreignObject/>', 'has <foreignObject>: draw with'],
	['<image href="https://a.example/x.png"/>', 'has <image>: draw with'],
	['<style>@import "x"</style>', 'has <style>: draw with'],
	['<a href="#pic-a"><path d="M0 0"/></a>', 'has <a>: draw with'],
	['<path onload="alert(1)" d="M0 0"/>', 'has the attribute "onload": use xmlns'],
	['<path style="fill:red" d="M0 0"/>', 'has the attribute "style": use xmlns'],
	['<use href="https://a.example/x.svg#a"/>', 'point to a part of the same picture'],
	['<use xlink:href="#pic-a"/>', 'has the attribute "xlink:href"'],
	['<path fill="url(https://a.example/x)"/>', 'name a colour of src/view/tokens.css'],
	['<path fill="#ff0000"/>', 'name a colour of src/view/tokens.css'],
	['<path id="main"/>', 'has id="main": begin it with "pic-"'],
	["<path d='M0 0'/>", 'has text or something unreadable'],
	['words', 'has text or something unreadable'],
	['&lt;script>', 'has text or something unreadable'],
	['<g><path d="M0 0"/>', 'closes <svg>, but what is open is <g>: close that first.'],
	['</svg><path d="M0 0"/>', 'goes on after </svg>']
])('%s in a picture is refused on its line', (shapes, reason) => {
	const read = (): string => readPicture(picture(shapes), 'picture.svg', 'A road.');
	expect(read).toThrow(InputError);
	expect(read).toThrow(reason);
	expect(read).toThrow(/^picture\.svg:[345]: /);
});

test.each([
	['', 'picture.svg:1: is not SVG here'],
	['<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', 'picture.svg:1: has text or something unreadable'],
	['<svg viewBox="0 0 1 1"></svg>', 'picture.svg:1: begin with <svg xmlns='],
	['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">', 'ends with <svg> open: close it.'],
	[picture(inside).replace('</svg>', '</svg>more'), 'picture.svg:5: is not SVG here']
])('%j is no picture', (text, reason) => {
	expect(() => readPicture(text, 'picture.svg', 'A road.')).toThrow(reason);
});

test('a picture that is too large is refused with its size', () => {
	const large = picture(inside.repeat(200));
	expect(() => readPicture(large, 'picture.svg', 'A road.')).toThrow(
		`picture.svg: has ${String(large.length)} bytes: ${String(largestPicture)} are enough`
	);
});

test('the story begins with the picture, in the words of its text alternative', () => {
	const story = { text: '\n![A road.](picture.svg)\n\nOnce.', line: 4 };
	expect(() => {
		checkPictureLink(story, 'lesson.md', 'A road.');
	}).not.toThrow();
	expect(() => {
		checkPictureLink(story, 'lesson.md', 'Another.');
	}).toThrow(
		'lesson.md:4: the story does not begin with its picture: begin with "![Another.](picture.svg)".'
	);
});
