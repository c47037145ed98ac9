/** Tell the proxy to do something; false when it refused, and the page has said why. */
export type Act = (
	method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
	path: string,
	body?: unknown
) => Promise<boolean>;
