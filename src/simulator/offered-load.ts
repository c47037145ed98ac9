import type { Millis } from '#balancer/strategy.ts';
import type { Scenario } from './scenario.ts';

/**
 * The work that comes over the work that can be done, ρ, as the scenario plans it from the warm-up to the end. From 1
 * on queues grow without end. Undefined where it hangs on what happens: with users who wait for their answers, with
 * an autoscaler, and where clients lose patience, because a queue that people leave ends somewhere. Retries and what
 * sessions cost come on top.
 */
export function offeredLoad(scenario: Scenario): number | undefined {
	const { traffic, work, servers, autoscaler, fanOut, warmUpMs, durationMs } = scenario;
	if (traffic.arrivals === 'users' || traffic.patience !== null || autoscaler !== null) return undefined;
	// Nobody waits, so nothing grows.
	if (servers.every(({ queue }) => queue === 0)) return undefined;
	const offered = expectedArrivals(scenario, warmUpMs, durationMs) * work.meanMs * fanOut;
	return offered / capacity(scenario, warmUpMs, durationMs);
}

/** How many requests an open loop is expected to send from one instant to another. */
export function expectedArrivals({ traffic, changes }: Scenario, from: Millis, to: Millis): number {
	const { arrivals, curve, trace } = traffic;
	if (arrivals === 'trace') return trace.filter(({ at }) => at >= from && at < to).length;
	let { perSecond } = traffic;
	let sum = 0;
	let since = from;
	for (const change of inTime(changes)) {
		if (change.do !== 'traffic' || change.at >= to) continue;
		if (change.at > since) {
			sum += (perSecond / 1000) * areaUnder(curve, since, change.at);
			since = change.at;
		}
		perSecond = change.perSecond;
	}
	return sum + (perSecond / 1000) * areaUnder(curve, since, to);
}

type Curve = Scenario['traffic']['curve'];

/** Straight lines from point to point, level outside. */
function areaUnder(curve: Curve, from: Millis, to: Millis): number {
	const ends = [...curve.map(({ at }) => at).filter((at) => at > from && at < to), to];
	let area = 0;
	let since = from;
	for (const end of ends) {
		area += ((heightAt(curve, since) + heightAt(curve, end)) / 2) * (end - since);
		since = end;
	}
	return area;
}

function heightAt(curve: Curve, at: Millis): number {
	const next = curve.findIndex((point) => point.at >= at);
	const before = curve[(next === -1 ? curve.length : next) - 1];
	const after = curve[next];
	if (before === undefined || after === undefined) return (before ?? after)?.times ?? 1;
	return before.times + ((after.times - before.times) * (at - before.at)) / (after.at - before.at);
}

/** Milliseconds of one worker at speed 1 that all who are there can do from one instant to another. */
function capacity({ servers, changes }: Scenario, from: Millis, to: Millis): number {
	const nominal = new Map(servers.map(({ id, workers, speed }) => [id, workers * speed]));
	const now = new Map(nominal);
	const workers = new Map(servers.map((server) => [server.id, server.workers]));
	let sum = 0;
	let since = from;
	const passUntil = (at: Millis): void => {
		if (at <= since) return;
		for (const speed of now.values()) sum += speed * (at - since);
		since = at;
	};
	for (const change of inTime(changes)) {
		if (change.at >= to) break;
		passUntil(change.at);
		if (change.do === 'add') {
			const { id, workers: own, speed } = change.server;
			nominal.set(id, own * speed);
			now.set(id, own * speed);
			workers.set(id, own);
		} else if (change.do === 'slow') {
			now.set(change.server, change.speed * (workers.get(change.server) ?? 0));
		} else if (change.do === 'restart' || change.do === 'ready') {
			now.set(change.server, nominal.get(change.server) ?? 0);
		} else if (['remove', 'stop', 'hang', 'fail', 'drain'].includes(change.do) && 'server' in change) {
			now.set(change.server, 0);
		}
	}
	passUntil(to);
	return sum;
}

function inTime(changes: Scenario['changes']): Scenario['changes'] {
	return changes.toSorted((a, b) => a.at - b.at);
}
