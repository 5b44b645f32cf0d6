import { describe, expect, it } from 'vitest';
import { findLessons, play, readLessonFolder } from '../../src/commands/lesson-folder.ts';

for (const folder of await findLessons()) {
	const found = await readLessonFolder(folder);
	describe(found.lessons[0]?.id ?? folder, () => {
		it('is there in every language', () => {
			expect(found.lessons.map((lesson) => lesson.locale)).toEqual(['en', 'zh-CN']);
		});

		for (const attempt of found.attempts) {
			it(`${attempt.name} comes to what it must`, async () => {
				expect(await play(found, attempt)).toBeNull();
			});
		}
	});
}
