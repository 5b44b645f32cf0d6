import type { Problem } from '../schema/problem.ts';
import type { Body } from './body.ts';
import type { Translation } from './front-matter.ts';
import type { Lesson, LessonCheck } from './lesson.ts';
import type { LessonDocument } from './read.ts';

interface Languages {
	file: string;
	/** The lesson in English. */
	original: Lesson;
	/** Its text, taken apart. */
	english: Body;
	translation: LessonDocument<Translation>;
	report: (problem: Problem) => void;
}

/** Tells where a translation does not say the same as the original: other steps, commands, checks, questions, or words that are missing. */
export function compareLanguages({ file, original, english, translation, report }: Languages): void {
	const { body, meta, reading } = translation;
	const tell = (line: number, code: string, message: string, advice: string): void =>
		report({ file, line, code, message, advice });
	compareWords(original, translation, tell);
	if (meta.title !== undefined && !/[^\u0000-\u024f]/.test(meta.title) && meta.title === original.title)
		tell(reading.lineAt(['title']), 'not-translated', 'The title is not translated.', 'Translate it.');

	const bodyLine = body.placed[0]?.line ?? 1;
	if (body.steps.length !== english.steps.length)
		return tell(
			bodyLine,
			'steps-differ',
			`There are ${body.steps.length - 1} steps here and ${english.steps.length - 1} in lesson.md.`,
			'Give both the same `## ` headings in the same order.',
		);
	english.steps.forEach((step, index) => {
		const theirs = skeleton(step.parts);
		const ours = skeleton(body.steps[index]?.parts ?? []);
		if (ours.join() === theirs.join()) return;
		const line = body.placed.find((place) => place.step === index)?.line ?? bodyLine;
		tell(
			line,
			'parts-differ',
			`Step ${index} has ${ours.join(', ') || 'nothing'} here and ${theirs.join(', ') || 'nothing'} in lesson.md.`,
			'Place the same checks, questions and goal pictures in both.',
		);
	});
	compareCommands(english, body, bodyLine, tell);
	compareQuestions(english, body, bodyLine, tell);
	english.goals.forEach(({ goal }, index) => {
		const theirs = body.goals[index];
		if (theirs && JSON.stringify(theirs.goal) !== JSON.stringify(goal))
			tell(
				bodyLine,
				'goals-differ',
				`Goal picture ${index + 1} is not the same as in lesson.md.`,
				'Copy it from there: it has no words to translate.',
			);
	});
}

type Tell = (line: number, code: string, message: string, advice: string) => void;

function compareWords(original: Lesson, { meta, reading }: LessonDocument<Translation>, tell: Tell): void {
	const translated = meta.checks ?? {};
	for (const id of Object.keys(translated))
		if (!original.checks.some((check) => check.id === id))
			tell(
				reading.lineAt(['checks', id]),
				'unknown-check',
				`lesson.md has no check called \`${id}\`.`,
				'Correct the name, or take it away.',
			);
	for (const check of original.checks) {
		const words = translated[check.id];
		if (!words) {
			tell(
				reading.lineAt(['checks']),
				'not-translated',
				`The words of check \`${check.id}\` are missing.`,
				`Add \`${check.id}: { title: … }\` below \`checks:\`.`,
			);
			continue;
		}
		const line = reading.lineAt(['checks', check.id]);
		const missing = Object.keys(check.hints).filter((reason) => !words.hints?.[reason]);
		const extra = Object.keys(words.hints ?? {}).filter((reason) => !Object.hasOwn(check.hints, reason));
		if (missing.length > 0)
			tell(
				line,
				'not-translated',
				`The hint of \`${check.id}\` for \`${missing.join('`, `')}\` is missing.`,
				'Translate it.',
			);
		if (extra.length > 0)
			tell(
				line,
				'unknown-reason',
				`lesson.md has no hint of \`${check.id}\` for \`${extra.join('`, `')}\`.`,
				'Add it there, or take it away here.',
			);
		if ((words.help?.length ?? 0) !== check.help.length)
			tell(
				line,
				'not-translated',
				`\`${check.id}\` has ${words.help?.length ?? 0} pieces of help here and ${check.help.length} in lesson.md.`,
				'Give both the same.',
			);
		compareSays(check, words.says ?? {}, (code, message, advice) => tell(line, code, message, advice));
		for (const [reason, text] of Object.entries(words.hints ?? {}))
			if (holes(text) !== holes(check.hints[reason] ?? text))
				tell(
					line,
					'facts-differ',
					`The hint of \`${check.id}\` for \`${reason}\` uses other \`{facts}\` than in lesson.md.`,
					'Use the same.',
				);
	}
}

/** What the check's script says to the learner as it ends: `echo 'nobody answers'; exit 1`. */
const SAID = /\becho '([^'$]+)'; exit\b/g;

function compareSays(
	{ id, spec }: LessonCheck,
	says: Record<string, string>,
	tell: (code: string, message: string, advice: string) => void,
): void {
	const script = spec.kind === 'shell' ? spec.script : '';
	const lines = new Set(Array.from(script.matchAll(SAID), ([, line = '']) => line));
	for (const line of Object.keys(says))
		if (!script.includes(line))
			tell(
				'unknown-line',
				`The script of \`${id}\` does not print \`${line}\`.`,
				'Copy the line from lesson.md.',
			);
	for (const line of lines)
		if (!Object.hasOwn(says, line))
			tell(
				'not-translated',
				`What the script of \`${id}\` prints, \`${line}\`, is not translated.`,
				`Add it below \`says:\` of \`${id}\`.`,
			);
}

/** Commands may stand elsewhere in a sentence, but each step has the same ones, and those of a fence in the same order. */
function compareCommands(english: Body, body: Body, line: number, tell: Tell): void {
	const list = (text: Body, step: number, isBlock: boolean): string[] => {
		const found = text.commands
			.filter((one) => one.step === step && one.isBlock === isBlock)
			.map(({ command, terminal }) => (terminal > 0 ? `${terminal}: ${command}` : command));
		return isBlock ? found : found.sort();
	};
	english.steps.forEach((_, step) => {
		for (const isBlock of [true, false]) {
			const theirs = list(english, step, isBlock);
			const ours = list(body, step, isBlock);
			const index =
				Math.max(theirs.length, ours.length) === 0 ? -1 : theirs.findIndex((one, at) => ours[at] !== one);
			if (index < 0 && theirs.length === ours.length) continue;
			const at = index < 0 ? theirs.length : index;
			tell(
				body.placed.find((place) => place.step === step)?.line ?? line,
				'commands-differ',
				`Step ${step} has the command \`${ours[at] ?? '(none)'}\` where lesson.md has \`${theirs[at] ?? '(none)'}\`.`,
				'Give both the same commands, in the same terminals.',
			);
		}
	});
}

function compareQuestions(english: Body, body: Body, line: number, tell: Tell): void {
	for (const question of english.questions) {
		const theirs = body.questions.find(({ id }) => id === question.id);
		if (!theirs) continue;
		const right = (of: typeof question): string =>
			of.answers.map(({ isRight }) => (isRight ? 'x' : '-')).join('');
		if (right(theirs) !== right(question))
			tell(
				line,
				'answers-differ',
				`\`${question.id}\` has other answers than in lesson.md, or another right one.`,
				'Give both the same answers in the same order.',
			);
	}
}

function skeleton(parts: readonly object[]): string[] {
	return parts.flatMap((part) => {
		if ('check' in part) return [`[check: ${String(part.check)}]`];
		if ('question' in part) return [`question ${String(part.question)}`];
		return 'goal' in part ? ['a goal picture'] : [];
	});
}

function holes(text: string): string {
	return [...new Set(Array.from(text.matchAll(/\{(\w+)\}/g), (match) => match[1]))].sort().join();
}
