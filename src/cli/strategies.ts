import type { Command } from 'commander';
import { shelf, strategyNames } from '#balancer/strategies/index.ts';

/** `golangia strategies`: the shelf. */
export function registerStrategies(program: Command): void {
	program
		.command('strategies')
		.description('list the strategies with their knobs')
		.action(() => {
			console.log(strategyNames.map(entry).join('\n\n'));
		});
}

function entry(name: (typeof strategyNames)[number]): string {
	const { says, knobs, elsewhere } = shelf[name];
	const lines = [name, `  ${says}`];
	for (const [knob, { title, min, max, initial, unit }] of Object.entries(knobs)) {
		const counted = unit === undefined ? '' : ` ${unit}`;
		lines.push(`  --knob ${knob}=${String(initial)}  ${title}, ${String(min)} to ${String(max)}${counted}`);
	}
	const others = Object.entries(elsewhere).map(([product, words]) => `${product}: ${words}`);
	if (others.length > 0) lines.push(`  elsewhere  ${others.join('; ')}`);
	return lines.join('\n');
}
