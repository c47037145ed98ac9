/** When active checks, such as a request to a health page, change somebody's mind. */
export interface CheckRules {
	/** Bad ones in a row that take a backend out. */
	readonly fall: number;
	/** Good ones in a row that bring it back. */
	readonly rise: number;
}

/** One judge for one backend, which is up to begin with. */
export class CheckJudge {
	#rules: CheckRules;
	#isUp = true;
	#against = 0;

	constructor(rules: CheckRules) {
		this.#rules = rules;
	}

	/** A check came out well or badly. What changes, if anything. */
	hear(good: boolean): 'down' | 'up' | undefined {
		if (good === this.#isUp) {
			this.#against = 0;
			return undefined;
		}
		this.#against++;
		if (this.#against < (this.#isUp ? this.#rules.fall : this.#rules.rise)) return undefined;
		this.#isUp = good;
		this.#against = 0;
		return good ? 'up' : 'down';
	}
}
