import { invalid } from '#base';

/** What is kept of one lesson. */
export interface LessonProgress {
	/** Its id. */
	lesson: string;
	/** The version of the lesson it belongs to. */
	version: number;
	/** Ids of the checks that have passed. */
	passed: string[];
	/** Question → index of the answer chosen last. */
	answers: Record<string, number>;
	/** Unix time in milliseconds when all checks had passed; null before. */
	doneAt: number | null;
	/** Unix time in milliseconds. */
	changedAt: number;
}

/** Every version of every lesson that was begun: an update of the lessons loses nothing. */
export type Progress = readonly LessonProgress[];

const FORMAT = 'drydock-progress';
/** What an imported file may be at most; a learner's own is a few kilobytes. */
const LARGEST = 4 * 1024 * 1024;

/** The progress in this version of a lesson. */
export function progressOf(all: Progress, lesson: string, version: number): LessonProgress | null {
	return all.find((one) => one.lesson === lesson && one.version === version) ?? null;
}

/** Whether a lesson was finished, in this version or another: a new version does not take that away. */
export function wasDone(all: Progress, lesson: string): boolean {
	return all.some((one) => one.lesson === lesson && one.doneAt !== null);
}

/** All of both. Of the same version the checks that passed in either have passed, and the newer answers count. */
export function mergeProgress(mine: Progress, theirs: Progress): LessonProgress[] {
	const merged = new Map<string, LessonProgress>();
	for (const one of [...mine, ...theirs]) {
		const key = `${one.lesson} ${one.version}`;
		const known = merged.get(key);
		merged.set(key, known ? both(known, one) : one);
	}
	return [...merged.values()];
}

function both(a: LessonProgress, b: LessonProgress): LessonProgress {
	const [older, newer] = a.changedAt <= b.changedAt ? [a, b] : [b, a];
	const done = [a.doneAt, b.doneAt].filter((at) => at !== null);
	return {
		...newer,
		passed: [...new Set([...older.passed, ...newer.passed])],
		answers: { ...older.answers, ...newer.answers },
		doneAt: done.length > 0 ? Math.min(...done) : null,
	};
}

/** The file that a learner takes along. */
export function exportProgress(all: Progress): string {
	return `${JSON.stringify({ format: FORMAT, version: 1, lessons: all }, null, '\t')}\n`;
}

/** Why a file cannot be read; whoever shows it has a sentence for each in the learner's language. */
export type FileProblem = 'not-json' | 'not-progress' | 'newer' | 'damaged';

/**
 * Reads such a file. Throws `invalid` with a sentence, and `{ problem }` as its detail, when it is something else: all of a file
 * is good, or none of it is taken.
 */
export function importProgress(file: string): LessonProgress[] {
	if (file.length > LARGEST)
		throw bad('not-progress', 'This file is too large to hold the progress of lessons.');
	let content: unknown;
	try {
		content = JSON.parse(file);
	} catch (error) {
		throw bad('not-json', 'This file does not hold the progress of lessons.', error);
	}
	const { format, version, lessons } = (content ?? {}) as Record<string, unknown>;
	if (format !== FORMAT) throw bad('not-progress', 'This file does not hold the progress of lessons.');
	if (typeof version === 'number' && version > 1)
		throw bad('newer', 'This file was made by a newer Drydock; update this one first.');
	if (version !== 1 || !Array.isArray(lessons)) throw bad('damaged', 'The progress in this file is damaged.');
	return lessons.map((lesson: unknown) => {
		const read = readProgress(lesson);
		if (!read) throw bad('damaged', 'The progress in this file is damaged.');
		return read;
	});
}

function bad(problem: FileProblem, message: string, cause?: unknown): Error {
	return invalid(message, { detail: { problem }, ...(cause !== undefined && { cause }) });
}

/** One lesson's progress as it was kept; null when it is none, or of a shape that is not known here. */
export function readProgress(value: unknown): LessonProgress | null {
	const { lesson, version, passed, answers, doneAt, changedAt } = (value ?? {}) as Record<string, unknown>;
	const isSound =
		typeof lesson === 'string' &&
		lesson !== '' &&
		Number.isInteger(version) &&
		Array.isArray(passed) &&
		passed.every((id) => typeof id === 'string') &&
		typeof answers === 'object' &&
		answers !== null &&
		!Array.isArray(answers) &&
		Object.values(answers).every((choice) => Number.isInteger(choice) && choice >= 0) &&
		(doneAt === null || Number.isFinite(doneAt)) &&
		Number.isFinite(changedAt);
	if (!isSound) return null;
	return {
		lesson,
		version: version as number,
		passed,
		answers: answers as Record<string, number>,
		doneAt: doneAt as number | null,
		changedAt: changedAt as number,
	};
}
