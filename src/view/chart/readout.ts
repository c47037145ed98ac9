/** One number of a run, written out: the caller formats, so that "never" and "–" are said as such. */
export interface Readout {
	readonly label: string;
	readonly value: string;
	readonly unit?: string;
	/** Requests behind it. */
	readonly n?: string;
	/** Too few requests to lean on. */
	readonly unsure?: boolean;
}
