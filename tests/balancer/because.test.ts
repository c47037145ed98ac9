import { expect, test } from 'vitest';
import { Cluster } from '#balancer/cluster.ts';
import { randomStream } from '#balancer/random.ts';
import { createStrategy, type StrategyName } from '#balancer/strategies/index.ts';
import type { Backend, Because, Call, Strategy } from '#balancer/strategy.ts';
import { busy, callWith, scripted, weighing } from './backends.ts';

/** Pick, and ask why. */
function asked(
	strategy: Strategy,
	backends: readonly Backend[],
	call: Call = callWith('10.1.2.3'),
	tried?: readonly Backend[]
): { id: string; because: Because } {
	const picked = strategy.pick(backends, call, tried);
	const because = picked && strategy.because?.(picked, backends, call, tried);
	if (because === undefined) throw new Error('It gave no reason.');
	return { id: picked?.id ?? '', because };
}

const made = (name: StrategyName, lots: readonly number[] = [], knobs = {}): Strategy =>
	createStrategy(name, knobs, scripted(...lots));

test('Round robin names whose turn was before', () => {
	const strategy = made('round-robin');
	const backends = busy([0, 0, 0]);
	expect(asked(strategy, backends).because.says).toBe('The turn after c’s is a’s.');
	expect(asked(strategy, backends).because.says).toBe('The turn after a’s is b’s.');
});

test('Weighted round robin shows the savings from before the richest has paid', () => {
	const strategy = made('smooth-weighted-round-robin');
	const backends = weighing(5, 1, 1);
	const told = Array.from({ length: 3 }, () => asked(strategy, backends).because.figures?.of);
	// As in the table of NGINX's own commit message.
	expect(told).toEqual([
		[
			['a', 5],
			['b', 1],
			['c', 1]
		],
		[
			['a', 3],
			['b', 2],
			['c', 2]
		],
		[
			['a', 1],
			['b', 3],
			['c', 3]
		]
	]);
});

test('Two choices names the pair and nobody else', () => {
	const { id, because } = asked(made('two-choices', [0, 0.5]), busy([2, 9, 1]));
	expect(id).toBe('c');
	expect(because.says).toBe('Drawn by lot: a and c. c has the least, 1 in flight.');
	expect(because.figures).toEqual({
		measure: 'in flight',
		of: [
			['a', 2],
			['c', 1]
		]
	});
	const tie = asked(made('two-choices', [0.9, 0]), busy([1, 5, 1]));
	expect(tie.because.says).toBe(
		'Drawn by lot: a and c. a and c have no more than 1 in flight, and c was drawn first.'
	);
});

test('HAProxy’s random tells the draws that it made, by running its generator backwards', () => {
	const strategy = createStrategy('haproxy-random', { draws: 4 }, randomStream(3));
	const backends = busy([7, 1, 5, 3]);
	for (let id = 0; id < 200; id++) {
		const { id: picked, because } = asked(strategy, backends, callWith('', id));
		const figures = because.figures?.of ?? [];
		expect(Math.min(...figures.map(([, load]) => load))).toBe(
			figures.find(([other]) => other === picked)?.[1]
		);
	}
});

test('Consistent hashing names whom it passed over, and why', () => {
	const backends = busy([0, 0, 0]);
	const strategy = made('consistent-hash');
	const home = asked(strategy, backends);
	expect(home.because.says).toMatch(
		/lies at [\d.]+° of the circle\. The next point, at [\d.]+°, is [abc]’s\.$/
	);
	const failed = backends.filter(({ id }) => id === home.id);
	const retried = asked(strategy, backends, callWith('10.1.2.3'), failed);
	expect(retried.because.says).toContain(`Past the points of ${home.id} (which has failed this request)`);
	expect(retried.because.mark?.at).toBe(home.because.mark?.at);
});

test('Bounded loads says the bound that was reached', () => {
	const backends = busy([0, 0, 0]);
	const { id } = asked(made('consistent-hash'), backends);
	const crowded = busy(backends.map((backend) => (backend.id === id ? 6 : 0)));
	const { because } = asked(made('bounded-loads'), crowded);
	// ⌈1.25 · 7 / 3⌉ = 3.
	expect(because.says).toContain(`Past the points of ${id} (which has reached its bound of 3)`);
	expect(because.figures?.of.find(([other]) => other === id)).toEqual([id, -3]);
});

test('Join idle queue tells the line from the lot', () => {
	const strategy = made('join-idle-queue', [0.9, 0.9, 0]);
	const idle = busy([0, 0, 5]);
	expect(asked(strategy, idle).because.says).toMatch(
		/^[ab] stood first in the line of the idle\. Behind it: [ab]\.$/
	);
	asked(strategy, idle);
	expect(asked(strategy, idle).because.says).toBe(
		'Nobody stands in line, so all are taken to be busy, and the lot fell on c.'
	);
});

test('A hash that is divided leaves the slot it says', () => {
	const backends = weighing(3, 2, 1, 1);
	const { because } = asked(made('haproxy-source'), backends);
	// 10.1.2.3 is 167,838,211, and that modulo 7 is 2; weights 3, 2, 1, 1 lay out a b a b a c d.
	expect(because.says).toBe(
		'The hash of 10.1.2.3 is 167,838,211. Divided by 7 it leaves slot 2, which is a’s.'
	);
	expect(because.mark).toEqual({ piece: 2, at: 2.5 / 7 });
});

test('A cluster passes the reasons on to whoever hears, before it counts', () => {
	const cluster = new Cluster(made('least-connections'));
	cluster.add('a', {}, 0);
	const heard: (Because | undefined)[] = [];
	cluster.acquire(callWith(''), undefined, (because) => heard.push(because));
	expect(heard.map((because) => because?.says)).toEqual(['a has the fewest, nothing in flight.']);
	cluster.acquire(callWith(''));
	expect(heard).toHaveLength(1);
});

test('A stand-in that no strategy picked has no reasons', () => {
	const cluster = new Cluster(made('round-robin'), { backups: 'first' });
	cluster.add('spare', { backup: true }, 0);
	let told = 0;
	expect(cluster.acquire(callWith(''), undefined, () => told++)?.id).toBe('spare');
	expect(told).toBe(0);
});
