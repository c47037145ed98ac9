// Where an attempt's numbers stand in its row. See Memory.

/** Fractions: when it was at the gate; reached its server; was taken up by a worker, NaN before that. */
export const at = 0;
export const reachedAt = 2;
export const startedAt = 4;
/** Work left at `leftAt`: when a worker could begin with it, or when that worker's pace last changed. */
export const left = 6;
export const leftAt = 8;
/** Instead, under sharing: what each of the others had had of the workers' time when it came. */
export const hadMs = 8;

/** Words. */
export const request = 10;
/** The number of its server, from 0, which is one less than its backend's; none as long as it has no backend. */
export const server = 11;
/** Its number among the request's, from 0. */
export const number = 12;
/** Raised to call off what is planned for it. */
export const stamp = 13;
/** How often this row has been an attempt: word to an earlier one is void. */
export const life = 14;
/** Marks the current wait for the timeout. */
export const timer = 15;
/** Its neighbours in the queue, or among those being served. */
export const ahead = 16;
export const behind = 17;
/** The request's others that have not ended. */
export const older = 18;
export const younger = 19;
/** Four bytes, all 0 at first. */
export const state = 20;
export const words = 22;

/** Bytes: where it is; 1 when the gate has its outcome; what its server made of it. */
export const where = 4 * state;
export const ended = 4 * state + 1;
export const outcome = 4 * state + 2;
/** 1: word has come that nobody waits for it; it may have overtaken the attempt itself. */
export const unwanted = 4 * state + 3;
