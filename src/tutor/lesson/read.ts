import { invalid } from '#base';
import { reasonsOf, refuse, type CheckSpec } from '../checks/index.ts';
import { formatProblem, type Problem } from '../schema/problem.ts';
import type { Schema } from '../schema/type.ts';
import { readYaml, type Reading } from '../schema/validate.ts';
import { readBody, type Body } from './body.ts';
import {
	lessonSchema,
	translationSchema,
	type CheckFields,
	type LessonFields,
	type Translation,
} from './front-matter.ts';
import type { Lesson, LessonCheck } from './lesson.ts';
import { LOCALES, type Locale } from './locale.ts';
import { compareLanguages } from './translation.ts';

/** The texts of a lesson by language; English is what the others are held against. */
export type LessonTexts = Partial<Record<Locale, string>>;

/** A lesson as far as it could be read, and everything that is wrong with it. */
export interface LessonReading {
	lessons: Partial<Record<Locale, Lesson>>;
	/** By file and line. */
	problems: Problem[];
	/** The line of `lesson.md` on which each check is described, by id; that of the prerequisites is under `prerequisites`. */
	lines: Record<string, number>;
	/** Where its links lead, for whoever knows the other lessons. */
	links: { file: string; address: string; line: number }[];
}

/** What a file of the lesson's text is called. */
export function textFile(locale: Locale): string {
	return locale === 'en' ? 'lesson.md' : `lesson.${locale}.md`;
}

/** Reads a lesson in all its languages. Never throws: what is wrong is told, and as much as is sound is given. */
export function readLesson(id: string, texts: LessonTexts): LessonReading {
	const problems: Problem[] = [];
	const links: LessonReading['links'] = [];
	const lessons: LessonReading['lessons'] = {};
	const lines: LessonReading['lines'] = {};
	const english =
		texts.en === undefined ? null : readDocument<EnglishMatter>('en', texts.en, lessonSchema, id, problems);
	if (!english)
		return { lessons, problems: texts.en === undefined ? [missingEnglish()] : problems, lines, links };
	const original = readEnglish(id, english, problems);
	lessons.en = original;
	lines['prerequisites'] = english.reading.lineAt(['prerequisites']);
	(english.meta.checks ?? []).forEach((check: { id?: string } | undefined, index) => {
		if (check?.id) lines[check.id] ??= english.reading.lineAt(['checks', index, 'id']);
	});
	collect(english, links);
	for (const locale of LOCALES) {
		const text = texts[locale];
		if (locale === 'en' || text === undefined) continue;
		const translation = readDocument<Translation>(locale, text, translationSchema, id, problems);
		if (!translation) continue;
		collect(translation, links);
		compareLanguages({
			file: textFile(locale),
			original,
			english: english.body,
			translation,
			report: (problem) => problems.push(problem),
		});
		lessons[locale] = translate(original, locale, translation);
	}
	problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
	return { lessons, problems, lines, links };
}

/** A lesson in one language. Throws `invalid` with the first thing that is wrong. */
export function parseLesson(source: {
	id: string;
	locale: Locale;
	english: string;
	translation?: string;
}): Lesson {
	const texts: LessonTexts = { en: source.english };
	if (source.translation !== undefined) texts[source.locale] = source.translation;
	const { lessons, problems } = readLesson(source.id, texts);
	const [first] = problems;
	if (first) throw invalid(formatProblem({ ...first, file: `${source.id}/${first.file}` }));
	const lesson = lessons[source.locale] ?? lessons.en;
	if (!lesson) throw invalid(`${source.id} has no text`);
	return lesson;
}

interface EnglishMatter extends LessonFields {
	checks: (CheckFields & Record<string, unknown>)[];
}

/** One file: its front matter against a schema, and its text taken apart. */
export interface LessonDocument<M> {
	file: string;
	meta: Partial<M>;
	reading: Reading;
	body: Body;
}

function readDocument<M>(
	locale: Locale,
	source: string,
	schema: Schema,
	lesson: string,
	problems: Problem[],
): LessonDocument<M> | null {
	const file = textFile(locale);
	const text = source.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
	const match = /^---[ \t]*\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\n|$)/.exec(text);
	if (!match) {
		problems.push({
			file,
			line: 1,
			code: 'no-front-matter',
			message: 'There is no front matter.',
			advice: 'Begin the file with a line `---`, the fields `title:` and so on, and another line `---`.',
		});
		return null;
	}
	const reading = readYaml({ file, firstLine: 2, text: match[1] ?? '' }, schema);
	const firstLine = match[0].split('\n').length;
	const body = readBody({ file, firstLine, text: text.slice(match[0].length), lesson });
	problems.push(...reading.problems, ...body.problems);
	return { file, meta: reading.value ?? {}, reading, body };
}

function readEnglish(id: string, document: LessonDocument<EnglishMatter>, problems: Problem[]): Lesson {
	const { meta, body } = document;
	const checks = readChecks(document, problems);
	holdPlaces(document, checks, problems);
	const { steps, questions, goals, commands } = body;
	holdQuestions(document, checks, problems);
	return {
		id,
		locale: 'en',
		title: meta.title ?? id,
		summary: meta.summary ?? '',
		minutes: meta.minutes ?? 10,
		version: meta.version ?? 1,
		prerequisites: (meta.prerequisites ?? []).filter(Boolean),
		checks,
		steps: withoutStrangers(steps, checks),
		questions,
		goals,
		commands,
	};
}

function readChecks(
	{ meta, body, reading, file }: LessonDocument<EnglishMatter>,
	problems: Problem[],
): LessonCheck[] {
	const report = (index: number, field: string, code: string, message: string, advice: string): void => {
		problems.push({ file, line: reading.lineAt(['checks', index, field]), code, message, advice });
	};
	const ids = new Set<string>();
	const checks: LessonCheck[] = [];
	(meta.checks ?? []).forEach((entry: EnglishMatter['checks'][number] | undefined, index) => {
		// What could not be read has been told already.
		if (!entry?.id || !entry.kind) return;
		const { id, title = id, hints = {}, help = [], show, after, ...spec } = entry;
		if (ids.has(id))
			return report(
				index,
				'id',
				'duplicate-id',
				`There are two checks called \`${id}\`.`,
				'Give one of them another id.',
			);
		if (after !== undefined && !ids.has(after))
			report(
				index,
				'after',
				'unknown-check',
				`\`${id}\` comes after \`${after}\`, which is no check before it.`,
				'Name an earlier check.',
			);
		ids.add(id);
		const refused = refuse(spec as unknown as CheckSpec);
		if (refused !== null)
			report(
				index,
				'kind',
				'wrong-fields',
				`Check \`${id}\` cannot be: ${refused}.`,
				`See \`${entry.kind}\` in reference.md.`,
			);
		holdHints(entry.kind, id, hints, (reason, code, message, advice) => {
			problems.push({
				file,
				line: reading.lineAt(['checks', index, 'hints', reason]),
				code,
				message,
				advice,
			});
		});
		const step = body.placed.find((place) => place.id === id)?.step ?? 0;
		checks.push({
			id,
			title,
			spec: spec as unknown as CheckSpec,
			after: after ?? null,
			hints,
			says: {},
			help,
			show: show ?? null,
			step,
		});
	});
	if (Array.isArray(meta.checks) && meta.checks.length === 0)
		problems.push({
			file,
			line: reading.lineAt(['checks']),
			code: 'no-checks',
			message: 'A lesson needs a check.',
			advice: 'Add one below `checks:`, and place it with a line `[check: id]`.',
		});
	return checks;
}

/** A hint is for a reason that its kind of check knows, and uses facts that the reason brings. */
function holdHints(
	kind: string,
	id: string,
	hints: Record<string, string>,
	report: (reason: string, code: string, message: string, advice: string) => void,
): void {
	const reasons = reasonsOf(kind);
	for (const [reason, words] of Object.entries(hints)) {
		const facts = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
		if (!facts) {
			report(
				reason,
				'unknown-reason',
				`\`${id}\` has a hint for \`${reason}\`, which a check of kind \`${kind}\` never fails for.`,
				`It fails for ${Object.keys(reasons).join(', ')}.`,
			);
			continue;
		}
		for (const [hole, fact = ''] of words.matchAll(/\{(\w+)\}/g))
			if (!facts.includes(fact))
				report(
					reason,
					'unknown-fact',
					`The hint of \`${id}\` for \`${reason}\` uses ${hole}, which is not known then.`,
					facts.length > 0
						? `Known are ${facts.map((one) => `{${one}}`).join(', ')}.`
						: 'Nothing is: leave it out.',
				);
	}
}

/** Every check has one place in the text, and their order is that of the text. */
function holdPlaces(
	{ body, reading, file }: LessonDocument<EnglishMatter>,
	checks: LessonCheck[],
	problems: Problem[],
): void {
	const report = (line: number, code: string, message: string, advice: string): void => {
		problems.push({ file, line, code, message, advice });
	};
	const seen: string[] = [];
	for (const { id, line } of body.placed) {
		if (!checks.some((check) => check.id === id))
			report(
				line,
				'unknown-check',
				`There is no check called \`${id}\`.`,
				'Add it to the front matter, or correct the name.',
			);
		else if (seen.includes(id))
			report(line, 'placed-twice', `\`${id}\` has a place already.`, 'Take one of the two lines away.');
		else seen.push(id);
	}
	checks.forEach(({ id }, index) => {
		if (!seen.includes(id))
			report(
				reading.lineAt(['checks', index, 'id']),
				'not-placed',
				`\`${id}\` has no place in the text.`,
				`Add a line \`[check: ${id}]\` where it belongs.`,
			);
	});
	const order = checks.filter(({ id }) => seen.includes(id)).map(({ id }) => id);
	const first = seen.findIndex((id, index) => order[index] !== id);
	if (first >= 0) {
		const line = body.placed.find(({ id }) => id === seen[first])?.line ?? 1;
		report(
			line,
			'wrong-order',
			`\`${seen[first]}\` stands before \`${order[first]}\`, which the front matter has first.`,
			'Put the checks of the front matter in the order of the text.',
		);
	}
}

/** Questions that checks ask for are there, and a prediction has a command that answers it. */
function holdQuestions(
	{ body, reading, file }: LessonDocument<EnglishMatter>,
	checks: LessonCheck[],
	problems: Problem[],
): void {
	checks.forEach(({ spec, id }, index) => {
		if (spec.kind !== 'answered') return;
		for (const quiz of spec.quiz)
			if (!body.questions.some((question) => question.id === quiz))
				problems.push({
					file,
					line: reading.lineAt(['checks', index, 'quiz']),
					code: 'unknown-question',
					message: `\`${id}\` asks for \`${quiz}\`, which is no question of the text.`,
					advice: `Add \`[quiz: ${quiz}]\` to the text, or correct the name.`,
				});
	});
}

/** A place for a check that does not exist is left out. */
function withoutStrangers(steps: Lesson['steps'], checks: LessonCheck[]): Lesson['steps'] {
	const known = new Set(checks.map(({ id }) => id));
	return steps.map(({ title, parts }) => ({
		title,
		parts: parts.filter((part) => !('check' in part) || known.has(part.check)),
	}));
}

/** The original with the words of the translation; what is not said in words stays the original's. */
function translate(original: Lesson, locale: Locale, { meta, body }: LessonDocument<Translation>): Lesson {
	const checks = original.checks.map((check) => {
		const words = meta.checks?.[check.id];
		return {
			...check,
			title: words?.title ?? check.title,
			hints: { ...check.hints, ...words?.hints },
			says: words?.says ?? {},
			help: words?.help ?? check.help,
		};
	});
	const { questions, goals, commands } = original;
	return {
		...original,
		locale,
		title: meta.title ?? original.title,
		summary: meta.summary ?? original.summary,
		checks,
		steps: withoutStrangers(body.steps, checks),
		questions: body.questions.length === questions.length ? body.questions : questions,
		goals,
		commands,
	};
}

function collect({ file, body }: LessonDocument<unknown>, links: LessonReading['links']): void {
	for (const link of body.links) links.push({ file, ...link });
}

function missingEnglish(): Problem {
	return {
		file: 'lesson.md',
		line: 1,
		code: 'no-english',
		message: 'There is no lesson.md.',
		advice: 'Every lesson has an English text; translations stand beside it.',
	};
}
