/** About what Inter needs for a text, in pixels: a layout guess, used before there is a page to measure on. */
export function widthOf(text: string, size = 12, bold = false): number {
	return Math.ceil(text.length * size * (bold ? 0.6 : 0.56));
}

/** The centre a label wants and the room it takes, in pixels. */
export interface Wanted {
	readonly y: number;
	readonly height: number;
}

/**
 * Centres for labels that must not overlap, as near as they can be to where they want to be and in the same order.
 * Overlapping neighbours are pooled into a block around the mean of their wishes (isotonic regression by pooling
 * adjacent violators; Ayer et al. 1955). Where there is too little room for all they share it evenly.
 */
export function dodge(wanted: readonly Wanted[], top: number, bottom: number): number[] {
	const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a]?.y ?? 0) - (wanted[b]?.y ?? 0) || a - b);
	const need = wanted.reduce((sum, { height }) => sum + height, 0);
	const squeeze = need > bottom - top ? (bottom - top) / need : 1;
	const blocks: { start: number; height: number; wish: number; members: number[] }[] = [];
	for (const i of order) {
		const { y, height } = wanted[i] ?? { y: 0, height: 0 };
		let block = {
			start: y - (height * squeeze) / 2,
			height: height * squeeze,
			wish: y - (height * squeeze) / 2,
			members: [i]
		};
		block.start = clamp(block.wish, top, bottom - block.height);
		for (
			let above = blocks.at(-1);
			above !== undefined && above.start + above.height > block.start;
			above = blocks.at(-1)
		) {
			blocks.pop();
			const members = [...above.members, ...block.members];
			// A member further down wishes its block to start higher by what lies above it.
			const wish =
				(above.wish * above.members.length + (block.wish - above.height) * block.members.length) /
				members.length;
			const both = above.height + block.height;
			block = { start: clamp(wish, top, bottom - both), height: both, wish, members };
		}
		blocks.push(block);
	}
	const centres = new Array<number>(wanted.length).fill(top);
	for (const { start, members } of blocks) {
		let y = start;
		for (const i of members) {
			const height = (wanted[i]?.height ?? 0) * squeeze;
			centres[i] = y + height / 2;
			y += height;
		}
	}
	return centres;
}

/**
 * Where along a horizontal line a label of this width disturbs least: the left edge of the place whose nearest
 * mark is furthest. `marks` are the drawn points in pixels; ties go to the left, where reading begins.
 */
export function roomiest(
	marks: readonly (readonly [x: number, y: number])[],
	y: number,
	width: number,
	left: number,
	right: number
): number {
	let best = left;
	let bestGap = -1;
	for (let i = 0; i <= 6; i++) {
		const start = left + ((right - left - width) * i) / 6;
		let gap = 40;
		for (const [markX, markY] of marks) {
			if (markX >= start - 4 && markX <= start + width + 4) gap = Math.min(gap, Math.abs(markY - y));
		}
		if (gap > bestGap + 0.5) {
			best = start;
			bestGap = gap;
		}
	}
	return best;
}

function clamp(value: number, low: number, high: number): number {
	return Math.max(low, Math.min(value, Math.max(low, high)));
}
