/** What was done in the playground, as its list says it. */
export const deeds = {
	heading: 'What you did',
	beginning: 'The beginning',
	undo: 'Undo',
	undoKey: 'Ctrl Z',
	redo: 'Redo',
	redoKey: 'Ctrl Shift Z',
	undoAll: 'Undo all',
	/** Behind a deed, read aloud. */
	undone: ', undone',
	/** The changes that a run has in itself. */
	changes: (count: number): string => `What happens in this run, and when (${String(count)})`,
	keys: {
		where: 'What you did, except in a field of text',
		undo: 'Undo',
		redo: 'Do it again'
	},
	opened: (title: string): string => `opened “${title}”`,
	openedFile: (name: string): string => `opened ${name}`,
	openedConfiguration: 'opened a configuration',
	afresh: 'started afresh',
	set: (label: string): string => `set “${label}”`,
	seed: (seed: number): string => `seed ${String(seed)}`,
	compared: 'compared with another run',
	onlyA: 'went on with A alone',
	onlyB: 'went on with B alone',
	kept: 'kept the other future'
};

/** What a change of a run did, by its name in a scenario. */
export const changes = {
	add: (server: string): string => `added ${server}`,
	remove: (server: string): string => `removed ${server}`,
	stop: (server: string): string => `killed ${server}`,
	fail: (server: string): string => `${server} began to fail`,
	hang: (server: string): string => `${server} fell silent`,
	pause: (server: string, ms: number): string => `${server} stood still for ${String(ms)} ms`,
	slow: (server: string, speed: number): string => `${server} slowed to ×${String(speed)}`,
	restart: (server: string): string => `restarted ${server}`,
	drain: (server: string): string => `drained ${server}`,
	ready: (server: string): string => `${server} takes requests again`,
	weight: (server: string, weight: number): string => `weight of ${server} set to ${String(weight)}`,
	traffic: (perSecond: number): string => `traffic set to ${perSecond.toLocaleString('en')} a second`,
	strategy: (name: string): string => `strategy ${name}`,
	/** With knobs that were turned. */
	turned: (name: string, knobs: string): string => `strategy ${name} (${knobs})`,
	request: (key: string): string => `a request of your own (${key})`
};
