/** Small drawings on a 20 × 20 field, stroked; those in `filled` are painted instead. */
export const icons = {
	play: 'M6.5 4.2v11.6L15.8 10z',
	pause: 'M6.4 4.5v11M13.6 4.5v11',
	step: 'M4.5 4.8v10.4L12.2 10zM15.2 4.8v10.4',
	fork: 'M3 10h4c4 0 3-5 7-5h3M7 10c4 0 3 5 7 5h3M14.6 2.6 17 5l-2.4 2.4M14.6 12.6 17 15l-2.4 2.4',
	finish: 'M3 5l5.5 5L3 15zM9.5 5l5.5 5-5.5 5zM17 5v10',
	restart: 'M5.1 6.2A6.3 6.3 0 1 1 3.7 10M5.2 2.6v3.7h3.7',
	grip: 'M7 4.5h.01M13 4.5h.01M7 10h.01M13 10h.01M7 15.5h.01M13 15.5h.01',
	up: 'M5 12.2 10 7.2l5 5',
	down: 'M5 7.8l5 5 5-5',
	close: 'M5 5l10 10M15 5 5 15',
	lock: 'M5 9h10v7.2H5zM7 9V6.6a3 3 0 0 1 6 0V9',
	check: 'M4 10.6l4 4 8-9',
	alert: 'M10 3.2 17.6 16.6H2.4zM10 8v4M10 14.2h.01',
	sun: 'M10 6.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2zM10 1.8v1.9M10 16.3v1.9M1.8 10h1.9M16.3 10h1.9M4.2 4.2l1.3 1.3M14.5 14.5l1.3 1.3M15.8 4.2l-1.3 1.3M5.5 14.5l-1.3 1.3',
	moon: 'M16.4 12.2A7 7 0 0 1 7.8 3.6a7 7 0 1 0 8.6 8.6z',
	auto: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 3v14M10 5.6h3.4M10 8.2h5.6M10 10.8h5.8M10 13.4h4.6'
} as const;

export type IconName = keyof typeof icons;

export const filled: ReadonlySet<IconName> = new Set<IconName>(['play', 'step', 'finish']);
