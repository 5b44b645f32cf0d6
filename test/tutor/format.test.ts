import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { authorFiles, checkKinds, generalWords, LOCALES, reviewCourse, reviewLesson } from '#tutor';

const ROOT = path.join(import.meta.dirname, '../..');

describe('what is made from the description of the format', () => {
	for (const [name, text] of Object.entries(authorFiles()))
		it(`${name} is up to date (npm run schemas)`, async () => {
			expect(await readFile(path.join(ROOT, name), 'utf8')).toBe(text);
		});

	it('README names every kind of check', async () => {
		const readme = await readFile(path.join(ROOT, 'lessons/README.md'), 'utf8');
		for (const kind of Object.keys(checkKinds)) expect(readme).toContain(`| \`${kind}\` `);
	});
});

describe('words', () => {
	for (const [kind, { reasons }] of Object.entries(checkKinds))
		it(`say in every language why ${kind} has not passed, with facts that are known then`, () => {
			for (const [reason, facts] of Object.entries(reasons)) {
				const said = LOCALES.map((locale) => generalWords(locale, kind, reason));
				for (const words of said) expect(words, reason).toBeTruthy();
				const holes = said.map((words) => [...new Set(words?.match(/\{\w+\}/g))].sort());
				expect(holes[1], reason).toEqual(holes[0]);
				for (const hole of holes[0] ?? []) expect(facts, `${reason} ${hole}`).toContain(hole.slice(1, -1));
			}
		});
});

describe('course.yaml', () => {
	const words = '{ en: W, zh-CN: 词 }';
	const lesson = (id: string, needs = '') =>
		reviewLesson(id, new Map([['lesson.md', `---\ntitle: T\nprerequisites: [${needs}]\n---\n`]]), [
			'a/1',
			'a/2',
			'b/1',
		]);
	const codes = (paths: string, lessons = [lesson('a/1')]) =>
		reviewCourse(`title: ${words}\nsummary: ${words}\npaths:\n${paths}`, lessons).map(
			({ line, code }) => `${line} ${code}`,
		);
	const entry = (id: string) => `  - { id: ${id}, title: ${words}, summary: ${words} }\n`;

	it('is good when each path has lessons and each lesson a path', () => {
		expect(codes(entry('a'))).toEqual([]);
	});
	it('tells of paths without lessons, lessons without a path, and a path that is there twice', () => {
		expect(codes(entry('a') + entry('b'))).toEqual(['5 empty-path']);
		expect(codes(entry('a'), [lesson('a/1'), lesson('b/1')])).toEqual(['4 unknown-path']);
		expect(codes(entry('a') + entry('a'))).toEqual(['5 duplicate-id']);
	});
	it('tells of words that are missing in a language', () => {
		expect(codes(`  - { id: a, title: { en: W }, summary: ${words} }\n`)).toEqual(['4 missing-field']);
	});
	it('tells of lessons that require each other', () => {
		expect(codes(entry('a'), [lesson('a/1', 'a/2'), lesson('a/2', 'a/1')])).toEqual(['3 circle', '3 circle']);
	});
});
