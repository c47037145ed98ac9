import { pushState, replaceState } from '$app/navigation';
import { resolve } from '$app/paths';
import { InputError } from '#record/input.ts';
import { addressOf, readAddress } from '#simulator/link.ts';
import type { Playground } from './playground.svelte.ts';
import { openingScenario } from './scenario.ts';

/** What stands behind the # of the playground's page: what is done goes there, and what stands there is shown. */
export class AddressBar {
	#play: Playground;
	/** What stands there now, and how it would be written of what it shows, without a moment. */
	#written = '';
	#plain = '';

	constructor(play: Playground) {
		this.#play = play;
	}

	/** Nothing was done yet, so that nothing needs an address. */
	get isEmpty(): boolean {
		return this.#written === '';
	}

	/** A step back in the browser goes to what was there before. */
	push(): void {
		this.#write(pushState);
	}

	/** In place of what stands there; with the moment, where one is given. */
	replace(at?: number): void {
		this.#write(replaceState, at);
	}

	/** @returns whether there is something else to be seen now; bad input changes nothing but the playground's `trouble`. */
	read(): boolean {
		const hash = location.hash.slice(1);
		if (hash === this.#written) return false;
		let isNew = false;
		this.#play.try(() => {
			const next = readAddress(hash);
			// Another anchor of the page is no run.
			if (next === undefined && hash !== '') return;
			this.#play.arrive(next ?? { scenario: openingScenario() });
			this.#written = next === undefined ? '' : hash;
			this.#plain = this.#addressAt();
			isNew = true;
		});
		return isNew;
	}

	#write(write: typeof pushState, at?: number): void {
		const next = this.#addressAt(at);
		// As long as nothing else is done, a link stays as it came, with its moment.
		if (next === '' || next === this.#written || (at === undefined && next === this.#plain)) return;
		this.#written = next;
		this.#plain = this.#addressAt();
		// With the page's own slash: only then is a step back a step to another #.
		write(resolve(`/play/#${next}`), {});
	}

	/** Empty where it is too long for an address bar; a link that is asked for says so. */
	#addressAt(at?: number): string {
		try {
			return addressOf({ ...this.#play.state, at });
		} catch (error) {
			if (!(error instanceof InputError)) throw error;
			return '';
		}
	}
}
