/** What a replay found: how many decisions agree, and the first that does not, in one sentence. */
export interface Comparison {
	readonly same: number;
	readonly total: number;
	readonly difference?: string;
}
