import { expect, it } from 'vitest';
import { findLessons, findProblems, readLessonFolder } from '../../src/commands/lesson/folder.ts';

it('nothing in the files of the lessons is wrong, in any language', async () => {
	const folders = await Promise.all((await findLessons([])).map(readLessonFolder));
	expect(folders.length).toBeGreaterThan(0);
	expect(await findProblems(folders)).toEqual([]);
});
