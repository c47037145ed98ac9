import type { ClusterPlan } from './cluster.ts';

/** A program's words for a cluster: how they are written, and where that makes sense read and judged. */
export interface Dialect {
	/** With the version it is held against: `HAProxy 2.6`. */
	readonly title: string;
	/** What its main file is called. */
	readonly file: string;
	/** How the program itself checks it. */
	readonly check: string;
	/** What we have held it against, in a sentence. */
	readonly proof: string;
	/** @throws InputError for a plan that cannot be put into words safely. */
	readonly write: (plan: ClusterPlan) => Written;
	/** @throws InputError when no cluster is to be found in the text; whatever else is odd is remarked upon. */
	readonly read?: (text: string) => Read;
	/** What people trip over in such a file. */
	readonly lint?: (text: string) => readonly Finding[];
	/** Files that can be read: what their names have, in small letters. */
	readonly named?: RegExp;
	/** What only their texts have. One that can be read and has no such mark is taken for whatever nobody else's is. */
	readonly looks?: RegExp;
}

/** What of the picture a line is about. */
export type Part = 'clients' | 'gate' | 'checks' | 'queue' | ServerPart;

/** A server; with `all` it stands for every one of them, where they are all alike. */
export interface ServerPart {
	readonly server: string;
	readonly all?: true;
}

export interface Line {
	readonly text: string;
	/** Only the comments in a file's head are about none. */
	readonly part?: Part;
}

export interface WrittenFile {
	readonly name: string;
	readonly lines: readonly Line[];
}

export interface Written {
	/** The main one first. */
	readonly files: readonly WrittenFile[];
	/** What the program cannot say, or does otherwise: a sentence each. They stand in the main file's head too. */
	readonly notes: readonly string[];
}

export interface Read {
	readonly plan: ClusterPlan;
	/** What was not taken over, in order. */
	readonly remarks: readonly Remark[];
}

export interface Remark {
	/** From 1. */
	readonly line: number;
	/** As it stands in the file, cut where it is long. */
	readonly text: string;
	/** What we did about it, in a sentence. */
	readonly says: string;
}

/** Something that people trip over. */
export interface Finding {
	/** `no-redispatch`; one a kind. */
	readonly id: string;
	/** The line it is about, from 1. */
	readonly line: number;
	readonly what: string;
	readonly why: string;
	/** What a user would see. */
	readonly seen: string;
	readonly fix: readonly Edit[];
	/** What has to happen for it to be seen on a stage; undefined where no stage can show it. */
	readonly shows?: 'dies' | 'hangs' | 'crowd' | 'skew' | undefined;
}

/** At this line, from 1: so many go, and these come. */
export interface Edit {
	readonly line: number;
	readonly remove: number;
	readonly insert: readonly string[];
}

export function textOf({ lines }: WrittenFile): string {
	return `${lines.map(({ text }) => text).join('\n')}\n`;
}
