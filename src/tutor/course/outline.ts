import { invalid, messageOf } from '#base';
import { parse as parseYaml } from 'yaml';
import { LOCALES, type Locale } from '../lesson/locale.ts';

/** Words in English, and in what other languages there are. */
export type CourseWords = { en: string } & Partial<Record<Locale, string>>;

/** What a catalogue tells of a course: everything but the lessons themselves, so that those can be fetched one by one. */
export interface CourseOutline {
	title: CourseWords;
	summary: CourseWords;
	paths: PathOutline[];
}

export interface PathOutline {
	/** Its folder; empty when the lessons are not in one. */
	id: string;
	title: CourseWords;
	summary: CourseWords;
	lessons: LessonOutline[];
}

export interface LessonOutline {
	/** The folder of the lesson in its course. */
	id: string;
	/** Raised by the author when old progress means nothing any more. */
	version: number;
	title: CourseWords;
	summary: CourseWords;
	minutes: number;
	/** Ids of lessons that are better done before. */
	prerequisites: string[];
	/** How many checks there are to pass. */
	checks: number;
	/** The languages it is written in. */
	locales: Locale[];
	/** What belongs to its start state: `start.sh`, and what is below `files/`. */
	files: string[];
}

type Fields = Record<string, unknown>;

const NOTHING: CourseWords = { en: '' };

/**
 * Reads the outline of the course in these files: texts by their path. Texts of lessons are looked at no closer than needed:
 * whether a lesson can be played shows when it is opened. Throws `invalid` when there is no lesson, or a file cannot be read.
 */
export function readOutline(paths: readonly string[], text: (path: string) => string): CourseOutline {
	const all = [...paths].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
	const course = all.includes('course.yaml') ? yaml(text('course.yaml'), 'course.yaml') : {};
	const lessons = all
		.filter((path) => path === 'lesson.md' || path.endsWith('/lesson.md'))
		.map((path) => readLesson(path.replace(/\/?lesson\.md$/, ''), all, text));
	if (lessons.length === 0) throw invalid('there is no lesson.md in it');
	const described = list(course['paths']).map(fields);
	const ids = [...described.map((path) => String(path['id'] ?? '')), ...lessons.map(({ id }) => pathOf(id))];
	const found = [...new Set(ids)]
		.map((id): PathOutline => {
			const description = described.find((path) => path['id'] === id) ?? {};
			return {
				id,
				title: words(description['title'], id),
				summary: words(description['summary'], ''),
				lessons: lessons.filter((lesson) => pathOf(lesson.id) === id),
			};
		})
		.filter((path) => path.lessons.length > 0);
	return { title: words(course['title'], ''), summary: words(course['summary'], ''), paths: found };
}

function readLesson(id: string, all: readonly string[], text: (path: string) => string): LessonOutline {
	const folder = id === '' ? '' : `${id}/`;
	const english = frontMatter(text(`${folder}lesson.md`), `${folder}lesson.md`);
	const title: CourseWords = { en: String(english['title'] ?? id) };
	const summary: CourseWords = { en: String(english['summary'] ?? '') };
	const locales: Locale[] = ['en'];
	for (const locale of LOCALES) {
		const file = `${folder}lesson.${locale}.md`;
		if (locale === 'en' || !all.includes(file)) continue;
		const translated = frontMatter(text(file), file);
		locales.push(locale);
		if (translated['title'] !== undefined) title[locale] = String(translated['title']);
		if (translated['summary'] !== undefined) summary[locale] = String(translated['summary']);
	}
	return {
		id,
		version: Number(english['version']) || 1,
		title,
		summary,
		minutes: Number(english['minutes']) || 10,
		prerequisites: list(english['prerequisites']).map(String),
		checks: list(english['checks']).length,
		locales,
		files: all
			.filter((path) => path === `${folder}start.sh` || path.startsWith(`${folder}files/`))
			.map((path) => path.slice(folder.length)),
	};
}

function pathOf(lesson: string): string {
	return lesson.replace(/\/?[^/]*$/, '');
}

function frontMatter(source: string, file: string): Fields {
	const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/.exec(source);
	if (!match) throw invalid(`${file} must begin with front matter between two lines of ---`);
	return yaml(match[1] ?? '', file);
}

function yaml(source: string, file: string): Fields {
	try {
		return fields(parseYaml(source, { maxAliasCount: 50 }));
	} catch (error) {
		throw invalid(`${file} is not YAML: ${messageOf(error)}`, { cause: error });
	}
}

function fields(value: unknown): Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

/** Words may be given as a text, which is then English, or by language. */
function words(value: unknown, otherwise: string): CourseWords {
	if (typeof value === 'string') return { en: value };
	const given = fields(value);
	if (typeof given['en'] !== 'string') return otherwise ? { en: otherwise } : NOTHING;
	const found: CourseWords = { en: given['en'] };
	for (const locale of LOCALES) if (typeof given[locale] === 'string') found[locale] = given[locale];
	return found;
}
