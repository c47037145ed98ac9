import type { Member } from '#balancer/member.ts';
import type { Backend } from '#balancer/strategy.ts';
import type { LiveBackend, LiveFigures } from '#record/live.ts';
import type { Counters } from './counters.ts';
import type { Proxy } from './server.ts';

/** As the balancer has it; `ejected` is the passive check's own doing. */
export function stateOf(backend: Backend): LiveBackend['state'] {
	const { state, judge } = backend as Member;
	return state === 'ready' && judge?.out === true ? 'ejected' : state;
}

/** Whether a backend's machine runs, where this process knows. */
export type Machines = (id: string) => boolean | null;

export function figuresOf(proxy: Proxy, counters: Counters, running: Machines): LiveFigures {
	const { over, failed, left } = counters;
	return {
		at: proxy.now(),
		waiting: proxy.waiting,
		totals: { over, failed, left },
		backends: backendsOf(proxy, counters, running)
	};
}

function backendsOf(proxy: Proxy, counters: Counters, running: Machines): LiveBackend[] {
	const { cluster, roster } = proxy;
	const checked = (proxy.rules.checks ?? null) !== null;
	return cluster.members.map((member) => {
		const { spec, wanted, up } = roster.entry(member.id);
		const { over, failed, firstBytes } = counters.tally(member.id);
		const belief = cluster.strategy.load?.(member, proxy.now());
		return {
			id: member.id,
			url: spec.url,
			weight: (member as Member).fullWeight,
			limit: spec.limit ?? null,
			backup: spec.backup ?? false,
			wanted,
			state: stateOf(member),
			checks: checked ? (up ? 'up' : 'down') : null,
			inflight: member.inflight,
			over,
			failed,
			firstByteSum: firstBytes.sum,
			belief: belief !== undefined && Number.isFinite(belief) ? belief : null,
			running: running(member.id)
		};
	});
}
