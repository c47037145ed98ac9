/** What only two runs side by side need. */
export { default as CompareTable } from './CompareTable.svelte';
export { default as Futures } from './Futures.svelte';
export { default as VerdictLine } from './VerdictLine.svelte';
export { laneNames } from './what.ts';
