/** Pixels within which two discs of one look are the same to the eye. */
const cell = 2;

/** Knows where something has been drawn in this frame, so that what would disappear beneath it can be left out. */
export class Cover {
	#columns = 0;
	#rows = 0;
	/** By look and cell, the frame in which it was last drawn on, and how large that was. */
	#frames = new Uint32Array(0);
	#radii = new Float64Array(0);
	#frame = 0;

	/** A new frame of this size, for so many looks. */
	begin(width: number, height: number, looks: number): void {
		const columns = Math.ceil(width / cell) + 1;
		const rows = Math.ceil(height / cell) + 1;
		this.#frame++;
		if (columns * rows * looks === this.#frames.length && columns === this.#columns) return;
		this.#columns = columns;
		this.#rows = rows;
		this.#frames = new Uint32Array(columns * rows * looks);
		this.#radii = new Float64Array(columns * rows * looks);
	}

	/** Whether one of this look, as large at least, is there already; if not, now it is. */
	hides(look: number, x: number, y: number, radius: number): boolean {
		const column = Math.floor(x / cell);
		const row = Math.floor(y / cell);
		if (column < 0 || row < 0 || column >= this.#columns || row >= this.#rows) return false;
		const place = (look * this.#rows + row) * this.#columns + column;
		if (this.#frames[place] === this.#frame && (this.#radii[place] ?? 0) >= radius) return true;
		this.#frames[place] = this.#frame;
		this.#radii[place] = radius;
		return false;
	}
}
