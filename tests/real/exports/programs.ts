import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Written } from '#dialects/dialect.ts';
import { textOf } from '#dialects/dialect.ts';
import { startProgram, type Running } from '../program.ts';

export type ExportProduct = 'haproxy' | 'nginx' | 'caddy' | 'go';

/** How a product looks at what was written for it, and runs it. */
export interface Runner {
	/** What it says when it will not have it; '' when it will. */
	check(program: string, folder: string): string;
	start(program: string, folder: string, port: number, hear?: (text: string) => void): Promise<Running>;
}

export function place({ files }: Written, folder: string): void {
	mkdirSync(folder, { recursive: true });
	for (const file of files) writeFileSync(join(folder, file.name), textOf(file));
}

function said(program: string, args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}): string {
	const { status, stdout, stderr } = spawnSync(program, args, {
		cwd: folder,
		env: { ...process.env, ...env },
		encoding: 'utf8',
		timeout: 300_000
	});
	return status === 0 ? '' : `${stdout}${stderr}`.trim() || `it ended with ${String(status)}`;
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
const goPath = '/usr/share/gocode';
const goEnv = (): NodeJS.ProcessEnv => ({
	GO111MODULE: 'off',
	GOPATH: goPath,
	GOFLAGS: '',
	CGO_ENABLED: '1'
});

export const runners: Readonly<Record<ExportProduct, Runner>> = {
	haproxy: {
		check: (program, folder) => said(program, ['-c', '-f', 'haproxy.cfg'], folder),
		start: (program, folder, port, hear) =>
			startProgram(program, ['-db', '-f', join(folder, 'haproxy.cfg')], port, { ...(hear && { hear }) })
	},
	nginx: {
		check: (program, folder) => said(program, ['-t', ...nginxArgs(folder)], folder),
		start: (program, folder, port) => startProgram(program, nginxArgs(folder), port, { signal: 'SIGTERM' })
	},
	caddy: {
		check: (program, folder) =>
			said(
				program,
				['validate', '--adapter', 'caddyfile', '--config', 'Caddyfile'],
				folder,
				caddyEnv(folder)
			),
		start: (program, folder, port) =>
			startProgram(program, ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')], port, {
				env: caddyEnv(folder)
			})
	},
	go: {
		check(program, folder) {
			if (!existsSync(join(goPath, 'src/github.com/gorilla/mux')))
				return 'gorilla/mux is not on this machine: sudo apt-get install golang-github-gorilla-mux-dev';
			const unformatted = spawnSync('gofmt', ['-l', '.'], { cwd: folder, encoding: 'utf8' }).stdout;
			if (unformatted !== '') return `gofmt would write it otherwise: ${unformatted}`;
			return said(program, ['vet', '.'], folder, goEnv());
		},
		start(program, folder, port, hear) {
			const wrong = said(program, ['build', '-race', '-o', 'gate', '.'], folder, goEnv());
			if (wrong !== '') throw new Error(wrong);
			return startProgram(join(folder, 'gate'), [], port, { ...(hear && { hear }) });
		}
	}
};
