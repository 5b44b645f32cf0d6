import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { invalid } from '#base';
import { createNodeSandbox, systemClock } from '#platform/node';
import {
	hintHtml,
	LOCALES,
	sentenceHtml,
	parseLesson,
	playAttempt,
	readExpectation,
	type CheckState,
	type Expectation,
	type Lesson,
} from '#tutor';
import { PUBLIC_FOLDER } from './options.ts';

/** One way of working on a lesson, and what must come of it. */
export interface Attempt {
	name: string;
	script: string;
	expected: Expectation;
}

export interface LessonFolder {
	folder: string;
	/** English first, then every translation there is. */
	lessons: Lesson[];
	attempts: Attempt[];
}

export const LESSONS = path.resolve(import.meta.dirname, '../../lessons');

/** Every folder with a `lesson.md` at or below this path. */
export async function findLessons(at = LESSONS): Promise<string[]> {
	if (!(await stat(at).catch(() => null))?.isDirectory()) throw invalid(`${at} is not a folder`);
	const entries = await readdir(at, { recursive: true });
	return entries
		.filter((entry) => path.basename(entry) === 'lesson.md')
		.map((entry) => path.dirname(path.join(at, entry)))
		.sort();
}

/** Reads a lesson in all its languages, with its solution and its wrong attempts. Throws `invalid` for its author. */
export async function readLessonFolder(folder: string): Promise<LessonFolder> {
	const id = path.relative(LESSONS, folder);
	const text = (name: string): Promise<string> => readFile(path.join(folder, name), 'utf8');
	const english = await text('lesson.md');
	const lessons: Lesson[] = [];
	for (const locale of LOCALES) {
		const translation =
			locale === 'en' ? undefined : await text(`lesson.${locale}.md`).catch(() => undefined);
		if (locale !== 'en' && translation === undefined) continue;
		lessons.push(parseLesson({ id, locale, english, ...(translation !== undefined && { translation }) }));
	}
	const attempts: Attempt[] = [
		{ name: 'start', script: '', expected: { is: 'nothing' } },
		{ name: 'solution', script: await text('solution.sh'), expected: { is: 'everything' } },
	];
	const wrong = await readdir(path.join(folder, 'wrong')).catch(() => []);
	for (const name of wrong.filter((file) => file.endsWith('.sh')).sort()) {
		const script = await text(path.join('wrong', name));
		const expected = readExpectation(script);
		if (!expected) throw invalid(`${id}/wrong/${name} must say "# hint: CHECK REASON"`);
		attempts.push({ name: `wrong/${name}`, script, expected });
	}
	return { folder, lessons, attempts };
}

/** Plays an attempt in a fresh machine. Returns null when all is as it must be, otherwise a sentence. */
export async function play({ lessons }: LessonFolder, attempt: Attempt): Promise<string | null> {
	const [english] = lessons;
	if (!english) throw invalid('a lesson has an English text');
	const sandbox = createNodeSandbox({ publicFolder: PUBLIC_FOLDER });
	try {
		await sandbox.ready;
		const ports = {
			engine: sandbox.engine,
			onApiCall: sandbox.onApiCall.bind(sandbox),
			clock: systemClock,
			runScript: (script: string) => sandbox.runScript(script),
		};
		const { isAsExpected, states } = await playAttempt(english, ports, attempt.script, attempt.expected);
		if (!isAsExpected) {
			const found = states
				.map((state) => `${state.id}: ${state.isPassed ? 'passed' : state.reason}`)
				.join(', ');
			return `expected ${describe(attempt.expected)}, but ${found}`;
		}
		return attempt.expected.is === 'hint' ? wordless(lessons, attempt.expected, states) : null;
	} finally {
		await sandbox.dispose();
	}
}

/** A hint must have words in every language, with every fact filled in. */
function wordless(
	lessons: Lesson[],
	{ check: id, reason }: Extract<Expectation, { is: 'hint' }>,
	states: readonly CheckState[],
): string | null {
	const state = states.find((one) => one.id === id);
	for (const lesson of lessons) {
		const check = lesson.checks.find((one) => one.id === id);
		const hint = check && state ? hintHtml(check, state) || sentenceHtml(lesson.locale, check, state) : '';
		if (!hint) return `there is no hint for ${id} ${reason} in ${lesson.locale}`;
		const hole = /\{\w+\}/.exec(hint);
		if (hole) return `the hint for ${id} ${reason} in ${lesson.locale} leaves ${hole[0]} open`;
	}
	return null;
}

function describe(expected: Expectation): string {
	switch (expected.is) {
		case 'nothing':
			return 'no check to pass and no hint';
		case 'everything':
			return 'every check to pass';
		case 'hint':
			return `${expected.check} to fail for ${expected.reason}`;
	}
}
