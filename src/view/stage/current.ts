import type { Scene } from '#record/scene.ts';
import type { Topic } from './cards.ts';
import { whyOf } from './why.ts';
import { count, duration, reasonWords, serverDetails, serverName } from './words.ts';

/** What is selected, as it is now, in sentences for those who cannot see it; empty when nothing is. */
export function currentDetails(topic: Topic | undefined, scene: Scene, at: number, title: string): string {
	switch (topic?.kind) {
		case 'server': {
			const server = scene.server(topic.id);
			if (server === undefined) return `Server ${topic.id} has gone.`;
			return `${serverName(server)}. ${sentences(serverDetails(server, at))}`;
		}
		case 'gate': {
			const held = scene.held > 0 ? ` ${count(scene.held)} wait here.` : '';
			const pick = scene.lastPick;
			if (pick === undefined) return `The gate, ${title}.${held} It awaits the first request.`;
			const { says } = whyOf(pick, at);
			return `The gate, ${title}.${held} The latest pick is ${pick.backend}${says === '' ? '.' : `: ${says}`}`;
		}
		case 'request': {
			const request = scene.requests.get(topic.id);
			if (request === undefined) return `Request ${count(topic.id)} has gone home.`;
			const { phase, backend = 'a server', since, result, reason } = request;
			const where = {
				'to-gate': 'is on its way to the gate',
				held: 'waits at the gate',
				'to-server': `is on its way to ${backend}`,
				waiting: `waits at ${backend}`,
				serving: `is served at ${backend}`,
				'to-gate-back': `is on its way back from ${backend}`,
				'to-client': 'is on its way home'
			}[phase];
			const how = result === undefined || result === 'ok' ? '' : `, ${reasonWords[reason ?? 'failed']}`;
			return `Request ${count(topic.id)} ${where}${how}, for ${duration(Math.round(Math.max(0, at - since)))}.`;
		}
		case 'monster':
		case undefined:
			return '';
	}
}

function sentences(lines: readonly string[]): string {
	return lines.map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}.`).join(' ');
}
