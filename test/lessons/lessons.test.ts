import { describe, expect, it } from 'vitest';
import { findLessons, play, readLessonFolder } from '../../src/commands/lesson-folder.ts';

for (const folder of await findLessons()) {
	const found = await readLessonFolder(folder);
	describe(found.lessons[0]?.id ?? folder, () => {
		it('is there in every language', () => {
			expect(found.lessons.map((lesson) => lesson.locale)).toEqual(['en', 'zh-CN']);
		});

		it('says the same in every language: the same steps, commands and checks', () => {
			const [english, ...others] = found.lessons.map(skeleton);
			for (const other of others) expect(other).toEqual(english);
		});

		for (const attempt of found.attempts) {
			it(`${attempt.name} comes to what it must`, async () => {
				expect(await play(found, attempt)).toBeNull();
			});
		}
	});
}

/** What of a lesson's text does not depend on its language. */
function skeleton(lesson: { sections: { parts: object[] }[] }): unknown {
	return lesson.sections.map(({ parts }) =>
		parts.map((part) => {
			if ('check' in part) return part.check;
			const html = 'html' in part ? String(part.html) : '';
			return Array.from(html.matchAll(/data-command="([^"]*)" data-terminal="([^"]*)"/g), (match) => match.slice(1));
		}),
	);
}
