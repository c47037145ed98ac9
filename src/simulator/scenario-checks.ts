import type { z } from 'zod';
import { tooManyFor } from '#record/choice.ts';
import type { Scenario } from './scenario.ts';

/** Above this many expected requests a run would take longer than anybody waits. */
const mostRequests = 200_000_000;
export const mostServers = 10_000;

type Refuse = (path: (string | number)[], message: string) => void;
type Fields = Omit<Scenario, '$schema'>;

/** What no single field can know: who is there when, and how much all of it comes to. */
export function checkScenario(scenario: Fields, context: z.core.$RefinementCtx): void {
	const refuse: Refuse = (path, message) => {
		context.addIssue({ code: 'custom', path, message });
	};
	checkServers(scenario, refuse);
	checkStrategies(scenario, refuse);
	checkParts(scenario, refuse);
	if (scenario.warmUpMs >= scenario.durationMs) {
		refuse(['warmUpMs'], `leaves nothing to measure: stay below durationMs, ${String(scenario.durationMs)}`);
	}
	// Of a rate or a time that is refused there is nothing to work out.
	const requests = context.issues.length === 0 ? requestsOf(scenario) : 0;
	if (requests > mostRequests) {
		const many = requests.toLocaleString('en', { maximumFractionDigits: 0 });
		const most = mostRequests.toLocaleString('en');
		refuse(
			['durationMs'],
			`up to ${many} requests would come: stay below ${most} by a lower rate or a shorter run`
		);
	}
}

/** A change may name only who is there at its instant; those of one instant happen in the order of the list. */
function checkServers({ servers, changes, durationMs, autoscaler }: Fields, refuse: Refuse): void {
	const ids = new Set<string>();
	const isAutomatic = (id: string): boolean => autoscaler !== null && /^auto-\d+$/.test(id);
	const keepFree = (id: string, path: (string | number)[]): void => {
		if (isAutomatic(id)) refuse(path, 'is a name that the autoscaler gives: use another');
	};
	servers.forEach(({ id }, index) => {
		keepFree(id, ['servers', index, 'id']);
		if (ids.has(id)) refuse(['servers', index, 'id'], 'is taken by another server: give each its own');
		ids.add(id);
	});
	const there = new Set(ids);
	const inTime = changes.map((change, index) => ({ change, index }));
	inTime.sort((a, b) => a.change.at - b.change.at);
	for (const { change, index } of inTime) {
		if (change.at > durationMs) {
			refuse(['changes', index, 'at'], `is after the end: stay within durationMs, ${String(durationMs)}`);
		}
		if (change.do === 'add') {
			const { id } = change.server;
			keepFree(id, ['changes', index, 'server', 'id']);
			if (ids.has(id))
				refuse(['changes', index, 'server', 'id'], 'is taken by another server: give each its own');
			ids.add(id);
			there.add(id);
			if (there.size > mostServers) {
				refuse(['changes', index], `makes more than ${String(mostServers)} servers: remove some before`);
			}
		} else if ('server' in change) {
			if (!there.has(change.server) && !isAutomatic(change.server)) {
				const names = [...there].slice(0, 20).join(', ') || 'none';
				refuse(
					['changes', index, 'server'],
					`is no server at ${String(change.at)} ms: those there are ${names}`
				);
			} else if (change.do === 'remove') there.delete(change.server);
		}
	}
}

function checkStrategies({ servers, changes, strategy, autoscaler }: Fields, refuse: Refuse): void {
	const added = changes.filter((change) => change.do === 'add').length;
	const most = Math.max(servers.length + added, autoscaler?.most ?? 0);
	const tooMany = tooManyFor(strategy.name, most);
	if (tooMany !== undefined) refuse(['strategy', 'name'], tooMany);
	changes.forEach((change, index) => {
		const why = change.do === 'strategy' ? tooManyFor(change.strategy.name, most) : undefined;
		if (why !== undefined) refuse(['changes', index, 'strategy', 'name'], why);
	});
}

/** Parts that do not go together. */
function checkParts({ balancer, fanOut, data, autoscaler, traffic }: Fields, refuse: Refuse): void {
	if (fanOut > 1) {
		if (balancer.retries > 0) refuse(['balancer', 'retries'], 'goes with a fanOut of 1 only: set it to 0');
		if (balancer.hedgeMs !== null)
			refuse(['balancer', 'hedgeMs'], 'goes with a fanOut of 1 only: set it to null');
		if (balancer.queue !== null)
			refuse(['balancer', 'queue'], 'goes with a fanOut of 1 only: set it to null');
	}
	if (data !== null) {
		for (const which of ['write', 'read'] as const) {
			if (data[which] > data.copies)
				refuse(['data', which], `is more than there are copies: use at most ${String(data.copies)}`);
		}
	}
	if (autoscaler !== null && autoscaler.least > autoscaler.most) {
		refuse(['autoscaler', 'least'], `is more than most: use at most ${String(autoscaler.most)}`);
	}
	traffic.curve.forEach(({ at }, index) => {
		const before = traffic.curve[index - 1];
		if (before !== undefined && before.at >= at)
			refuse(
				['traffic', 'curve', index, 'at'],
				`comes after ${String(before.at)}: let the points be in order`
			);
	});
	traffic.trace.forEach(({ at }, index) => {
		const before = traffic.trace[index - 1];
		if (before !== undefined && before.at > at)
			refuse(['traffic', 'trace', index, 'at'], `comes after ${String(before.at)}: let them be in order`);
	});
	if (traffic.arrivals === 'trace' && traffic.trace.length === 0)
		refuse(['traffic', 'trace'], 'is empty: list what comes, or let arrivals be another');
}

/** Requests expected, or a little more. */
function requestsOf({ traffic, changes, durationMs, fanOut }: Fields): number {
	const { arrivals, perSecond, curve, users, think, trace } = traffic;
	if (arrivals === 'trace') return trace.length * fanOut;
	// Answers take time too; a millisecond is the least that is worth simulating.
	if (arrivals === 'users') return (fanOut * users * durationMs) / Math.max(1, think.meanMs);
	let fastest = perSecond;
	for (const change of changes) if (change.do === 'traffic') fastest = Math.max(fastest, change.perSecond);
	const highest = curve.reduce((most, { times }) => Math.max(most, times), curve.length > 0 ? 0 : 1);
	return (fanOut * fastest * highest * durationMs) / 1000;
}
