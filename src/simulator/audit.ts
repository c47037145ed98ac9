import { places, type Attempt } from './attempt.ts';
import type { Engine } from './engine.ts';
import type { Gate } from './gate.ts';
import type { Server } from './server.ts';

/** The simulator has broken a rule of its own model: a mistake in it, never in a scenario. */
export class BrokenRule extends Error {
	override readonly name = 'BrokenRule';
}

/**
 * Walk through a world between two instants and look whether everything is where it says it is, once, and counted.
 * For tests and for whoever doubts a run: it costs time and changes nothing. @throws BrokenRule
 */
export function audit(engine: Engine): void {
	const { gates, everyServer, clockwork } = engine;
	must(clockwork.agenda.next >= clockwork.now, 'nothing is planned in the past');
	const found = new Set<Attempt>();
	for (const server of everyServer) auditServer(server, found, clockwork.now);
	const unanswered = new Set([...found].map(({ request }) => request).filter(({ answered }) => !answered));
	must(unanswered.size <= engine.inside, 'whoever is inside a server was sent and not answered');
	let inside = 0;
	for (const gate of gates) {
		auditGate(gate, found, engine);
		inside += gate.inside;
	}
	must(inside <= engine.inside, 'whoever is inside a gate was sent and not answered');
}

function auditServer(server: Server, found: Set<Attempt>, now: number): void {
	const { spec, serving, waiting, fault } = server;
	const line = server.line();
	const room = spec.discipline === 'fcfs' ? spec.workers : spec.slots;
	must(serving.length <= room, 'no more are served than there is room for');
	must(line.length === waiting && waiting <= spec.queue, 'the queue is bounded, and counted');
	must(fault !== 'none' || waiting === 0 || serving.length === room, 'nobody waits while a worker is idle');
	must(fault !== 'stop' || serving.length + waiting === 0, 'a dead machine holds nobody');
	serving.forEach((attempt, place) => {
		must(attempt.where === places.worker && attempt.place === place, 'whoever is served is at a worker');
		must(attempt.startedAt <= now, 'whoever is served was taken up');
	});
	for (const attempt of line) must(attempt.where === places.queue, 'whoever waits is in the queue');
	for (const attempt of [...serving, ...line]) {
		const { request } = attempt;
		must(!found.has(attempt), 'nobody is in two places');
		found.add(attempt);
		must(attempt.server === server, 'whoever is here came here');
		must(
			attempt.id === request.id && request.held > 0,
			'an attempt belongs to its request as long as it lasts'
		);
		must(attempt.ended !== request.open.includes(attempt), 'open is what has not ended');
		must(!request.answered || attempt.ended, 'nothing is open after the answer');
	}
}

function auditGate(gate: Gate, found: ReadonlySet<Attempt>, { scenario }: Engine): void {
	const { balancer } = scenario;
	must(gate.inside >= 0 && gate.inside <= (balancer.most ?? Infinity), 'a gate lets in as many as it may');
	must(gate.waiting <= (balancer.queue?.limit ?? 0) + ownLines(gate), 'the line at the gate is bounded');
	if (balancer.sees === 'servers') return;
	const counts = new Map<unknown, number>();
	for (const { request, backend, ended } of found)
		if (!ended && request.gate === gate) counts.set(backend, (counts.get(backend) ?? 0) + 1);
	for (const backend of gate.cluster.members) {
		must(backend.inflight >= (counts.get(backend) ?? 0), 'whoever is at a server is counted as in flight');
	}
}

/** Those who wait for one backend and no other have no limit of their own. */
function ownLines({ cluster }: Gate): number {
	return cluster.members.reduce((sum, { queued }) => sum + queued, 0);
}

function must(holds: boolean, rule: string): void {
	if (!holds) throw new BrokenRule(`The simulator broke its own rule: ${rule}.`);
}
