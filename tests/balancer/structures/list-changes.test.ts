import { expect, test } from 'vitest';
import { listWatch } from '#balancer/structures/list-changes.ts';
import type { Backend } from '#balancer/strategy.ts';
import { weighing } from '../backends.ts';

function watched(): { watch: ReturnType<typeof listWatch>; heard: string[] } {
	const heard: string[] = [];
	const hear =
		(what: string) =>
		({ id }: Backend): void => {
			heard.push(`${id} ${what}`);
		};
	const watch = listWatch({
		added: hear('added'),
		joined: hear('joined'),
		left: hear('left'),
		withdrawn: hear('withdrawn'),
		weighed: hear('weighed')
	});
	return { watch, heard };
}

test('listWatch tells those who are there from the start from those who join later', () => {
	const { watch, heard } = watched();
	const all = weighing(1, 1, 1);
	watch.see(all.slice(0, 1));
	watch.see(all.slice(0, 2));
	watch.started();
	watch.see(all);
	expect(heard).toEqual(['a added', 'b added', 'c joined']);
});

test('listWatch tells of who leaves and returns, also before the first pick', () => {
	const { watch, heard } = watched();
	const all = weighing(1, 1, 1);
	watch.see(all);
	watch.see(all.slice(1));
	watch.see([...all]);
	expect(heard).toEqual(['a added', 'b added', 'c added', 'a left', 'a joined']);
});

test('listWatch takes all who are new before the first pick for the start, whatever happens between them', () => {
	const { watch, heard } = watched();
	const all = weighing(1, 1, 1);
	watch.see(all.slice(0, 2));
	watch.see(all.slice(0, 1));
	watch.see([...all.slice(0, 1), ...all.slice(2)]);
	watch.started();
	expect(heard).toEqual(['a added', 'b added', 'b left', 'c added']);
});

test('listWatch tells of weights, and of a return that happened between two lists', () => {
	const { watch, heard } = watched();
	const all = weighing(1, 1, 1).map((backend) => ({ ...backend }));
	watch.see(all);
	const [a, b] = all;
	if (a !== undefined) a.weight = 4;
	if (b !== undefined) b.since = 70;
	watch.see([...all]);
	expect(heard).toEqual(['a added', 'b added', 'c added', 'b left', 'a weighed', 'b joined']);
});

test('listWatch says nothing of the same array, nor of one with the same servers', () => {
	const { watch, heard } = watched();
	const all = weighing(1, 1);
	for (const list of [all, all, [...all]]) watch.see(list);
	watch.started();
	watch.started();
	expect(heard).toEqual(['a added', 'b added']);
});

test('listWatch tells who was out from the start', () => {
	const { watch, heard } = watched();
	const all = weighing(1, 1);
	watch.see(all, 0);
	watch.see(all.slice(0, 1), 0);
	watch.see([...all], 5);
	expect(heard).toEqual(['a added', 'b added', 'b withdrawn', 'b joined']);
});
