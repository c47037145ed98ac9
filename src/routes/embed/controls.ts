const kinds = ['none', 'time', 'full'] as const;

/** What an embedded run shows beside the picture: nothing, its time, or its numbers and chart as well. */
export type Controls = (typeof kinds)[number];

/** `?controls=` of an address; `time` unless told, and where it is told wrongly. */
export function controlsOf(search: string): Controls {
	const asked = new URLSearchParams(search).get('controls');
	return kinds.find((kind) => kind === asked) ?? 'time';
}
