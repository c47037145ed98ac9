import type { Cluster } from '#balancer/cluster.ts';
import type { Golden } from './golden-file.ts';
import { GoldenGate, type Played, type Wish } from './golden-gate.ts';
import type { GoldenHost } from './golden-host.ts';

/** Carry the script out on a cluster, with no socket and no clock, and tell what became of each request, in order. */
export function playSteps(
	golden: Golden,
	cluster: Cluster,
	host: GoldenHost,
	keyOf: (input: string | null) => string
): readonly Played[] {
	const { steps, servers } = golden;
	const gate = new GoldenGate(golden, cluster, host);
	const wishes: Wish[] = [];
	const open = new Map<string, Wish>();
	/** Out of service by command; a server that only drained takes nobody from the queue when it comes back. */
	const maintained = new Set(servers.filter(({ down }) => down).map(({ name }) => name));

	const start = (input: string | null): Wish => {
		const wish = gate.start(wishes.length, keyOf(input));
		wishes.push(wish);
		return wish;
	};
	const setState = (name: string, op: 'down' | 'drain' | 'up'): void => {
		const backend = cluster.members.find(({ id }) => id === name);
		cluster.setState(name, op === 'up' ? 'ready' : op, gate.at);
		if (backend === undefined) return;
		if (op !== 'up') gate.left(backend, op === 'down');
		if (op === 'down') maintained.add(name);
		else if (maintained.delete(name)) gate.returned(backend, op === 'up');
	};

	steps.forEach((step, index) => {
		gate.step = index;
		// What changes at different steps changes at different instants, a microsecond apart.
		gate.at += 0.001;
		switch (step.op) {
			case 'requests':
				for (const input of step.inputs ?? Array<null>(step.count).fill(null)) gate.finish(start(input));
				break;
			case 'start':
				open.set(step.id, start(step.input ?? null));
				break;
			case 'finish': {
				const wish = open.get(step.id);
				if (wish !== undefined) gate.finish(wish);
				break;
			}
			case 'refuse':
				gate.refusing.add(step.server);
				break;
			case 'accept':
				gate.refusing.delete(step.server);
				break;
			case 'down':
			case 'drain':
			case 'up':
				setState(step.server, step.op);
				break;
			case 'weight':
				cluster.setWeight(step.server, step.weight, gate.at);
				break;
			case 'sleep':
				gate.at += step.seconds * 1000;
				cluster.pass(gate.at);
				gate.expire();
		}
	});
	return wishes.map(({ played }) => played);
}
