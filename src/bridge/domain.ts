/**
 * Stands in for the package `tldts`, which MSW's cookie jar would bring along with 250 kB of public suffixes. The
 * jar is asked only about our own origin and this page's, for which the last two labels are the whole truth needed.
 */
export function getDomain(host: string): string | null {
	const labels = host.split('.');
	return labels.length < 2 ? null : labels.slice(-2).join('.');
}
