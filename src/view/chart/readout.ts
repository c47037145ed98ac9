/** One number of a run, written out: the caller formats, so that "never" and "–" are said as such. */
export interface Readout {
	readonly label: string;
	readonly value: string;
	readonly unit?: string;
	/** Requests behind it. */
	readonly n?: string;
	/** Below the value in place of the count, such as "of 1,804". */
	readonly note?: string;
	/** Too few requests to lean on. */
	readonly unsure?: boolean;
}
