import { reasonsOf } from '../checks/index.ts';
import type { Lesson } from '../lesson/lesson.ts';
import { LOCALES } from '../lesson/locale.ts';
import { readLesson, textFile, type LessonReading, type LessonTexts } from '../lesson/read.ts';
import { lessonLink } from '../lesson/markdown.ts';
import { readScript, type Script } from '../script/script.ts';
import { nearest } from '../slips/near.ts';

/** The text files of a lesson's folder by their path in it; other files by name with an empty text. */
export type LessonFiles = ReadonlyMap<string, string>;

/** Everything that can be known of a lesson from its files. */
export interface LessonReview extends LessonReading {
	id: string;
	start: string | null;
	solution: Script | null;
	/** By name, without `wrong/`. */
	wrong: ReadonlyMap<string, Script>;
}

/** Reads a lesson's folder and tells everything that is wrong in it. `known` are the ids of the lessons that it may lead to. */
export function reviewLesson(id: string, files: LessonFiles, known: readonly string[] = [id]): LessonReview {
	const texts: LessonTexts = {};
	for (const locale of LOCALES) {
		const text = files.get(textFile(locale));
		if (text !== undefined) texts[locale] = text;
	}
	const reading = readLesson(id, texts);
	const problems = [...reading.problems];
	const report = (file: string, line: number, code: string, message: string, advice: string): void => {
		problems.push({ file, line, code, message, advice });
	};
	for (const locale of LOCALES)
		if (locale !== 'en' && texts[locale] === undefined && texts.en !== undefined)
			report(
				textFile(locale),
				1,
				'no-translation',
				`There is no ${textFile(locale)}.`,
				'Translate lesson.md: same steps, commands, checks and questions, other words.',
			);
	reviewLinks(id, reading, known, report);
	const solutionText = files.get('solution.sh');
	const wrong = new Map<string, Script>();
	for (const [path, text] of files)
		if (/^wrong\/[^/]+\.sh$/.test(path)) wrong.set(path.slice(6), readScript(text));
	const solution = solutionText === undefined ? null : readScript(solutionText);
	const review: LessonReview = {
		...reading,
		id,
		problems,
		start: files.get('start.sh') ?? null,
		solution,
		wrong,
	};
	if (reading.lessons.en) reviewScripts(reading.lessons.en, review, report);
	reviewNames(files, report);
	if (problems.some(({ file, code }) => file === 'lesson.md' && CAUSES.has(code)))
		review.problems = problems.filter(({ code }) => !CONSEQUENCES.has(code));
	review.problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
	return review;
}

/** Mistakes in the English front matter that leave a check unread … */
const CAUSES = new Set(['yaml', 'unknown-kind', 'missing-kind']);
/** … and what would be told of it elsewhere, though nothing is wrong there. */
const CONSEQUENCES = new Set(['unknown-check', 'unknown-reason', 'parts-differ', 'nothing-to-show']);

type Report = (file: string, line: number, code: string, message: string, advice: string) => void;

function reviewLinks(
	id: string,
	{ links, lessons, lines }: LessonReading,
	known: readonly string[],
	report: Report,
): void {
	for (const { file, address, line } of links) {
		const lesson = lessonLink(address, id);
		if (lesson !== null && !known.includes(lesson))
			report(
				file,
				line,
				'dead-link',
				`There is no lesson \`${lesson}\`.`,
				suggestion(lesson, known, 'Link to the `lesson.md` of a lesson that is there.'),
			);
	}
	for (const lesson of lessons.en?.prerequisites ?? [])
		if (!known.includes(lesson) || lesson === id)
			report(
				'lesson.md',
				lines['prerequisites'] ?? 1,
				'dead-link',
				`The prerequisite \`${lesson}\` is no other lesson.`,
				suggestion(lesson, known, 'Name the id of a lesson: its path and its folder.'),
			);
}

function suggestion(typed: string, known: readonly string[], otherwise: string): string {
	const near = nearest(typed, known);
	return near === null ? otherwise : `Did you mean \`${near}\`?`;
}

function reviewScripts(lesson: Lesson, { solution, wrong, lines }: LessonReview, report: Report): void {
	if (!solution)
		report(
			'solution.sh',
			1,
			'no-solution',
			'There is no solution.sh.',
			'Write what a learner types who does everything right.',
		);
	else reviewScript(lesson, 'solution.sh', solution, report);
	if (wrong.size === 0)
		report(
			'wrong',
			1,
			'no-wrong',
			'There is no wrong attempt.',
			'Write a usual mistake as wrong/NAME.sh, with `# hint: CHECK REASON` in its first line.',
		);
	for (const [name, script] of wrong) reviewWrong(lesson, `wrong/${name}`, script, report);
	for (const check of lesson.checks) {
		const isShown =
			check.show !== null || lesson.commands.some((one) => one.check === check.id && one.isBlock);
		if (!isShown && check.spec.kind !== 'answered')
			report(
				'lesson.md',
				lines[check.id] ?? 1,
				'nothing-to-show',
				`"Show me" has nothing to type for \`${check.id}\`: no command stands before it in the text.`,
				'Give the check a field `show:` with the commands that pass it.',
			);
	}
}

function reviewScript(lesson: Lesson, file: string, script: Script, report: Report): void {
	for (const { line, text } of script.unknown)
		report(
			file,
			line,
			'unknown-directive',
			`\`${text}\` is half a directive.`,
			'Write it as in lessons/README.md, or begin the comment with another word.',
		);
	if (script.actions.length === 0)
		report(file, 1, 'empty-script', 'Nothing is typed here.', 'Write the commands, one a line.');
	for (const action of script.actions) {
		if (action.is !== 'answer') continue;
		const question = lesson.questions.find(({ id }) => id === action.question);
		if (!question)
			report(
				file,
				action.line,
				'unknown-question',
				`There is no question called \`${action.question}\`.`,
				suggestion(
					action.question,
					lesson.questions.map(({ id }) => id),
					'Name a quiz or a prediction of the text.',
				),
			);
		else if (action.choice !== null && action.choice > question.answers.length)
			report(
				file,
				action.line,
				'unknown-question',
				`\`${question.id}\` has ${question.answers.length} answers.`,
				'Give the number of one of them.',
			);
	}
}

function reviewWrong(lesson: Lesson, file: string, script: Script, report: Report): void {
	reviewScript(lesson, file, script, report);
	const ids = lesson.checks.map(({ id }) => id);
	const { hint, after } = script;
	if (!hint) {
		report(
			file,
			1,
			'no-hint',
			'This attempt does not say which hint it must get.',
			'Begin it with a line `# hint: CHECK REASON`.',
		);
		return;
	}
	const check = lesson.checks.find(({ id }) => id === hint.check);
	if (!check)
		report(
			file,
			hint.line,
			'unknown-check',
			`There is no check called \`${hint.check}\`.`,
			suggestion(hint.check, ids, `There are ${ids.join(', ')}.`),
		);
	else {
		const reasons = Object.keys(reasonsOf(check.spec.kind)).filter((reason) => reason !== 'waiting');
		if (!reasons.includes(hint.reason))
			report(
				file,
				hint.line,
				'unknown-reason',
				`\`${hint.check}\` never fails for \`${hint.reason}\`.`,
				suggestion(hint.reason, reasons, `It fails for ${reasons.join(', ')}.`),
			);
	}
	if (after && !ids.includes(after.check))
		report(
			file,
			after.line,
			'unknown-check',
			`There is no check called \`${after.check}\`.`,
			suggestion(after.check, ids, `There are ${ids.join(', ')}.`),
		);
}

/** What lies in the folder and is never read was probably meant to be. */
function reviewNames(files: LessonFiles, report: Report): void {
	const isKnown = (path: string): boolean =>
		/^(files\/.+|start\.sh|solution\.sh|wrong\/[^/]+\.sh)$/.test(path) ||
		LOCALES.some((locale) => path === textFile(locale));
	const names = ['lesson.md', 'lesson.zh-CN.md', 'start.sh', 'solution.sh'];
	for (const path of files.keys())
		if (!isKnown(path))
			report(
				path,
				1,
				'unknown-file',
				'Nothing reads this file.',
				suggestion(
					path,
					names,
					'What is to lie in the machine goes into files/; attempts are wrong/NAME.sh.',
				),
			);
}
