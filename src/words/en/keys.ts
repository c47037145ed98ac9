/** What keys do, by where they do it, and the sheet that lists them. */
export const keys = {
	heading: 'Keys',
	close: 'Close the keys',
	or: 'or',
	tab: 'Tab goes from one control to the next; each server on a stage is one of them.',
	/** Keys that have a word on them rather than a sign. */
	names: {
		space: 'Space',
		escape: 'Esc',
		pageUp: 'Page Up',
		pageDown: 'Page Down',
		ctrl: 'Ctrl',
		shift: 'Shift'
	},
	sheet: { where: 'Anywhere', sheet: 'Show these keys', close: 'Close them again' },
	time: {
		everywhere: 'The run, while no other control has the focus',
		inside: 'In the bar of time',
		play: 'Play or pause',
		step: 'To the next decision'
	},
	rank: { where: 'On the buttons of an order', up: 'Up', down: 'Down' },
	lesson: {
		where: 'The lesson, except in a field; to be switched off at its end',
		run: 'Run or pause',
		hint: 'A hint',
		next: 'The next lesson',
		previous: 'The lesson before'
	},
	chart: {
		where: 'On a chart',
		back: 'The reading before',
		on: 'The next reading',
		farBack: 'Ten readings back',
		farOn: 'Ten readings on',
		first: 'The first reading',
		last: 'The last reading',
		leave: 'No cursor'
	},
	stage: {
		where: 'On the stage',
		ask: 'Tell of the gate, the server or the monster that has the focus',
		leave: 'Select nothing'
	}
};
