import { numberText, quoted } from '#record/json-text.ts';
import { LineFile } from './line-file.ts';
import type { Finished } from './server.ts';

export interface AccessLog {
	/** Give this to `Proxy.count`. */
	readonly count: (request: Finished) => void;
	/** Everything counted is in the file when this resolves. */
	close(): Promise<void>;
}

/** More bytes than this are not kept for a disk that does not keep up; what is lost then is counted. */
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
	const lines = new LineFile({ what: 'access log', file, append: true, failed });
	await lines.open();
	const lineOf = form === 'json' ? jsonLine : commonLine;
	let lost = 0;
	return {
		count(request) {
			if (lines.behind > mostWaiting) {
				lost++;
				return;
			}
			if (lost > 0)
				lines.add(form === 'json' ? `{"lost":${String(lost)}}\n` : `# ${String(lost)} lines lost\n`);
			lost = 0;
			lines.add(lineOf(request));
		},
		close: () => lines.close()
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

let second = NaN;
let untilSecond = '';

/** Many requests end in one second, and a date costs as much as the rest of a line. */
function isoTime(now: number): string {
	const millis = now % 1000;
	if (now - millis !== second) untilSecond = new Date((second = now - millis)).toISOString().slice(0, 20);
	return `${untilSecond}${String(millis).padStart(3, '0')}Z`;
}

function withoutValues(target: string): string {
	const query = target.indexOf('?') + 1;
	return query === 0 ? target : target.slice(0, query) + target.slice(query).replace(/=[^&]*/g, '=…');
}

/** Nothing a client sends may move a terminal's cursor. */
function visible(text: string): string {
	return text.replace(/[^ -~…]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
