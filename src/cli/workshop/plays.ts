import { setTimeout as delay } from 'node:timers/promises';
import { failed, guest, stream, visit, visits, within, type Answer } from './visit.ts';
import type { Stage, Step } from './workshop.ts';

type Play = Step['play'];

/** 300 requests one after another, and where they went. */
export const evenTurns: Play = async ({ port, servers }) => {
	const answers = await visits(port, 300, 1);
	const shares = servers.map(({ arrivals }) => arrivals.length);
	if (shares.every((share) => share === 100) && !answers.some(failed)) return undefined;
	return `They went ${shares.join('/')}${failures(answers)}.`;
};

/** A client that says it is somebody else. */
export const forgedAddress: Play = async (stage) => {
	const seen = await headersOf(stage, { 'x-forwarded-for': '203.0.113.7' });
	if (typeof seen === 'string') return seen;
	const address = seen['x-forwarded-for'];
	if (address === '127.0.0.1') return undefined;
	return `The server got X-Forwarded-For: ${String(address ?? 'nothing')}, and the client was 127.0.0.1.`;
};

/** Server B dies between two of ten requests a second: one that is with it then is lost with it. */
export const killed: Play = async ({ port, servers }) => {
	const [, b] = servers;
	const before = await stream(port, 10, 100);
	await b.kill();
	return trouble([...before, ...(await stream(port, 30, 100))], 1000);
};

/** Server B is dead for a while, and comes back. */
export const cameBack: Play = async ({ port, servers }) => {
	const [, b] = servers;
	await b.kill();
	await stream(port, 20, 100);
	await b.open();
	for (const late = performance.now() + 6000; performance.now() < late;) {
		await visit(port);
		if (b.arrivals.length > 0) return undefined;
		await delay(50);
	}
	return 'Six seconds after it is back it has not been sent a single request.';
};

/** Server B takes connections, and answers nothing: how long until somebody who meets it hears something? */
export function hangs(limitMs: number): Play {
	return async ({ port, servers }) => {
		const [, b] = servers;
		b.turn('hangs');
		const answers = await Promise.all(
			Array.from({ length: 6 }, () => visit(port, { patienceMs: limitMs + 500 }))
		);
		if (b.arrivals.length === 0) return 'None of six requests reached server B, so nothing was tried.';
		const late = answers.filter(({ status }) => status === 'late').length;
		return late === 0
			? undefined
			: `${String(late)} of 6 requests had no answer after ${seconds(limitMs + 500)}.`;
	};
}

/** Half a request, and nothing more. */
export const slowClient: Play = async ({ port }) => {
	const slow = await guest(port, 'GET / HTTP/1.1\r\nHost: golangia.example\r\n');
	const gone = await within(5500, slow.ended);
	slow.leave();
	return gone ? undefined : 'After 5.5 s its connection was still open.';
};

/** What a server was sent when a client sent these headers; a sentence when nothing came. */
export async function headersOf(
	{ port, servers }: Stage,
	headers: Readonly<Record<string, string>>
): Promise<NonNullable<(typeof servers)[0]['arrivals'][0]>['headers'] | string> {
	const { status } = await visit(port, { headers });
	const [arrival] = servers.flatMap(({ arrivals }) => arrivals);
	return arrival?.headers ?? `The request came to no server; the client got ${shown(status)}.`;
}

/** What clients should not have seen: errors, and answers that took longer than `limitMs`. */
export function trouble(answers: readonly Answer[], limitMs: number): string | undefined {
	const wrong = failures(answers);
	const slowest = Math.max(...answers.map(({ ms }) => ms));
	if (wrong === '' && slowest <= limitMs) return undefined;
	return `Of ${String(answers.length)} requests${wrong || ' none failed'}; the slowest took ${seconds(slowest)}.`;
}

/** `, 5 failed (503)`, or nothing. */
export function failures(answers: readonly Answer[]): string {
	const wrong = answers.filter(failed);
	if (wrong.length === 0) return '';
	const kinds = [...new Set(wrong.map(({ status }) => shown(status)))].join(', ');
	return `, ${String(wrong.length)} failed (${kinds})`;
}

export function shown(status: Answer['status']): string {
	if (status === 'broken') return 'a broken connection';
	return status === 'late' ? 'no answer in time' : String(status);
}

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}
