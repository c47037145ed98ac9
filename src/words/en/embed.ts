/** A run inside another page. */
export const embed = {
	unnamed: 'A load balancer at work',
	description: 'A run of a load balancer, shown inside another page.',
	latency: 'p99 latency',
	chart: 'p99 latency of the last five seconds, failures counted as never',
	open: 'Open it in the playground'
};
