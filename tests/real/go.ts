import { spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackages } from '../../src/setup/balancers.js';

/** Where a lesson's Go goes in the file that stands around it, once for each piece. */
const marker = '// LESSON';

/** A lesson whose text has Go in it. */
export interface GoLesson {
	/** `03` */
	readonly number: string;
	readonly pieces: readonly string[];
}

/** The Go in a text's fenced blocks. */
export function goIn(markdown: string): readonly string[] {
	return [...markdown.matchAll(/^```go\n([^]*?)^```$/gm)].map(([, piece = '']) => piece);
}

/** Put the pieces where the markers are. @throws Error when there is not a marker for each. */
export function assembled({ number, pieces }: GoLesson, around: string): string {
	const parts = around.split(marker);
	if (parts.length !== pieces.length + 1) {
		throw new Error(
			`tests/real/go/${number}.go has ${String(parts.length - 1)} lines "${marker}" for ${String(pieces.length)} pieces of Go: write one for each.`
		);
	}
	return parts.map((part, index) => part + (pieces[index] ?? '')).join('');
}

/** Every lesson of this project that has Go in its text. */
export function goLessons(root: string): readonly GoLesson[] {
	return readdirSync(join(root, 'lessons/en')).flatMap((name) => {
		const file = join(root, 'lessons/en', name, 'lesson.md');
		const pieces = existsSync(file) ? goIn(readFileSync(file, 'utf8')) : [];
		return pieces.length === 0 ? [] : [{ number: name.slice(0, 2), pieces }];
	});
}

/** Go's version as [major, minor], installed by apt-get where it is missing and that may be done; else why there is none. */
export function provideGo(): readonly [number, number] | { readonly why: string } {
	const found = versionOfGo();
	if (found !== undefined) return found;
	const remedy = 'install it: sudo apt-get install golang-go';
	if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) {
		return { why: `Go is not on this machine; ${remedy}.` };
	}
	console.log('Installing Go by apt-get (a minute, once) …');
	const said = installPackages(['golang-go']);
	return versionOfGo() ?? { why: `Go is not here, and apt-get could not install it (${said}); ${remedy}.` };
}

function versionOfGo(): readonly [number, number] | undefined {
	const { stdout, error } = spawnSync('go', ['version'], { encoding: 'utf8' });
	const match = error === undefined ? /go(\d+)\.(\d+)/.exec(stdout) : null;
	return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

/** Compile the Go of every lesson. What is wrong, a text for each lesson; and what an old Go lacked and was declared for it. */
export function compileGo(
	root: string,
	[, minor]: readonly [number, number]
): {
	readonly compiled: number;
	readonly missing: readonly string[];
	readonly wrong: readonly string[];
	readonly lacking: readonly string[];
} {
	const folder = mkdtempSync(join(tmpdir(), 'golangia-go-'));
	try {
		writeFileSync(join(folder, 'go.mod'), `module lessons\n\ngo 1.${String(Math.min(minor, 22))}\n`);
		const { flags, lacking } = standIns(folder, minor);
		const lessons = goLessons(root);
		const around = (number: string): string => join(root, 'tests/real/go', `${number}.go`);
		const missing = lessons.map(({ number }) => number).filter((number) => !existsSync(around(number)));
		const wrong = lessons.flatMap((lesson) => {
			if (missing.includes(lesson.number)) return [];
			mkdirSync(join(folder, `l${lesson.number}`));
			const text = assembled(lesson, readFileSync(around(lesson.number), 'utf8'));
			const later = minor < 22 ? text.replace('"math/rand/v2"', '"lessons/rand"') : text;
			writeFileSync(join(folder, `l${lesson.number}`, 'lesson.go'), later);
			const env = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off', GOTOOLCHAIN: 'local' };
			const { status, stdout, stderr } = spawnSync('go', ['build', ...flags, `./l${lesson.number}`], {
				cwd: folder,
				env,
				encoding: 'utf8'
			});
			return status === 0 ? [] : [`lesson ${lesson.number}: ${stdout}${stderr}`];
		});
		return { compiled: lessons.length - missing.length, missing, wrong, lacking };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** Debian 12's Go is 1.19. What lessons use of a later library is declared for it, so that the rest is still compiled. */
export function standIns(
	folder: string,
	minor: number
): { flags: readonly string[]; lacking: readonly string[] } {
	const goroot = spawnSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).stdout.trim();
	const replace: Record<string, string> = {};
	const lacking: string[] = [];
	if (minor < 20) {
		lacking.push('httputil.ReverseProxy.Rewrite (Go 1.20)');
		const path = 'net/http/httputil/reverseproxy.go';
		const source = readFileSync(join(goroot, 'src', path), 'utf8');
		const field = 'type ReverseProxy struct {\n\tRewrite func(*ProxyRequest)\n';
		const file = join(folder, 'reverseproxy.overlay');
		writeFileSync(
			file,
			`${source.replace('type ReverseProxy struct {\n', field)}
type ProxyRequest struct{ In, Out *http.Request }

func (r *ProxyRequest) SetURL(target *url.URL) {}
func (r *ProxyRequest) SetXForwarded()         {}
`
		);
		replace[join(goroot, 'src', path)] = file;
	}
	if (minor < 22) {
		lacking.push('math/rand/v2 (Go 1.22)');
		mkdirSync(join(folder, 'rand'));
		const text = 'package rand\n\nfunc IntN(n int) int { return 0 }\nfunc Float64() float64 { return 0 }\n';
		writeFileSync(join(folder, 'rand', 'rand.go'), text);
	}
	if (lacking.length === 0) return { flags: [], lacking };
	const overlay = join(folder, 'overlay.json');
	writeFileSync(overlay, JSON.stringify({ Replace: replace }));
	return { flags: ['-overlay', overlay], lacking };
}
