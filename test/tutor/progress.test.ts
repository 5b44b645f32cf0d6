import { describe, expect, it } from 'vitest';
import {
	exportProgress,
	importProgress,
	mergeProgress,
	progressOf,
	wasDone,
	type LessonProgress,
} from '#tutor';

const one = (more: Partial<LessonProgress> = {}): LessonProgress => ({
	lesson: 'images/02-layers',
	version: 1,
	passed: ['pulled'],
	answers: { space: 1 },
	doneAt: null,
	changedAt: 1000,
	...more,
});

describe('progress', () => {
	it('comes out of a file as it went in', () => {
		expect(importProgress(exportProgress([one(), one({ lesson: 'a/b' })]))).toEqual([
			one(),
			one({ lesson: 'a/b' }),
		]);
	});

	it('keeps what was passed here and there, and the newer answers', () => {
		const mine = one({ passed: ['pulled', 'shared'], doneAt: 900 });
		const theirs = one({
			passed: ['pulled', 'removed'],
			answers: { space: 0 },
			changedAt: 2000,
			doneAt: 1500,
		});
		expect(mergeProgress([mine], [theirs])).toEqual([
			one({ passed: ['pulled', 'shared', 'removed'], answers: { space: 0 }, changedAt: 2000, doneAt: 900 }),
		]);
		expect(mergeProgress([theirs], [mine])).toEqual(mergeProgress([mine], [theirs]));
	});

	it('of an older version of a lesson is not lost, and counts as done', () => {
		const all = mergeProgress([one({ doneAt: 5 })], [one({ version: 2, passed: [] })]);
		expect(progressOf(all, 'images/02-layers', 1)?.passed).toEqual(['pulled']);
		expect(progressOf(all, 'images/02-layers', 2)?.passed).toEqual([]);
		expect(wasDone(all, 'images/02-layers')).toBe(true);
		expect(wasDone(all, 'images/01-pull')).toBe(false);
	});

	it.each([
		['', 'does not hold'],
		['[]', 'does not hold'],
		['{"format":"drydock-progress","version":2,"lessons":[]}', 'newer'],
		['{"format":"drydock-progress","version":1,"lessons":[{"lesson":3}]}', 'damaged'],
		[
			JSON.stringify({ format: 'drydock-progress', version: 1, lessons: [one({ answers: { a: -1 } })] }),
			'damaged',
		],
		[' '.repeat(5_000_000), 'too large'],
	])('refuses %.40s', (file, why) => {
		expect(() => importProgress(file)).toThrow(why);
	});
});
