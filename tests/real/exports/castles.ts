import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examples } from '#dialects/examples.ts';
import { edited } from '#dialects/edit.ts';
import { dialects, type DialectName } from '#dialects/index.ts';
import { textOf, type Finding } from '#dialects/dialect.ts';
import { companions } from '#dialects/go/companions.ts';
import { Farm } from '../farm.ts';
import { takePorts } from './ports.ts';
import { runners, type ExportProduct } from './programs.ts';

/** The file that many begin with. */
export function firstFile(dialect: DialectName): string {
	return examples.find((example) => example.dialect === dialect)?.text ?? '';
}

/** With the linter's fixes made one after the other, as long as `wanted` wants them. */
export function mended(
	dialect: DialectName,
	text: string,
	wanted: (finding: Finding) => boolean = () => true
): string {
	for (let better = text; ;) {
		const next = dialects[dialect].lint?.(better).find(wanted);
		if (next === undefined) return better;
		better = edited(better, next.fix);
	}
}

export interface Castles {
	readonly farm: Farm;
	readonly port: number;
	/** When the program first said something like this, by `performance.now()`; undefined when it has not. */
	readonly said: (what: RegExp) => number | undefined;
	/** All that it has said. */
	readonly all: () => string;
}

/** Such a file before two castles, on ports of our own. `dark`: neither is there when it starts. */
export async function withCastles<T>(
	product: ExportProduct,
	text: string,
	program: string,
	folder: string,
	play: (castles: Castles) => Promise<T>,
	dark = false
): Promise<T> {
	const port = takePorts(3);
	const own = join(folder, `castles-${String(port)}`);
	mkdirSync(own);
	const local = text
		.replace('*:8080', ':8080')
		.replace(':8080', `127.0.0.1:${String(port)}`)
		.replaceAll('localhost:8000', `127.0.0.1:${String(port + 1)}`)
		.replaceAll('localhost:8001', `127.0.0.1:${String(port + 2)}`);
	writeFileSync(join(own, dialects[product].file), local);
	// The whole program, which is the linter's last fix, comes in several files.
	if (local.includes('newProxy('))
		for (const file of companions) writeFileSync(join(own, file.name), textOf(file));
	const farm = new Farm(
		[1, 2].map((n) => ({ name: `castle${String(n)}`, address: `127.0.0.1:${String(port + n)}`, weight: 1 }))
	);
	if (!dark) await farm.open();
	const heard: { readonly at: number; readonly text: string }[] = [];
	const running = await runners[product].start(program, own, port, (text) =>
		heard.push({ at: performance.now(), text })
	);
	try {
		return await play({
			farm,
			port,
			said: (what) => heard.find(({ text }) => what.test(text))?.at,
			all: () => heard.map(({ text }) => text).join('')
		});
	} finally {
		await running.stop();
		farm.close();
	}
}
