import type { TraceEvent } from './event.ts';
import { numberText, quoted } from './json-text.ts';

/** An event's line in a recording, without its end: JSON, by hand for the events that every request of a proxy has. */
export function eventLine(event: TraceEvent): string {
	switch (event.kind) {
		case 'send':
			if (event.work !== undefined) break;
			return `{"kind":"send","at":${numberText(event.at)},"id":${String(event.id)},"key":${quoted(event.key)}}`;
		case 'pick':
			if (event.loads !== undefined || event.because !== undefined) break;
			return `{"kind":"pick","at":${numberText(event.at)},"id":${String(event.id)},"attempt":${String(event.attempt)},"backend":${quoted(event.backend)},"key":${quoted(event.key)}}`;
		case 'end':
			return `{"kind":"end","at":${numberText(event.at)},"id":${String(event.id)},"attempt":${String(event.attempt)},"backend":${quoted(event.backend)},"latency":${numberText(event.latency)},"result":"${event.result}"${reason(event)}}`;
		case 'answer':
			return `{"kind":"answer","at":${numberText(event.at)},"id":${String(event.id)},"latency":${numberText(event.latency)},"result":"${event.result}"${event.backend === undefined ? '' : `,"backend":${quoted(event.backend)}`}${reason(event)}}`;
	}
	return JSON.stringify(event);
}

function reason({ reason }: { readonly reason?: string }): string {
	return reason === undefined ? '' : `,"reason":"${reason}"`;
}
