import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from '#dialects/dialect.ts';
import { textOf } from '#dialects/dialect.ts';
import { provideGo, standIns } from '../go.ts';
import { startProgram, type Running } from '../program.ts';

export type ExportProduct = 'haproxy' | 'nginx' | 'caddy' | 'go';

/** How a product looks at what was written for it, and runs it. */
export interface Runner {
	/** What it says of those in the folder, below these names, that it will not have: a sentence each. */
	check(program: string, folder: string, names: readonly string[]): readonly string[];
	start(program: string, folder: string, port: number, hear?: (text: string) => void): Promise<Running>;
}

export function place({ files }: Written, folder: string): void {
	mkdirSync(folder, { recursive: true });
	for (const file of files) writeFileSync(join(folder, file.name), textOf(file));
}

/** Run it to its end, and hear what it says. */
export function said(
	program: string,
	args: readonly string[],
	folder: string,
	env: NodeJS.ProcessEnv = {}
): { readonly well: boolean; readonly text: string } {
	const { status, stdout, stderr } = spawnSync(program, args, {
		cwd: folder,
		env: { ...process.env, ...env },
		encoding: 'utf8',
		timeout: 600_000
	});
	return { well: status === 0, text: `${stdout}${stderr}`.trim() || `it ended with ${String(status)}` };
}

function oneByOne(complaint: (program: string, folder: string) => string): Runner['check'] {
	return (program, folder, names) =>
		names.flatMap((name) => {
			const text = complaint(program, join(folder, name));
			return text === '' ? [] : [`${name}: ${text}`];
		});
}

const nginxArgs = (folder: string): readonly string[] => [
	...['-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')],
	...['-g', `pid ${join(folder, 'nginx.pid')}; daemon off;`]
];

const caddyEnv = (folder: string): NodeJS.ProcessEnv => ({
	XDG_DATA_HOME: folder,
	XDG_CONFIG_HOME: folder,
	CADDY_ADMIN: 'localhost:0'
});

/** Debian keeps its packages' sources where a workspace of before modules is. */
export const goPath = '/usr/share/gocode';
export const goEnv = (): NodeJS.ProcessEnv => ({
	GO111MODULE: 'off',
	GOPATH: goPath,
	GOFLAGS: '',
	CGO_ENABLED: '1'
});

function laterGo(folder: string): readonly string[] {
	const version = provideGo();
	return 'why' in version ? [] : standIns(folder, version[1]).flags;
}

export const runners: Readonly<Record<ExportProduct, Runner>> = {
	haproxy: {
		check: oneByOne((program, folder) => {
			const { well, text } = said(program, ['-c', '-f', 'haproxy.cfg'], folder);
			return well && !/\[(WARNING|ALERT)\]/.test(text) ? '' : text;
		}),
		start: (program, folder, port, hear) =>
			startProgram(program, ['-db', '-f', join(folder, 'haproxy.cfg')], port, { ...(hear && { hear }) })
	},
	nginx: {
		check: oneByOne((program, folder) => {
			const { well, text } = said(program, ['-t', ...nginxArgs(folder)], folder);
			return well ? '' : text;
		}),
		start: (program, folder, port) => startProgram(program, nginxArgs(folder), port, { signal: 'SIGTERM' })
	},
	caddy: {
		check: oneByOne((program, folder) => {
			const args = ['validate', '--adapter', 'caddyfile', '--config', 'Caddyfile'];
			const { well, text } = said(program, args, folder, caddyEnv(folder));
			return well ? '' : text;
		}),
		start: (program, folder, port) =>
			startProgram(program, ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')], port, {
				env: caddyEnv(folder)
			})
	},
	go: {
		check(program, folder, names) {
			if (!existsSync(join(goPath, 'src/github.com/gorilla/mux')))
				return ['gorilla/mux is not on this machine: sudo apt-get install golang-github-gorilla-mux-dev'];
			const packages = names.map((name) => `./${name}`);
			const call = (...args: readonly string[]): readonly string[] => {
				const { well, text } = said(program, args, folder, goEnv());
				return well ? [] : [`go ${args[0] ?? ''}: ${text}`];
			};
			const unformatted = spawnSync('gofmt', ['-l', ...names], { cwd: folder, encoding: 'utf8' }).stdout;
			return [
				...(unformatted === '' ? [] : [`gofmt would write it otherwise: ${unformatted}`]),
				...call('vet', ...packages),
				// The half that is for a later Go than Debian's.
				...call('vet', '-tags', 'go1.20', ...laterGo(folder), ...packages),
				...call('test', '-race', ...packages)
			];
		},
		start(program, folder, port, hear) {
			const { well, text } = said(program, ['build', '-race', '-o', 'gate', '.'], folder, goEnv());
			if (!well) throw new Error(text);
			return startProgram(join(folder, 'gate'), [], port, { ...(hear && { hear }) });
		}
	}
};
