import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { invalid } from '#base';
import { reviewCourse, reviewLesson, type LessonReview, type Problem } from '#tutor';

/** The lessons that come with the project. */
export const LESSONS = path.resolve(import.meta.dirname, '../../../lessons');

/** A lesson on disk. */
export interface LessonFolder {
	/** Absolute. */
	folder: string;
	review: LessonReview;
	/** What is to lie in /root before the lesson begins, by path there. */
	files: Map<string, Uint8Array>;
}

/** Every folder with a lesson at or below these paths, the project's own lessons when none is given. Throws `invalid` when there is none. */
export async function findLessons(paths: readonly string[]): Promise<string[]> {
	const found: string[] = [];
	for (const at of paths.length > 0 ? paths.map((one) => path.resolve(one)) : [LESSONS]) {
		if (!(await stat(at).catch(() => null))?.isDirectory()) throw invalid(`${at} is not a folder`);
		const entries = await readdir(at, { recursive: true, withFileTypes: true });
		// A lesson without its English text is one all the same, and is told so.
		const isSign = (name: string): boolean => /^lesson(\..+)?\.md$|^solution\.sh$/.test(name);
		const below = entries
			.filter((entry) => entry.isFile() && isSign(entry.name))
			.map((entry) => entry.parentPath);
		found.push(...new Set(below));
	}
	if (found.length === 0) throw invalid('there is no lesson.md there');
	return [...new Set(found)].sort();
}

/** The folder that the ids of lessons begin below: the one with `course.yaml`, or two above the lesson's own. */
export function courseOf(folder: string): string {
	for (let at = path.dirname(folder); at !== path.dirname(at); at = path.dirname(at))
		if (existsSync(path.join(at, 'course.yaml'))) return at;
	return path.dirname(path.dirname(folder));
}

/** Reads a lesson's folder. */
export async function readLessonFolder(folder: string): Promise<LessonFolder> {
	const course = courseOf(folder);
	const idOf = (at: string): string => path.relative(course, at).split(path.sep).join('/');
	const known = (await findLessons([course]).catch(() => [folder])).map(idOf);
	const texts = new Map<string, string>();
	const files = new Map<string, Uint8Array>();
	for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const full = path.join(entry.parentPath, entry.name);
		const name = path.relative(folder, full).split(path.sep).join('/');
		const isText = /\.(md|sh)$/.test(name) && !name.startsWith('files/');
		texts.set(name, isText ? await readFile(full, 'utf8') : '');
		if (name.startsWith('files/')) files.set(name.slice('files/'.length), await readFile(full));
	}
	return { folder, review: reviewLesson(idOf(folder), texts, known), files };
}

/** Everything that is wrong with these lessons and the courses they belong to; files are absolute. */
export async function findProblems(folders: readonly LessonFolder[]): Promise<Problem[]> {
	const problems = folders.flatMap(({ folder, review }) =>
		review.problems.map((problem) => ({ ...problem, file: path.join(folder, problem.file) })),
	);
	for (const course of new Set(folders.map(({ folder }) => courseOf(folder)))) {
		const yaml = path.join(course, 'course.yaml');
		if (!existsSync(yaml)) continue;
		const all = await Promise.all((await findLessons([course])).map(readLessonFolder));
		const found = reviewCourse(
			await readFile(yaml, 'utf8'),
			all.map(({ review }) => review),
		);
		problems.push(...found.map((problem) => ({ ...problem, file: path.join(course, problem.file) })));
	}
	return problems;
}
