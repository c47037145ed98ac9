import { connect } from 'node:net';
import { callHeader, holdHeader, nameHeader } from './farm.ts';
import type { Input, Script } from './script.ts';

/** The header in which NGINX tells the addresses it has tried, where there is one. */
export const triedHeader = 'x-tried';

/** What came back, once the balancer has closed the connection. */
export interface Answer {
	readonly status: number;
	/** The machine that answered; null when the balancer answered itself. */
	readonly server: string | null;
	/** Addresses, in order; empty where the balancer does not tell them. */
	readonly tried: readonly string[];
}

/**
 * Send one request to the balancer's Unix socket, in the words of the PROXY protocol (HAProxy, 2010), which lets a
 * script say what the client's address is.
 */
export function send(
	door: string,
	{ input: carries, options }: Pick<Script, 'input' | 'options'>,
	request: { readonly call: string; readonly hold: boolean; readonly input: Input }
): Promise<Answer> {
	const { call, hold, input } = request;
	const from = carries === 'src' && input !== null ? input : '192.0.2.1';
	const target = carries === 'uri' ? (input ?? '/') : carries === 'key' ? `/?k=${input ?? ''}` : '/';
	const headers = ['Host: golden.test', 'Connection: close', `${callHeader}: ${call}`];
	if (hold) headers.push(`${holdHeader}: 1`);
	if (carries === 'header' && input !== null) headers.push(`${options.header ?? 'X-Key'}: ${input}`);
	const [family, to] = from.includes(':') ? ['TCP6', '::1'] : ['TCP4', '127.0.0.1'];
	const hello = `PROXY ${family} ${from} ${to} 40000 80\r\n`;
	return new Promise((resolve, reject) => {
		const socket = connect(door, () => {
			socket.write(`${hello}GET ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
		});
		let text = '';
		socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
		socket.on('error', reject);
		socket.on('close', () => {
			resolve(answerIn(text));
		});
	});
}

function answerIn(text: string): Answer {
	const [first = '', ...lines] = text.split('\r\n\r\n')[0]?.split('\r\n') ?? [];
	const headers = new Map(
		lines.map((line) => {
			const colon = line.indexOf(':');
			return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
		})
	);
	const tried = headers.get(triedHeader);
	return {
		status: Number(/^HTTP\/1\.\d (\d{3})/.exec(first)?.[1] ?? 0),
		server: headers.get(nameHeader) ?? null,
		tried: tried === undefined ? [] : tried.split(/, | : /)
	};
}
