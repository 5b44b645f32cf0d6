import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLessonFolder } from '../../src/commands/lesson/folder.ts';

const BROKEN = path.join(import.meta.dirname, 'broken');

/** What must be told of each lesson: `file:line code`, in order. Each lesson is a good one with one mistake planted in it. */
const expected = JSON.parse(await readFile(path.join(BROKEN, 'expected.json'), 'utf8')) as Record<
	string,
	string[]
>;

describe('lesson check', () => {
	it('knows every broken lesson', async () => {
		const entries = await readdir(BROKEN, { withFileTypes: true });
		const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
		expect(folders.sort()).toEqual(Object.keys(expected).sort());
		expect(folders.length).toBeGreaterThanOrEqual(40);
	});

	for (const [name, told] of Object.entries(expected))
		it(`finds what is wrong in ${name}`, async () => {
			const { review } = await readLessonFolder(path.join(BROKEN, name));
			expect(told.length).toBeGreaterThan(0);
			expect(review.problems.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual(told);
			// Each says what is wrong and what to do, in sentences.
			for (const { message, advice } of review.problems) {
				expect(message).toMatch(/^[`A-Za-z"{][^]*[.…]$/);
				expect(advice).toMatch(/[.?]$/);
			}
		});
});
