import type { Books } from './books.ts';
import type { Engine } from './engine.ts';

/** How engines that are made from now on keep books: the debug switch; undefined: not at all. See `keepBooks`. */
export const debug: { books: ((engine: Engine) => Books) | undefined } = { books: undefined };
