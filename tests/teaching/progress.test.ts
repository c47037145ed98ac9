import { expect, test } from 'vitest';
import { InputError } from '#record/input.ts';
import { readScenario } from '#simulator/scenario.ts';
import { judge, type Judgement } from '#teaching/goal.ts';
import { Progress, progressKey, unreadableKey, type Shelf } from '#teaching/progress.ts';
import { measured } from './measured.ts';

const slug = '03-the-carousel';
const blocked = (): never => {
	throw new DOMException('The operation is insecure.', 'SecurityError');
};

function shelf(texts: Record<string, string> = {}): Shelf & { texts: Record<string, string> } {
	return {
		texts,
		getItem: (key) => texts[key] ?? null,
		setItem: (key, value) => {
			texts[key] = value;
		},
		removeItem: (key) => {
			Reflect.deleteProperty(texts, key);
		}
	};
}

function verdict(latencies: readonly number[]): Judgement {
	const objectives = [{ measure: 'p99' as const, atMost: 500, label: 'fast' }];
	return judge(measured(latencies), readScenario({ servers: [{ id: 'A' }] }), { objectives });
}

test('what was predicted, hinted and reached is there after a reload', () => {
	const storage = shelf();
	const first = new Progress(() => storage);
	first.predicted(slug, ['random', 'round-robin']);
	first.scored(slug, 'off');
	first.hinted(slug, 2);
	first.hinted(slug, 1);
	first.judged(slug, verdict([400]));
	expect(new Progress(() => storage).lesson(slug)).toEqual({
		prediction: { guess: ['random', 'round-robin'], outcome: 'off' },
		hints: 2,
		done: true,
		reached: ['p99'],
		best: { met: true, values: { p99: 400 }, room: 0.2 }
	});
});

test('the best result stays, and a goal once met stays met', () => {
	const progress = new Progress(() => shelf());
	progress.judged(slug, verdict([Infinity]));
	expect(progress.lesson(slug)).toMatchObject({ done: false, best: { values: { p99: null } } });
	progress.judged(slug, verdict([600]));
	progress.judged(slug, verdict([300]));
	progress.judged(slug, verdict([450]));
	progress.judged(slug, verdict([900]));
	expect(progress.lesson(slug)).toMatchObject({ done: true, best: { met: true, values: { p99: 300 } } });
});

test('every change makes a new book, so that a page can see it', () => {
	const progress = new Progress(() => shelf());
	const before = progress.book;
	progress.hinted(slug, 1);
	expect(progress.book).not.toBe(before);
	expect(before.lessons).toEqual({});
});

test.each([
	['missing', () => undefined],
	['blocked', blocked],
	['full', () => ({ ...shelf(), setItem: blocked })],
	['unreadable', () => ({ ...shelf(), getItem: blocked })]
])('with storage that is %s it works on, keeps nothing and says so once', (_, storage) => {
	const said: string[] = [];
	const progress = new Progress(storage, (message) => said.push(message));
	progress.hinted(slug, 1);
	progress.hinted(slug, 3);
	progress.erase();
	progress.hinted(slug, 2);
	expect(progress.lesson(slug).hints).toBe(2);
	expect(progress.kept).toBe(false);
	expect(said).toHaveLength(1);
	expect(said[0]).toMatch(/remembered until you close this page/);
});

test.each(['{"version":1,"lessons":', '[]', '{"version":1,"lessons":{"a":{"hints":9}}}', 'null'])(
	'a broken book %s is put aside, said once, and a new one begun',
	(text) => {
		const storage = shelf({ [progressKey]: text });
		const said: string[] = [];
		const progress = new Progress(
			() => storage,
			(message) => said.push(message)
		);
		expect(progress.book.lessons).toEqual({});
		expect(storage.texts[unreadableKey]).toBe(text);
		expect(said).toHaveLength(1);
		progress.hinted(slug, 1);
		expect(new Progress(() => storage).lesson(slug).hints).toBe(1);
	}
);

test('a book of a newer version is never written over', () => {
	const newer = JSON.stringify({ version: 3, chapters: ['unknown'] });
	const storage = shelf({ [progressKey]: newer });
	const said: string[] = [];
	const progress = new Progress(
		() => storage,
		(message) => said.push(message)
	);
	progress.predicted(slug, 500);
	progress.erase();
	expect(storage.texts).toEqual({ [progressKey]: newer });
	expect(said).toEqual([expect.stringContaining('newer Golangia')]);
});

test('export and import carry a book to another browser, and erase forgets it', () => {
	const here = new Progress(() => shelf());
	here.predicted(slug, 500);
	const storage = shelf();
	const there = new Progress(() => storage);
	there.import(here.export());
	expect(there.lesson(slug).prediction).toEqual({ guess: 500 });
	there.erase();
	expect(there.book.lessons).toEqual({});
	expect(storage.texts).toEqual({});
});

test('an import that is wrong changes nothing and says why', () => {
	const progress = new Progress(() => shelf());
	progress.hinted(slug, 1);
	expect(() => {
		progress.import('{"version":1,"lessons":{"a":{"hints":"two"}}}', 'mine.json');
	}).toThrow(/^mine\.json: lessons\.a\.hints is "two"/);
	expect(() => {
		progress.import('{"version":7}', 'mine.json');
	}).toThrow(InputError);
	expect(progress.lesson(slug).hints).toBe(1);
});

test('a book of version 1 comes along whole', () => {
	const lessons = {
		[slug]: { prediction: { guess: ['random', 'round-robin'], outcome: 'off' }, done: true, hints: 2 }
	};
	const storage = shelf({ [progressKey]: JSON.stringify({ version: 1, lessons }) });
	const progress = new Progress(() => storage);
	expect(progress.lesson(slug)).toEqual({ ...lessons[slug], reached: [] });
	expect(progress.settings).toEqual({ story: true, keys: true });
	progress.set({ story: false });
	expect(JSON.parse(storage.texts[progressKey] ?? '')).toMatchObject({
		version: 2,
		settings: { story: false }
	});
	expect(new Progress(() => storage).lesson(slug).done).toBe(true);
});

test('an objective that a finished run has met stays reached, though a later run misses it', () => {
	const progress = new Progress(() => shelf());
	progress.judged(slug, verdict([300]));
	progress.judged(slug, verdict([900]));
	expect(progress.lesson(slug).reached).toEqual(['p99']);
});

test('a drawn curve is kept point by point', () => {
	const storage = shelf();
	new Progress(() => storage).predicted(slug, [100, 250, 900]);
	expect(new Progress(() => storage).lesson(slug).prediction).toEqual({ guess: [100, 250, 900] });
});
