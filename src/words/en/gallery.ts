/** The gallery of moments. */
export const gallery = {
	heading: 'Gallery',
	description: 'Moments of runs, one for each strategy and each form that the stage takes.',
	lede: 'Moments of runs: every strategy before the same traffic, and every form that the stage takes. A test draws each of them again and compares.',
	open: 'Open this run in the playground',
	/** What is to be seen, by the picture's name. */
	pictures: {
		overload: {
			title: 'Overload',
			says: 'More comes than three servers can do: the roads are full, callers are turned away and try again, and Traffic Overload has grown.'
		},
		drain: { title: 'A drain', says: 'B takes nobody new, ends what it has, and keeps its gate shut.' },
		faults: {
			title: 'Drained, slow, failing, stopped, leaving',
			says: 'Each by its form: planks before the gate, a hatched hall, cracks, a ruin, bars where the gate leaves one out.'
		},
		panic: {
			title: 'All are left out',
			says: 'Each has failed too often. There is nobody else to ask, so the gate asks them all the same, and says so.'
		},
		theEnd: {
			title: 'The end',
			says: 'The overload after its last answer: how many were sent, and how many Traffic Overload has kept.'
		},
		retryStorm: {
			title: 'A retry storm',
			says: 'Squares are tries after the first. Hollow ones in lit windows are worked on although nobody waits for them.'
		},
		scaleOut: {
			title: 'Scaling out',
			says: 'Traffic has tripled. Servers that were built meanwhile have joined, and the newest are still warming up.'
		},
		twoLanes: {
			title: 'Two lanes',
			says: 'The same arrivals with the same work, ten times slower at C: round robin keeps feeding it, least connections sees its road.'
		},
		dark: { title: 'By night', says: 'The overload in the dark theme.' },
		phone: {
			title: 'On a telephone',
			says: 'The overload from top to bottom, at the full size of its words.'
		},
		still: {
			title: 'Without motion',
			says: 'Nothing flies: places, windows and counters tell the same overload.'
		},
		oneServer: { title: 'One server', says: 'One road, straight on.' },
		twentyServers: {
			title: 'Twenty servers',
			says: 'Towers in a grid: a window as bright as the workers are busy, a bar as long as the queue.'
		},
		sixtyFourServers: {
			title: 'Sixty-four servers',
			says: 'The same, and each still has its name and its numbers.'
		}
	}
};
