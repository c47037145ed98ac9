import { type Attempts, places } from './attempts.ts';
import type { Engine } from './engine.ts';
import type { Gate } from './gate.ts';
import type { Server } from './server.ts';
import * as ofRequest from './request-row.ts';

/** The simulator has broken a rule of its own model: a mistake in it, never in a scenario. */
export class BrokenRule extends Error {
	override readonly name = 'BrokenRule';
}

/**
 * Walk through a world between two instants and look whether everything is where it says it is, once, and counted.
 * For tests and for whoever doubts a run: it costs time and changes nothing. @throws BrokenRule
 */
export function audit(engine: Engine): void {
	const { attempts, gates, everyServer, clockwork } = engine;
	const { requests } = attempts;
	// What is of no use after the end is left undone.
	must(engine.ended || clockwork.agenda.next >= clockwork.now, 'nothing is planned in the past');
	const found = new Set<number>();
	for (const server of everyServer) auditServer(server, attempts, found, clockwork.now);
	const unanswered = new Set(
		[...found]
			.map((attempt) => attempts.requestOf(attempt))
			.filter((request) => !requests.isAnswered(request))
	);
	must(unanswered.size <= engine.inside, 'whoever is inside a server was sent and not answered');
	let inside = 0;
	for (const gate of gates) {
		auditGate(gate, found, engine);
		inside += gate.inside;
	}
	must(inside <= engine.inside, 'whoever is inside a gate was sent and not answered');
}

function auditServer(server: Server, attempts: Attempts, found: Set<number>, now: number): void {
	const { spec, serving, waiting, fault } = server;
	const line = server.line();
	const room = spec.discipline === 'fcfs' ? spec.workers : spec.slots;
	must(serving.length === server.busy && serving.length <= room, 'no more are served than there is room for');
	must(line.length === waiting && waiting <= spec.queue, 'the queue is bounded, and counted');
	must(fault !== 'none' || waiting === 0 || serving.length === room, 'nobody waits while a worker is idle');
	must(fault !== 'stop' || serving.length + waiting === 0, 'a dead machine holds nobody');
	for (const attempt of serving) {
		must(attempts.whereOf(attempt) === places.worker, 'whoever is served is at a worker');
		must(attempts.startedAt(attempt) <= now, 'whoever is served was taken up');
	}
	for (const attempt of line)
		must(attempts.whereOf(attempt) === places.queue, 'whoever waits is in the queue');
	for (const attempt of [...serving, ...line]) {
		const request = attempts.requestOf(attempt);
		const held = attempts.memory.halves[(request << 1) + ofRequest.held] ?? 0;
		must(!found.has(attempt), 'nobody is in two places');
		found.add(attempt);
		must(attempts.serverOf(attempt) === server.number, 'whoever is here came here');
		must(held > 0, 'an attempt belongs to its request as long as it lasts');
		must(
			attempts.isEnded(attempt) !== attempts.openOf(request).includes(attempt),
			'open is what has not ended'
		);
		must(
			!attempts.requests.isAnswered(request) || attempts.isEnded(attempt),
			'nothing is open after the answer'
		);
	}
}

function auditGate(gate: Gate, found: ReadonlySet<number>, { scenario, attempts }: Engine): void {
	const { balancer } = scenario;
	must(gate.inside >= 0 && gate.inside <= (balancer.most ?? Infinity), 'a gate lets in as many as it may');
	must(gate.waiting <= (balancer.queue?.limit ?? 0) + ownLines(gate), 'the line at the gate is bounded');
	if (balancer.sees === 'servers') return;
	const counts = new Map<number, number>();
	for (const attempt of found) {
		const came = attempts.memory.bytes[(attempts.requestOf(attempt) << 2) + ofRequest.gate];
		const number = attempts.serverOf(attempt) + 1;
		if (!attempts.isEnded(attempt) && came === gate.number) counts.set(number, (counts.get(number) ?? 0) + 1);
	}
	for (const { number, inflight } of gate.cluster.members) {
		must(inflight >= (counts.get(number) ?? 0), 'whoever is at a server is counted as in flight');
	}
}

/** Those who wait for one backend and no other have no limit of their own. */
function ownLines({ cluster }: Gate): number {
	return cluster.members.reduce((sum, { queued }) => sum + queued, 0);
}

/** @throws BrokenRule when it does not. */
export function must(holds: boolean, rule: string): void {
	if (!holds) throw new BrokenRule(`The simulator broke its own rule: ${rule}.`);
}
