import { counted } from './number.ts';

const oneOf = new Intl.ListFormat('en-GB', { type: 'disjunction' });

/** What can be had of a run as a link or a file. */
const keep = {
	heading: 'Keep it',
	link: 'Copy link',
	linkCopied: 'The link is copied; it holds this whole run, with your changes.',
	linkShown: 'The link is in the address bar now; it holds this whole run, with your changes.',
	command: 'Copy as command',
	commandCopied: 'The command is copied: in a terminal it gives the same log.',
	embed: 'Copy embed code',
	embedCopied: 'The code is copied: paste it into a page to show this run there.',
	save: 'Save file',
	open: 'Open file',
	afresh: 'Start afresh',
	replay: 'A recording of the proxy opens too: see [Replay](replay).'
};

/** The cluster as a configuration of another program. */
const home = {
	heading: 'Take it home',
	says: 'This cluster as a configuration of a real program: it changes as you change the cluster. The margin says what of the picture the lines are about.',
	write: (programs: readonly string[]): string => `Write it for ${oneOf.format(programs)}`,
	product: 'For',
	whole: (program: string): string => `${program} says all of it.`,
	notes: (program: string): string => `What ${program} does not say, or does otherwise:`,
	copy: 'Copy',
	copied: (file: string): string => `${file} is copied.`,
	notCopied: 'The browser does not let it be copied: download it instead.',
	download: 'Download',
	downloaded: (file: string): string => `${file} is on its way to your downloads.`,
	file: (file: string, program: string): string => `${file} for ${program}`,
	/** What lines are about: a part of the cluster, or only the file. A server has its name there. */
	parts: {
		...{ clients: 'clients', gate: 'gate', checks: 'checks', queue: 'queue' },
		...{ servers: 'servers', file: 'file' }
	},
	showServer: (server: string): string => `Show server ${server}`,
	show: (part: string): string => `Show ${part}`,
	check: (command: string): string => `Check it before you use it: \`${command}\`.`
};

/** A configuration of another program as a cluster. */
const bring = {
	summary: 'Bring in a configuration of your own',
	label: (files: readonly string[]): string =>
		`A ${oneOf.format(files)}. It stays in this page; nothing in it is run or looked up.`,
	examples: 'Or begin with an example:',
	/** What its text is called in a sentence about it. */
	source: 'configuration',
	from: (file: string): string => `From ${file}`,
	stage: 'Put it on the stage',
	staged: 'This cluster is on the stage.',
	servers: counted({ one: '# server', other: '# servers' }),
	read: (program: string, servers: string, strategy: string): string =>
		`Read as ${program}: ${servers}, ${strategy}.`,
	left: 'What was not taken over',
	line: (line: number): string => `line ${String(line)}`,
	trip: 'What people trip over',
	none: 'Nothing of that was found in it.',
	seen: (where: string): string => `Seen: ${where}`,
	fix: (id: string): string => `The fix of ${id}`,
	run: 'Run it before and after',
	unshown: 'No run on the stage can show this one: the model has no such thing.',
	twice: 'On the stage the same clients come twice: above before the fix, below after it.',
	make: 'Make the fix',
	made: 'The fix is made in the text above.'
};

/** What comes from the playground, and what is brought there. */
export const playFiles = { keep, home, bring };
