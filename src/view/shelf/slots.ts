/** Which slots of a table are shown, and in how many columns. */
export interface SlotGrid {
	readonly from: number;
	readonly to: number;
	readonly columns: number;
}

/** Up to this many are shown all; of larger tables only a part. */
const most = 360;
/** The part of a large table: rows of so many slots. */
const columns = 15;
const rows = 7;

/** All slots of a table, or whole rows of it with the slot that was hit in the middle one. */
export function slotGrid(size: number, hit: number): SlotGrid {
	if (size <= 24) return { from: 0, to: size, columns: Math.max(1, Math.min(size, 12)) };
	if (size <= most) return { from: 0, to: size, columns: Math.ceil(Math.sqrt(size * 1.3)) };
	const row = Math.floor(hit / columns) - Math.floor(rows / 2);
	const from = Math.max(0, Math.min(row, Math.ceil(size / columns) - rows)) * columns;
	return { from, to: Math.min(size, from + rows * columns), columns };
}
