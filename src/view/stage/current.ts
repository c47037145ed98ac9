import type { Scene } from '#record/scene.ts';
import type { Topic } from './cards.ts';
import { whyOf } from './why.ts';
import { stageWords } from '#words/stage.ts';
import { duration, reasonWords, serverDetails, serverName } from './words.ts';

const say = stageWords.told;

/** What is selected, as it is now, in sentences for those who cannot see it; empty when nothing is. */
export function currentDetails(topic: Topic | undefined, scene: Scene, at: number, title: string): string {
	switch (topic?.kind) {
		case 'server': {
			const server = scene.server(topic.id);
			if (server === undefined) return say.gone(topic.id);
			return `${serverName(server, at)}. ${sentences(serverDetails(server, at))}`;
		}
		case 'gate': {
			const pick = scene.lastPick;
			const says = pick === undefined ? '' : whyOf(pick, at).says;
			return [
				say.gate(title),
				...(scene.panic ? [say.panic] : []),
				...(scene.held > 0 ? [say.held(scene.held)] : []),
				pick === undefined
					? say.awaits
					: says === ''
						? say.pick(pick.backend)
						: say.pickWhy(pick.backend, says)
			].join(' ');
		}
		case 'request': {
			const request = scene.requests.get(topic.id);
			if (request === undefined) return say.requestGone(topic.id);
			const { phase, backend = say.aServer, since, result, reason } = request;
			const where = {
				'to-gate': say.toGate,
				held: say.atGate,
				'to-server': say.toServer(backend),
				waiting: say.waiting(backend),
				serving: say.serving(backend),
				'to-gate-back': say.back(backend),
				'to-client': say.home
			}[phase];
			const how = result === undefined || result === 'ok' ? '' : `, ${reasonWords[reason ?? 'failed']}`;
			return say.request(topic.id, `${where}${how}`, duration(Math.round(Math.max(0, at - since))));
		}
		case 'monster':
		case undefined:
			return '';
	}
}

function sentences(lines: readonly string[]): string {
	return lines.map((line) => `${line.charAt(0).toUpperCase()}${line.slice(1)}.`).join(' ');
}
