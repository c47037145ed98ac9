/** How near is near. */
const margin = '400px';

/** What anybody does first on a page. */
const deeds = ['pointermove', 'pointerdown', 'wheel', 'scroll', 'keydown', 'focusin', 'input'] as const;
let used: Promise<void> | undefined;

/**
 * Comes when somebody has come near an element, or uses the page at all: then is the time to fetch what a page does not need
 * to be opened. Browsers only.
 */
export function needed(element: Element): Promise<void> {
	used ??= new Promise((resolve) => {
		const heard = (): void => {
			for (const deed of deeds) removeEventListener(deed, heard, true);
			resolve();
		};
		for (const deed of deeds) addEventListener(deed, heard, { capture: true, passive: true });
	});
	const near = new Promise<void>((resolve) => {
		const observer = new IntersectionObserver(
			([entry]) => {
				if (entry?.isIntersecting !== true) return;
				observer.disconnect();
				resolve();
			},
			{ rootMargin: `${margin} 0px` }
		);
		observer.observe(element);
	});
	return Promise.race([used, near]);
}
