import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLessons, findProblems, LESSONS, readLessonFolder } from '../../src/commands/lesson/folder.ts';
import { playLessons, type LessonReport } from '../../src/commands/lesson/test.ts';

const folders = await findLessons([]);

it('nothing in the files of the lessons is wrong, in any language', async () => {
	expect(await findProblems(await Promise.all(folders.map(readLessonFolder)))).toEqual([]);
});

describe('played in the real machine', () => {
	/** Each resolves when its lesson has been played; two are played at a time, in the order of the list. */
	const done = new Map<string, (report: LessonReport) => void>();
	const reports = new Map(
		folders.map((folder) => [folder, new Promise<LessonReport>((resolve) => done.set(folder, resolve))]),
	);
	let playing: Promise<void>;

	beforeAll(() => {
		playing = playLessons(folders, (report) => done.get(report.folder)?.(report));
	});
	afterAll(() => playing);

	for (const folder of folders)
		it(
			path.relative(LESSONS, folder),
			async () => {
				const attempts = (await reports.get(folder))?.attempts ?? [];
				expect(attempts.filter(({ problem }) => problem !== null).map(({ name, problem }) => `${name}: ${problem}`)).toEqual([]);
				// Start, solution, reset, and at least one mistake.
				expect(attempts.length).toBeGreaterThan(3);
			},
			900_000,
		);
});
