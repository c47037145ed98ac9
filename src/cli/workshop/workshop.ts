import type { Launch, Running } from './program.ts';
import type { Place } from './ports.ts';
import type { TestServer } from './test-server.ts';

/** A lesson to be done on a real program: a file with mistakes, and steps that say what a better one does. */
export interface Workshop {
	/** `The HAProxy Citadel`. */
	readonly title: string;
	/** The learner's file; a folder that has it is such a workshop. */
	readonly file: string;
	/** What goes into the folder, by name, without the README. */
	readonly files: Readonly<Record<string, string>>;
	readonly program: {
		/** `HAProxy`, and what it is called on the command line. */
		readonly title: string;
		readonly name: string;
		/** What makes it say its version. */
		readonly version: string;
		/** How to get it, after a colon. */
		readonly remedy: string;
	};
	/** How the learner runs it by hand. */
	readonly run: string;
	/** What the README says besides. */
	readonly remarks: readonly string[];
	/** The first step: what the program itself says of the file. */
	readonly accepted: Words;
	/** The others, each played on a gate and servers of its own. */
	readonly steps: readonly Step[];
	/** Make the learner's folder ready to run in this place; `why` says why it cannot be. */
	prepare(workbench: Workbench): Promise<Prepared | { readonly why: string }>;
}

export interface Workbench {
	/** The program's file. */
	readonly program: string;
	readonly folder: string;
	/** An empty folder that is removed afterwards. */
	readonly scratch: string;
	readonly place: Place;
}

export interface Prepared {
	readonly launch: Launch;
	/** Why there is no race detector in it. */
	readonly raceless?: string;
}

/** What is said of a step. */
export interface Words {
	/** What holds when it is done. */
	readonly title: string;
	readonly why: string;
	readonly remedy: string;
	/** Where in the file to look: the first line that is like the first of these, else like the next. */
	readonly where?: readonly RegExp[];
}

export interface Step extends Words {
	/** What was seen instead, in a sentence; undefined when it holds. */
	play(stage: Stage): Promise<string | undefined>;
}

/** A gate that has just been started with three servers behind it. */
export interface Stage extends Prepared {
	readonly port: number;
	readonly servers: readonly [TestServer, TestServer, TestServer];
	readonly gate: Running;
	/** What this gate and those of the steps before have said. */
	readonly heard: () => string;
}
