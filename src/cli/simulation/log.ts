import { closeSync, openSync, writeSync } from 'node:fs';
import type { Ear } from '#record/event.ts';
import { InputError } from '#record/input.ts';
import { headerLine } from '#record/recording.ts';
import { hostRulesOf } from '#record/rules.ts';
import type { Engine } from '#simulator/engine.ts';
import type { Scenario } from '#simulator/scenario.ts';

/** A run's events go to a file in pieces of this many characters. */
const piece = 65_536;

export interface Log {
	/** Write down all that an engine tells from now on. */
	readonly write: (engine: Engine) => void;
	/** All is in the file when this returns. @throws InputError when the disk is full. */
	readonly close: () => void;
}

/**
 * Writes a run as JSON Lines: a recording that `golangia replay` takes up, or, where a replay would lack what the
 * strategy went by, plain events without the header. @throws InputError when the file cannot be written.
 */
export function logTo(file: string, scenario: Scenario, seed: number): Log {
	const descriptor = guarded(file, () => openSync(file, 'w'));
	let text = isReplayable(scenario) ? `${headerOf(scenario, seed)}\n` : '';
	const flush = (): void => {
		guarded(file, () => writeSync(descriptor, text));
		text = '';
	};
	const ear: Ear = (event) => {
		text += `${JSON.stringify(event)}\n`;
		if (text.length >= piece) flush();
	};
	return {
		write: (engine) => void engine.listen(ear),
		close() {
			flush();
			closeSync(descriptor);
		}
	};
}

/**
 * A replay has one balancer, which picks for every request and sees its own counts only. Of a hedge that waited in its line
 * and was not needed nothing is told.
 */
export function isReplayable({ balancer, fanOut }: Scenario): boolean {
	const { gates, sees, perConnection, hedgeMs, queue } = balancer;
	const waits = hedgeMs !== null && queue !== null;
	return gates === 1 && sees === 'own' && perConnection === 1 && fanOut === 1 && !waits;
}

function headerOf({ strategy, balancer }: Scenario, seed: number): string {
	return headerLine({ strategy, seed, rules: hostRulesOf(balancer) });
}

function guarded<T>(file: string, deed: () => T): T {
	try {
		return deed();
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? String(error);
		throw new InputError(`--log "${file}" cannot be written (${code}): choose another file.`);
	}
}
