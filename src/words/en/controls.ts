/** What can be pressed, moved or typed into, on any page. */
export const controls = {
	/** Read aloud where a control is named after what it moves: a place on an axis, a name in a list. */
	point: (axis: string, place: number): string => `${axis}: ${String(place)}`,
	up: (name: string): string => `${name}: up`,
	down: (name: string): string => `${name}: down`,
	moved: (name: string, place: number, all: number): string =>
		`${name}: now ${String(place)} of ${String(all)}.`,
	/** A file or a link may say more than a slider can. */
	beyond: (min: string, max: string): string =>
		`This slider goes from ${min} to ${max}; moved, it comes back to that.`,
	others: 'Others',
	locked: 'locked',
	dismiss: 'Put this notice away',
	curve: {
		yours: 'your curve',
		measured: 'measured',
		how: 'Draw it, or tab to a point and use the arrow keys.',
		drew: 'you drew',
		given: 'given'
	},
	moments: {
		/** Followed by how many there are. */
		heading: 'What happened'
	},
	time: {
		label: 'Time',
		pause: 'Pause',
		play: 'Play',
		again: 'Play again',
		pauseKey: 'Pause (space)',
		playKey: 'Play (space)',
		step: 'Next decision',
		stepKey: 'Next decision (→)',
		speed: 'Speed',
		times: (speed: number): string => `${String(speed)}×`,
		moment: 'Moment of the run',
		at: (now: string, end: string): string => `${now} of ${end}`,
		near: (now: string, end: string, what: string): string => `${now} of ${end}, ${what}`,
		mark: (at: string, what: string): string => `${at} ${what}`,
		/** Between the moment and the whole, where the two stand side by side. */
		of: 'of',
		seed: 'seed',
		finish: 'Run to the end',
		restart: 'Start again with the same seed',
		fork: 'Fork here',
		forkSays: 'See two futures of this moment',
		stopping: 'Stop at what happens for the first time',
		stoppingAt: 'A refusal, a timeout, a failure, an ejection, a server that comes or goes'
	}
};
