// Where a request's numbers stand in its row: 40 bytes, because there may be very many at once. See Memory.

/** Fractions. */
export const sentAt = 0;
/** Milliseconds of one worker at speed 1. */
export const work = 2;

/** Words. */
export const id = 4;
/** Which of the open traffic's arrivals it is, from 0; of a closed loop −2 − the user who sent it and waits; else −1. */
export const sender = 5;
/** The youngest of its attempts that have not ended; they know the others. */
export const open = 6;
/** The number of the backend that answered, or failed last; 0: none. */
export const backend = 7;
/** Four bytes, all 0 at first. */
export const state = 8;
/** Two halves. */
export const counts = 9;
export const words = 10;

/** Bytes: how far it has come; how it ended; how often it has failed; the gate it has come to, from 1. */
export const stage = 4 * state;
export const outcome = 4 * state + 1;
export const failures = 4 * state + 2;
export const gate = 4 * state + 3;

/** Halves: what in this world still holds it, such as attempts, ended or not, hops and pauses; and attempts so far. */
export const held = 2 * counts;
export const attempts = 2 * counts + 1;

/** Words that only some scenarios have: of several calls side by side, those that have not ended well yet; 1: it writes. */
export const calls = 10;
export const writes = 11;
export const wordsWithMore = 12;
