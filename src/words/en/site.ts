/** What stands on every page. */
export const site = {
	titled: (title: string): string => `${title} – Golangia`,
	skip: 'Skip to the content',
	rooms: 'Site',
	lessons: 'Lessons',
	strategies: 'Strategies',
	playground: 'Playground',
	lab: 'Lab',
	replay: 'Replay',
	gallery: 'Gallery',
	live: 'Live',
	footer: 'Golangia, a course in load balancing that you can play. Free software under the MIT licence.',
	theme: {
		word: { auto: 'Auto', light: 'Light', dark: 'Dark' },
		is: { auto: 'Theme: auto', light: 'Theme: light', dark: 'Theme: dark' },
		/** What it is, and what a press makes of it. */
		turn: {
			auto: 'Theme: auto. Switch to light.',
			light: 'Theme: light. Switch to dark.',
			dark: 'Theme: dark. Switch to auto.'
		}
	},
	missing: {
		title: 'No road leads here · Golangia',
		heading: 'No road leads here.',
		says: 'There is no page at this address. It may have moved, or the link was mistyped.',
		lesson: (slug: string): string => `There is no lesson "${slug}".`
	},
	broken: {
		title: 'Something broke · Golangia',
		heading: 'Something broke.',
		unknown: 'The page could not be shown.',
		says: (what: string): string => `${what} Load it again; if that does not help, start from the first page.`
	},
	first: 'To the first page'
};
