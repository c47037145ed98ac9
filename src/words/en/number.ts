import { counting } from '../counted.ts';

export const counted = counting('en');

const written = new Intl.NumberFormat('en');

/** 1,320 */
export const number = (value: number): string => written.format(value);
