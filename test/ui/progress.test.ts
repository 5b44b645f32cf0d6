import { SandboxError } from '#base';
import { describe, expect, it } from 'vitest';
import { readProgressFile, writeProgressFile } from '../../src/ui/progress/file.ts';
import { Progress, type Records } from '../../src/ui/progress/progress.svelte.ts';
import { mergeRecords, newRecord, readRecord, writeRecord } from '../../src/ui/progress/record.ts';

const LESSON = 'site/first-steps/01-first-container';

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

/** A clock that moves on by a second each time it is looked at. */
function ticking(): () => number {
	let now = Date.UTC(2026, 0, 1);
	return () => (now += 1000);
}

async function begun(store: Records): Promise<Progress> {
	const progress = new Progress(store, ticking());
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
		first.passed(LESSON, '1', 'greeting');
		first.answered(LESSON, '1', 'guess', ['exited']);
		first.hinted(LESSON, '1', 'greeting', 2);
		await first.settled();

		const again = await begun(store);
		expect(again.standing(LESSON, '1')).toEqual({ is: 'begun', passed: 1 });
		expect(again.record(LESSON, '1')).toMatchObject({ answers: { guess: ['exited'] }, hints: { greeting: 2 } });
	});

	it('keeps what was done when the lesson changes, and starts the new version from nothing', async () => {
		const store = memoryRecords();
		const first = await begun(store);
		first.passed(LESSON, '1', 'greeting');
		first.finished(LESSON, '1');
		expect(first.standing(LESSON, '2')).toEqual({ is: 'finished-before' });
		first.passed(LESSON, '2', 'greeting');
		await first.settled();

		const again = await begun(store);
		expect(again.standing(LESSON, '1')).toEqual({ is: 'finished' });
		expect(again.standing(LESSON, '2')).toEqual({ is: 'begun', passed: 1 });
	});

	it('of two tabs adds up', async () => {
		const store = memoryRecords();
		const [one, other] = [await begun(store), await begun(store)];
		one.passed(LESSON, '1', 'greeting');
		other.passed(LESSON, '1', 'box');
		await Promise.all([one.settled(), other.settled()]);
		expect((await begun(store)).standing(LESSON, '1')).toEqual({ is: 'begun', passed: 2 });
	});

	it('is forgotten when asked', async () => {
		const store = memoryRecords();
		const progress = await begun(store);
		progress.passed(LESSON, '1', 'greeting');
		progress.forget(LESSON, '1');
		await progress.settled();
		expect(progress.standing(LESSON, '1')).toEqual({ is: 'new' });
		expect(store.kept.size).toBe(0);
	});

	it('lasts as long as the page where nothing can be kept, and says so', async () => {
		const closed = async (): Promise<never> => {
			throw new Error('no storage here');
		};
		const progress = await begun({ all: closed, update: closed });
		progress.passed(LESSON, '1', 'greeting');
		await progress.settled();
		expect(progress.isVolatile).toBe(true);
		expect(progress.standing(LESSON, '1')).toEqual({ is: 'begun', passed: 1 });
	});

	it('of a newer page is neither shown nor lost', async () => {
		const future = { shape: 99, lesson: LESSON, version: '7', medals: 3 };
		const store = memoryRecords(new Map<string, unknown>([[`${LESSON}@7`, future]]));
		const progress = await begun(store);
		progress.passed(LESSON, '1', 'greeting');
		await progress.settled();
		expect(progress.standing(LESSON, '7')).toEqual({ is: 'new' });
		expect(store.kept.get(`${LESSON}@7`)).toEqual(future);
	});
});

describe('a progress file', () => {
	it('brings everything to another browser, and nothing is lost there', async () => {
		const here = await begun(memoryRecords());
		here.passed(LESSON, '1', 'greeting');
		const there = await begun(memoryRecords());
		there.passed(LESSON, '1', 'box');
		expect(there.importFile(here.exportFile())).toBe(1);
		expect(there.standing(LESSON, '1')).toEqual({ is: 'begun', passed: 2 });
	});

	const record = writeRecord(newRecord(LESSON, '1', '2026-01-01T00:00:00.000Z'));
	const file = (content: object): string => JSON.stringify({ kind: 'drydock-progress', version: 1, ...content });
	const cases: [name: string, text: string, problem: string][] = [
		['is not JSON', 'hello', 'not-json'],
		['is empty', '', 'not-json'],
		['is JSON of something else', '{"name":"left-pad"}', 'not-progress'],
		['is a list', '[]', 'not-progress'],
		['is of a newer version', file({ version: 2, lessons: [] }), 'newer'],
		['has no lessons', file({}), 'damaged'],
		['has a lesson without a name', file({ lessons: [{ ...record, lesson: '' }] }), 'damaged'],
		['has a time that is none', file({ lessons: [{ ...record, updatedAt: 'yesterday' }] }), 'damaged'],
		['has a count that is none', file({ lessons: [{ ...record, hints: { a: -1 } }] }), 'damaged'],
		['has one bad lesson among good ones', file({ lessons: [record, 5] }), 'damaged'],
	];
	for (const [name, text, problem] of cases)
		it(`that ${name} is refused with its reason`, async () => {
			expect(problemOf(() => readProgressFile(text))).toBe(problem);
			const progress = await begun(memoryRecords());
			expect(problemOf(() => progress.importFile(text))).toBe(problem);
			expect(progress.standing(LESSON, '1')).toEqual({ is: 'new' });
		});

	it('is read as it was written', () => {
		const one = { ...newRecord(LESSON, '1', '2026-01-01T00:00:00.000Z'), passed: { a: '2026-01-02T00:00:00Z' } };
		expect(readProgressFile(writeProgressFile([one], '2026-01-03T00:00:00.000Z'))).toEqual([one]);
	});
});

describe('two records of a lesson', () => {
	const one = {
		...newRecord(LESSON, '1', '2026-01-01T00:00:00Z'),
		passed: { a: '2026-01-01T10:00:00Z', b: '2026-01-01T11:00:00Z' },
		answers: { q: ['old'] },
		hints: { a: 3 },
	};
	const other = {
		...newRecord(LESSON, '1', '2026-01-02T00:00:00Z'),
		finishedAt: '2026-01-02T12:00:00Z',
		passed: { a: '2026-01-02T10:00:00Z', c: '2026-01-02T11:00:00Z' },
		answers: { q: ['new'] },
		hints: { a: 1, b: 1 },
	};

	it('say the same whichever comes first', () => {
		expect(mergeRecords(one, other)).toEqual(mergeRecords(other, one));
	});

	it('keep the first time of each check and the last answer', () => {
		expect(mergeRecords(one, other)).toEqual({
			...other,
			startedAt: one.startedAt,
			passed: { a: '2026-01-01T10:00:00Z', b: '2026-01-01T11:00:00Z', c: '2026-01-02T11:00:00Z' },
			answers: { q: ['new'] },
			hints: { a: 3, b: 1 },
		});
	});

	it('survive being kept', () => {
		expect(readRecord(structuredClone(writeRecord(other)))).toEqual(other);
	});
});
