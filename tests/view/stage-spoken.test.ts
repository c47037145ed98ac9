import { expect, test } from 'vitest';
import { Scene } from '#record/scene.ts';
import { currentDetails } from '#view/stage/current.ts';
import { tidings, toldOf } from '#view/stage/tidings.ts';

function sceneOf(): Scene {
	const scene = new Scene();
	const machine = { workers: 2, queue: 5, speed: 1 };
	for (const backend of ['A', 'B', 'C'])
		scene.hear({ kind: 'backend', at: 0, backend, change: 'added', value: 1, machine });
	return scene;
}

let next = 0;
function refuse(scene: Scene, backend: string, times: number, at: number): void {
	for (let i = 0; i < times; i++) {
		const id = next++;
		scene.hear({ kind: 'send', at, id, key: 'k', work: 5 });
		scene.hear({ kind: 'pick', at, id, key: 'k', attempt: 0, backend });
		scene.hear({
			kind: 'end',
			at,
			id,
			attempt: 0,
			backend,
			latency: 1,
			result: 'error',
			reason: 'queue-full'
		});
		scene.hear({ kind: 'answer', at, id, latency: 1, result: 'error', reason: 'queue-full', backend });
	}
}

test('who turns callers away is told with how many since it was told last', () => {
	const scene = sceneOf();
	const first = toldOf(scene);
	refuse(scene, 'C', 12, 1000);
	const second = toldOf(scene);
	expect(tidings(first, second)).toBe('Server C turns callers away, 12 refused.');
	refuse(scene, 'C', 3, 2000);
	expect(tidings(second, toldOf(scene))).toBe('Server C turns callers away, 3 refused.');
	expect(tidings(second, second)).toBe('');
});

test('changes come first, at most three sentences are told, and the rest is counted', () => {
	const scene = sceneOf();
	const before = toldOf(scene);
	for (const backend of ['A', 'B', 'C']) refuse(scene, backend, 1, 1000);
	scene.hear({ kind: 'backend', at: 1000, backend: 'B', change: 'stop' });
	expect(tidings(before, toldOf(scene))).toBe(
		'Server B: stopped. Server A turns callers away, 1 refused. Server B turns callers away, 1 refused. And 1 more.'
	);
});

test('servers that are ordered, open, recover and leave are told of; time that goes back is not', () => {
	const scene = sceneOf();
	const machine = { workers: 2, queue: 5, speed: 1 };
	let before = toldOf(scene);
	const news = (): string => {
		const now = toldOf(scene);
		const says = tidings(before, now);
		before = now;
		return says;
	};
	scene.hear({ kind: 'backend', at: 1, backend: 'D', change: 'ordered', value: 500, machine });
	expect(news()).toBe('Server D is being built.');
	scene.hear({ kind: 'backend', at: 501, backend: 'D', change: 'added', value: 1, machine });
	expect(news()).toBe('Server D opens.');
	scene.hear({ kind: 'backend', at: 600, backend: 'A', change: 'stop' });
	expect(news()).toBe('Server A: stopped.');
	scene.hear({ kind: 'backend', at: 700, backend: 'A', change: 'restart', value: 1 });
	expect(news()).toBe('Server A is well again.');
	scene.hear({ kind: 'backend', at: 800, backend: 'D', change: 'removed' });
	expect(news()).toBe('Server D has left.');
	expect(tidings(before, toldOf(sceneOf()))).toBe('');
});

test('what is selected is told in sentences, as it is now', () => {
	const scene = sceneOf();
	scene.hear({ kind: 'send', at: 1, id: 7_000_000, key: 'k', work: 50 });
	expect(currentDetails({ kind: 'gate' }, scene, 1, 'Round robin')).toBe(
		'The gate, Round robin. It awaits the first request.'
	);
	scene.hear({ kind: 'pick', at: 2, id: 7_000_000, key: 'k', attempt: 0, backend: 'B' });
	expect(currentDetails({ kind: 'request', id: 7_000_000 }, scene, 22, 'x')).toBe(
		'Request 7,000,000 is on its way to B, for 20 ms.'
	);
	expect(currentDetails({ kind: 'server', id: 'B' }, scene, 3, 'x')).toMatch(
		/^Server B: 0 busy, 0 waiting, healthy\. .*Sent here 1, answered 0\.$/
	);
	expect(currentDetails({ kind: 'server', id: 'Z' }, scene, 3, 'x')).toBe('Server Z has gone.');
	expect(currentDetails(undefined, scene, 3, 'x')).toBe('');
});
