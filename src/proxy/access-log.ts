import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { InputError } from '#record/input.ts';
import { numberText, quoted } from '#record/json-text.ts';
import type { Finished } from './server.ts';

export interface AccessLog {
	/** Give this to `Proxy.count`. */
	readonly count: (request: Finished) => void;
	/** Everything counted is in the file when this resolves. */
	close(): Promise<void>;
}

/** Lines go to the file in pieces of this many characters, or after half a second. */
const piece = 65_536;
const flushMs = 500;
/** More than this is not kept for a disk that does not keep up; what is lost then is counted. */
const mostWaiting = 16 << 20;

/**
 * A line for each request that is over: JSON, or Apache's common format. Values after a `?` are left out, since secrets
 * travel there. @throws InputError when the file cannot be written.
 */
export async function accessLog(
	file: string,
	form: 'json' | 'common',
	failed: (message: string) => void
): Promise<AccessLog> {
	const stream = createWriteStream(file, { flags: 'a' });
	try {
		await once(stream, 'open');
	} catch (error) {
		throw new InputError(
			`The access log "${file}" cannot be written (${codeOf(error)}): choose another file.`
		);
	}
	stream.on('error', (error) => {
		failed(`The access log "${file}" ends here (${codeOf(error)}); the proxy goes on.`);
	});
	const lineOf = form === 'json' ? jsonLine : commonLine;
	let text = '';
	let lost = 0;
	const flush = (): void => {
		if (text === '' || stream.destroyed) return;
		if (lost > 0) text += form === 'json' ? `{"lost":${String(lost)}}\n` : `# ${String(lost)} lines lost\n`;
		lost = 0;
		stream.write(text);
		text = '';
	};
	const timer = setInterval(flush, flushMs);
	timer.unref();
	return {
		count(request) {
			if (stream.writableLength > mostWaiting) {
				lost++;
				return;
			}
			text += lineOf(request);
			if (text.length >= piece) flush();
		},
		async close() {
			clearInterval(timer);
			if (stream.destroyed) return;
			flush();
			stream.end();
			await once(stream, 'close');
		}
	};
}

function jsonLine(request: Finished): string {
	const { reason, backend, firstByte } = request;
	return `{"time":"${isoTime(Date.now())}","client":${quoted(request.client)},"method":"${request.method}","target":${targetText(request.target)},"http":"${request.httpVersion}","status":${String(request.status)}${reason === undefined ? '' : `,"reason":"${reason}"`},"bytes":${String(request.bytes)}${backend === undefined ? '' : `,"backend":${quoted(backend)}`},"attempts":${String(request.attempts)},"ms":${numberText(request.latency)}${firstByte === undefined ? '' : `,"firstByteMs":${numberText(firstByte)}`}}\n`;
}

/** As JSON, in plain ASCII where the target is: a single other letter would double the memory of all lines that wait. */
function targetText(target: string): string {
	const whole = quoted(target);
	const query = whole.indexOf('?') + 1;
	if (query === 0) return whole;
	return `${whole.slice(0, query)}${whole.slice(query, -1).replace(/=[^&]*/g, '=\\u2026')}"`;
}

/** `host ident authuser [date] "request" status bytes`. */
function commonLine({ method, target, httpVersion, client, status, bytes }: Finished): string {
	const asked = `${method} ${withoutValues(target)} HTTP/${httpVersion}`.replace(/[\\"]/g, '\\$&');
	return `${client} - - [${commonTime(new Date())}] "${visible(asked)}" ${String(status)} ${String(bytes)}\n`;
}

/** `22/Nov/2026:15:35:32 +0000`. */
function commonTime(now: Date): string {
	const [, day = '', month = '', year = '', time = ''] =
		/^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? [];
	return `${day}/${month}/${year}:${time} +0000`;
}

let lastTime = NaN;
let lastIso = '';

/** Many requests end in one millisecond, and a date costs as much as the rest of a line. */
function isoTime(now: number): string {
	if (now !== lastTime) lastIso = new Date((lastTime = now)).toISOString();
	return lastIso;
}

function withoutValues(target: string): string {
	const query = target.indexOf('?') + 1;
	return query === 0 ? target : target.slice(0, query) + target.slice(query).replace(/=[^&]*/g, '=…');
}

/** Nothing a client sends may move a terminal's cursor. */
function visible(text: string): string {
	return text.replace(/[^ -~…]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException).code ?? String(error);
}
