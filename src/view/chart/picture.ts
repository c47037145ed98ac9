/** What of an element's look must travel with it when it leaves the page and its style sheets. */
const looks = [
	'fill',
	'fill-opacity',
	'stroke',
	'stroke-width',
	'stroke-dasharray',
	'stroke-linejoin',
	'stroke-linecap',
	'opacity',
	'paint-order',
	'font-family',
	'font-size',
	'font-weight',
	'font-variant-numeric',
	'text-anchor',
	'dominant-baseline',
	'shape-rendering',
	'visibility'
];
const margin = 16;

/** A chart as a drawing of its own: its title above it, its colours and letters written into it, in the theme that is on. */
export function svgOf(chart: SVGSVGElement, title: string): string {
	const { width, height } = chart.getBoundingClientRect();
	const copy = chart.cloneNode(true) as SVGSVGElement;
	const originals = [chart, ...chart.querySelectorAll('*')];
	[copy, ...copy.querySelectorAll('*')].forEach((element, index) => {
		const original = originals[index];
		if (original === undefined) return;
		const style = getComputedStyle(original);
		for (const name of ['class', 'fill', 'stroke', 'stroke-dasharray']) element.removeAttribute(name);
		element.setAttribute('style', looks.map((look) => `${look}:${style.getPropertyValue(look)}`).join(';'));
	});
	const page = getComputedStyle(chart);
	const token = (name: string): string => page.getPropertyValue(name).trim();
	copy.setAttribute('x', String(margin));
	copy.setAttribute('y', String(margin + 24));
	copy.setAttribute('width', String(width));
	copy.setAttribute('height', String(height));
	copy.setAttribute('overflow', 'visible');
	const whole = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
	const [w, h] = [width + 2 * margin, height + 2 * margin + 24].map((pixels) => String(Math.ceil(pixels)));
	for (const [name, value] of Object.entries({ width: w, height: h, viewBox: `0 0 ${w ?? ''} ${h ?? ''}` }))
		whole.setAttribute(name, value ?? '');
	const ground = document.createElementNS(whole.namespaceURI, 'rect');
	ground.setAttribute('width', '100%');
	ground.setAttribute('height', '100%');
	ground.setAttribute('fill', token('--panel'));
	const caption = document.createElementNS(whole.namespaceURI, 'text');
	caption.setAttribute('x', String(margin));
	caption.setAttribute('y', String(margin + 10));
	caption.setAttribute('style', `font: 600 13px ${token('--font-ui')}; fill: ${token('--ink')}`);
	caption.textContent = title;
	whole.append(ground, caption, copy);
	return new XMLSerializer().serializeToString(whole);
}

/** The same drawing in pixels, two for each of the page's. @throws Error when the browser cannot draw it. */
export async function pngOf(svg: string): Promise<Blob> {
	const image = new Image();
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
	await image.decode();
	const canvas = document.createElement('canvas');
	canvas.width = image.naturalWidth * 2;
	canvas.height = image.naturalHeight * 2;
	canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
	return await new Promise((resolve, reject) => {
		canvas.toBlob((blob) => {
			if (blob === null) reject(new Error('This browser could not draw the picture.'));
			else resolve(blob);
		}, 'image/png');
	});
}

/** Hand a file to the reader. */
export function download(name: string, content: Blob): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(content);
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}

/** `Latency of the last five seconds` → `latency-of-the-last-five-seconds.csv`. */
export function fileName(title: string, kind: string): string {
	const words = title
		.toLowerCase()
		.replaceAll(/[^a-z0-9]+/g, '-')
		.replaceAll(/^-+|-+$/g, '')
		.slice(0, 60);
	return `${words === '' ? 'chart' : words}.${kind}`;
}
