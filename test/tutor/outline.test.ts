import { describe, expect, it } from 'vitest';
import { readOutline, type CourseOutline } from '#tutor';

function outline(files: Record<string, string>): CourseOutline {
	return readOutline(Object.keys(files), (path) => files[path] ?? '');
}

function lesson(meta: string, body = 'Text.'): string {
	return `---\n${meta}\n---\n${body}\n`;
}

const CHECKS = 'checks:\n  - { id: a, kind: image, title: It is there, image: nginx }';

describe('the outline of a course', () => {
	const files = {
		'course.yaml':
			'title: { en: Docker inside out, zh-CN: 由内而外 }\npaths:\n  - { id: later, title: Later }\n  - { id: empty, title: Nothing }\n',
		'first/10-last/lesson.md': lesson(
			`title: Ten\nminutes: 7\nversion: 3\nprerequisites: [first/2-begin]\n${CHECKS}`,
		),
		'first/2-begin/lesson.md': lesson(`title: Begin\nsummary: How.\n${CHECKS}`),
		'first/2-begin/lesson.zh-CN.md': lesson('title: 开始'),
		'first/2-begin/start.sh': 'true',
		'first/2-begin/files/app/index.html': '<p>',
		'first/2-begin/solution.sh': 'true',
		'later/1/lesson.md': lesson(`title: One\n${CHECKS}`),
	};

	it('has paths in the order of course.yaml, then those it does not name; lessons by their numbers', () => {
		const { title, paths } = outline(files);
		expect(title).toEqual({ en: 'Docker inside out', 'zh-CN': '由内而外' });
		expect(paths.map(({ id, title, lessons }) => [id, title.en, lessons.map((one) => one.id)])).toEqual([
			['later', 'Later', ['later/1']],
			['first', 'first', ['first/2-begin', 'first/10-last']],
		]);
	});

	it('tells of each lesson what a catalogue shows', () => {
		const [begin, ten] = outline(files).paths[1]?.lessons ?? [];
		expect(begin).toMatchObject({
			title: { en: 'Begin', 'zh-CN': '开始' },
			summary: { en: 'How.' },
			locales: ['en', 'zh-CN'],
			checks: 1,
			version: 1,
			files: ['files/app/index.html', 'start.sh'],
		});
		expect(ten).toMatchObject({
			minutes: 7,
			version: 3,
			prerequisites: ['first/2-begin'],
			locales: ['en'],
			files: [],
		});
	});

	it('takes a single lesson for a course', () => {
		const { paths } = outline({ 'lesson.md': lesson(`title: Alone\n${CHECKS}`) });
		expect(paths.map(({ id, lessons }) => [id, lessons.map((one) => [one.id, one.title.en])])).toEqual([
			['', [['', 'Alone']]],
		]);
	});

	it('says which file cannot be read', () => {
		expect(() => outline({})).toThrow('no lesson.md');
		expect(() => outline({ 'a/lesson.md': 'hello' })).toThrow('a/lesson.md must begin with front matter');
		expect(() => outline({ 'a/lesson.md': lesson('title: [') })).toThrow('a/lesson.md is not YAML');
	});
});
