/** Comes when a page is loaded and the browser has a moment. */
export function idle(): Promise<void> {
	return new Promise((resolve) => {
		const ask = (): void => {
			// Safari has no such thing yet.
			if ('requestIdleCallback' in globalThis)
				requestIdleCallback(
					() => {
						resolve();
					},
					{ timeout: 2000 }
				);
			else setTimeout(resolve, 200);
		};
		if (document.readyState === 'complete') ask();
		else addEventListener('load', ask, { once: true });
	});
}

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
