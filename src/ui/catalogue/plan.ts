import type { CourseOutline, CourseWords, LessonOutline, Locale, PathOutline } from '#tutor';
import type { Standing } from '../progress/progress.svelte.ts';

/** Where a learner stands with each lesson. */
export type Standings = (lesson: LessonOutline) => Standing;

/** Words in the chosen language, or in English where there are no others. */
export function inLocale(words: CourseWords, locale: Locale): string {
	return words[locale] ?? words.en;
}

/** What a learner has done once is done, though its author may have changed it since. */
export function isDone(standing: Standing): boolean {
	return standing.is === 'finished' || standing.is === 'finished-before';
}

/** How many of these lessons are done. */
export function countDone(lessons: readonly LessonOutline[], standings: Standings): number {
	return lessons.filter((lesson) => isDone(standings(lesson))).length;
}

export function lessonsOf(course: CourseOutline): LessonOutline[] {
	return course.paths.flatMap(({ lessons }) => lessons);
}

/** How long what is not done yet takes, in minutes. */
export function minutesLeft(lessons: readonly LessonOutline[], standings: Standings): number {
	return lessons.reduce((sum, lesson) => sum + (isDone(standings(lesson)) ? 0 : lesson.minutes), 0);
}

/** The lessons to do before this one that are not done. One that is not in the course cannot be asked for. */
export function missingBefore(
	lesson: LessonOutline,
	course: CourseOutline,
	standings: Standings,
): LessonOutline[] {
	const all = lessonsOf(course);
	return lesson.prerequisites
		.map((id) => all.find((other) => other.id === id))
		.filter((other) => other !== undefined)
		.filter((other) => !isDone(standings(other)));
}

/**
 * The lesson to go on with: one that was begun, else the first that nothing stands before. Null when all are done.
 */
export function nextLesson(course: CourseOutline, standings: Standings): LessonOutline | null {
	const open = lessonsOf(course).filter((lesson) => !isDone(standings(lesson)));
	return (
		open.find((lesson) => standings(lesson).is === 'begun') ??
		open.find((lesson) => missingBefore(lesson, course, standings).length === 0) ??
		open[0] ??
		null
	);
}

/** The lesson after this one in its path. */
export function lessonAfter(course: CourseOutline, id: string): LessonOutline | null {
	const path = course.paths.find(({ lessons }) => lessons.some((lesson) => lesson.id === id));
	const at = path?.lessons.findIndex((lesson) => lesson.id === id) ?? -1;
	return path?.lessons[at + 1] ?? null;
}

/** The path that a lesson belongs to. */
export function pathOf(course: CourseOutline, id: string): PathOutline | undefined {
	return course.paths.find(({ lessons }) => lessons.some((lesson) => lesson.id === id));
}
