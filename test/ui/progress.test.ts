import { SandboxError } from '#base';
import { exportProgress, importProgress, mergeProgress, type LessonProgress } from '#tutor';
import { describe, expect, it } from 'vitest';
import { Progress } from '../../src/ui/progress/progress.svelte.ts';
import type { Records } from '../../src/ui/progress/records.ts';

const LESSON = 'site/containers/01-first-container';

function memoryRecords(kept = new Map<string, unknown>()): Records & { kept: Map<string, unknown> } {
	return {
		kept,
		all: async () => new Map(kept),
		async update(key, change) {
			const after = change(kept.get(key));
			if (after === undefined) kept.delete(key);
			else kept.set(key, structuredClone(after));
		},
	};
}

let now = Date.UTC(2026, 0, 1);

function done(passed: string[], more: Partial<LessonProgress> = {}): LessonProgress {
	return { lesson: LESSON, version: 1, passed, answers: {}, doneAt: null, changedAt: (now += 1000), ...more };
}

async function begun(store: Records): Promise<Progress> {
	const progress = new Progress(store);
	await progress.loaded;
	return progress;
}

function problemOf(read: () => unknown): unknown {
	try {
		read();
	} catch (error) {
		return error instanceof SandboxError ? (error.detail as { problem: string }).problem : error;
	}
	return 'none';
}

describe('progress', () => {
	it('is there again on the next visit', async () => {
		const store = memoryRecords();
		const first = await begun(store);
		first.keep(done(['greeting'], { answers: { guess: 1 } }));
		await first.settled();

		const again = await begun(store);
		expect(again.standing(LESSON, 1)).toEqual({ is: 'begun', passed: 1 });
		expect(again.of(LESSON, 1)).toMatchObject({ passed: ['greeting'], answers: { guess: 1 } });
	});

	it('keeps what was done when the lesson changes, and starts the new version from nothing', async () => {
		const store = memoryRecords();
		const first = await begun(store);
		first.keep(done(['greeting'], { doneAt: 5 }));
		expect(first.standing(LESSON, 2)).toEqual({ is: 'finished-before' });
		first.keep(done(['greeting'], { version: 2 }));
		await first.settled();

		const again = await begun(store);
		expect(again.standing(LESSON, 1)).toEqual({ is: 'finished' });
		expect(again.standing(LESSON, 2)).toEqual({ is: 'begun', passed: 1 });
	});

	it('of two tabs adds up', async () => {
		const store = memoryRecords();
		const [one, other] = [await begun(store), await begun(store)];
		one.keep(done(['greeting']));
		other.keep(done(['box']));
		await Promise.all([one.settled(), other.settled()]);
		expect((await begun(store)).standing(LESSON, 1)).toEqual({ is: 'begun', passed: 2 });
	});

	it('is not undone by a session that begins anew', async () => {
		const progress = await begun(memoryRecords());
		progress.keep(done(['greeting', 'box'], { doneAt: 7 }));
		progress.keep(done([]));
		expect(progress.standing(LESSON, 1)).toEqual({ is: 'finished' });
	});

	it('is forgotten when asked', async () => {
		const store = memoryRecords();
		const progress = await begun(store);
		progress.keep(done(['greeting']));
		progress.forget(LESSON, 1);
		await progress.settled();
		expect(progress.standing(LESSON, 1)).toEqual({ is: 'new' });
		expect(store.kept.size).toBe(0);
	});

	it('lasts as long as the page where nothing can be kept, and says so', async () => {
		const closed = async (): Promise<never> => {
			throw new Error('no storage here');
		};
		const progress = await begun({ all: closed, update: closed });
		progress.keep(done(['greeting']));
		await progress.settled();
		expect(progress.isVolatile).toBe(true);
		expect(progress.standing(LESSON, 1)).toEqual({ is: 'begun', passed: 1 });
	});

	it('of a newer page is neither shown nor lost', async () => {
		const future = { shape: 99, lesson: LESSON, version: 7, medals: 3 };
		const store = memoryRecords(new Map<string, unknown>([[`${LESSON}@7`, future]]));
		const progress = await begun(store);
		progress.keep(done(['greeting']));
		await progress.settled();
		expect(progress.standing(LESSON, 7)).toEqual({ is: 'new' });
		expect(store.kept.get(`${LESSON}@7`)).toEqual(future);
	});
});

describe('a progress file', () => {
	it('brings everything to another browser, and nothing is lost there', async () => {
		const here = await begun(memoryRecords());
		here.keep(done(['greeting']));
		const there = await begun(memoryRecords());
		there.keep(done(['box']));
		expect(there.importFile(here.exportFile())).toBe(1);
		expect(there.standing(LESSON, 1)).toEqual({ is: 'begun', passed: 2 });
	});

	const record = done(['greeting']);
	const file = (content: object): string =>
		JSON.stringify({ format: 'drydock-progress', version: 1, ...content });
	const cases: [name: string, text: string, problem: string][] = [
		['is not JSON', 'hello', 'not-json'],
		['is empty', '', 'not-json'],
		['is JSON of something else', '{"name":"left-pad"}', 'not-progress'],
		['is a list', '[]', 'not-progress'],
		['is nothing', 'null', 'not-progress'],
		['is of a newer version', file({ version: 2, lessons: [] }), 'newer'],
		['has no lessons', file({}), 'damaged'],
		['has a lesson without a name', file({ lessons: [{ ...record, lesson: '' }] }), 'damaged'],
		['has a time that is none', file({ lessons: [{ ...record, changedAt: 'yesterday' }] }), 'damaged'],
		['has an answer that is none', file({ lessons: [{ ...record, answers: { a: -1 } }] }), 'damaged'],
		['has one bad lesson among good ones', file({ lessons: [record, 5] }), 'damaged'],
	];
	for (const [name, text, problem] of cases)
		it(`that ${name} is refused with its reason`, async () => {
			const progress = await begun(memoryRecords());
			expect(problemOf(() => progress.importFile(text))).toBe(problem);
			expect(progress.standing(LESSON, 1)).toEqual({ is: 'new' });
		});

	it('is read as it was written', () => {
		const all = [done(['a'], { answers: { q: 2 }, doneAt: 9 })];
		expect(importProgress(exportProgress(all))).toEqual(all);
	});

	it('adds up the same whichever comes first', () => {
		const one = [done(['a', 'b'], { answers: { q: 0 } })];
		const other = [done(['a', 'c'], { answers: { q: 1 }, doneAt: 9 })];
		const sorted = (all: LessonProgress[]): unknown =>
			all.map((each) => ({ ...each, passed: each.passed.sort() }));
		expect(sorted(mergeProgress(one, other))).toEqual(sorted(mergeProgress(other, one)));
		expect(mergeProgress(one, other)[0]).toMatchObject({ answers: { q: 1 }, doneAt: 9 });
	});
});
