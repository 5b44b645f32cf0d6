import { invalid, messageOf } from '#base';
import { parse as parseYaml } from 'yaml';
import { readCheck } from '../checks/index.ts';
import type { Lesson, LessonCheck, LessonPart, LessonSection, Locale } from './lesson.ts';
import { renderMarkdown } from './markdown.ts';

/** A lesson's files: the English one says everything, a translation only what is said in words. */
export interface LessonSource {
	id: string;
	locale: Locale;
	/** `lesson.md` */
	english: string;
	/** `lesson.LOCALE.md`, absent for English. */
	translation?: string;
}

/** Reads a lesson. Throws `invalid` with a sentence for its author when something in it is wrong. */
export function parseLesson(source: LessonSource): Lesson {
	const english = split(source.english, `${source.id}/lesson.md`);
	const translated =
		source.translation === undefined
			? null
			: split(source.translation, `${source.id}/lesson.${source.locale}.md`);
	const shown = translated ?? english;

	const checks = readChecks(english);
	if (translated) translateChecks(checks, translated);
	const sections = readSections(shown, new Set(checks.map((check) => check.id)));
	return {
		id: source.id,
		locale: source.locale,
		title: text(shown, shown.meta['title'], 'title'),
		minutes: Number(english.meta['minutes'] ?? 10),
		checks,
		sections,
	};
}

interface Document {
	file: string;
	meta: Record<string, unknown>;
	body: string;
}

function split(source: string, file: string): Document {
	const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(source.replaceAll('\r\n', '\n'));
	if (!match) throw invalid(`${file} must begin with front matter between two lines of ---`);
	try {
		return { file, meta: record(parseYaml(match[1] ?? '')), body: match[2] ?? '' };
	} catch (error) {
		throw invalid(`${file}: the front matter is not YAML: ${messageOf(error)}`, { cause: error });
	}
}

function readChecks(document: Document): LessonCheck[] {
	const list = document.meta['checks'];
	if (!Array.isArray(list) || list.length === 0) throw invalid(`${document.file} has no checks`);
	const seen = new Set<string>();
	return list.map((item: unknown) => {
		const { id, title, hints, ...spec } = record(item);
		const name = text(document, id, 'the id of a check');
		if (seen.has(name)) throw invalid(`${document.file} has two checks called ${name}`);
		seen.add(name);
		const check = readCheck(spec, `${document.file}: check ${name}`);
		return {
			id: name,
			title: text(document, title, `the title of check ${name}`),
			spec: check.spec,
			hints: readHints(hints, check.reasons, `${document.file}: check ${name}`),
		};
	});
}

function readHints(value: unknown, reasons: readonly string[], where: string): Record<string, string> {
	const hints: Record<string, string> = {};
	for (const [reason, hint] of Object.entries(record(value ?? {}))) {
		if (!reasons.includes(reason))
			throw invalid(`${where} has a hint for ${reason}, but can only fail for ${reasons.join(', ')}`);
		hints[reason] = String(hint);
	}
	return hints;
}

/** A translation says the same things: it must have every title and every hint that the English has. */
function translateChecks(checks: LessonCheck[], document: Document): void {
	const translations = record(document.meta['checks'] ?? {});
	for (const id of Object.keys(translations)) {
		if (!checks.some((check) => check.id === id))
			throw invalid(`${document.file} translates a check ${id} that does not exist`);
	}
	for (const check of checks) {
		const where = `the title of check ${check.id}`;
		const { title, hints } = record(translations[check.id] ?? {});
		check.title = text(document, title, where);
		const translated = record(hints ?? {});
		const missing = Object.keys(check.hints).filter((reason) => typeof translated[reason] !== 'string');
		if (missing.length > 0)
			throw invalid(`${document.file}: check ${check.id} lacks a hint for ${missing.join(', ')}`);
		check.hints = readHints(translated, Object.keys(check.hints), `${document.file}: check ${check.id}`);
	}
}

/** Cuts the text at its second-level headings and at lines of the form `[check: id]`. */
function readSections(document: Document, ids: ReadonlySet<string>): LessonSection[] {
	const sections: LessonSection[] = [{ title: '', parts: [] }];
	const placed = new Set<string>();
	let lines: string[] = [];
	let isFenced = false;
	const flush = (): void => {
		const markdown = lines.join('\n').trim();
		lines = [];
		if (markdown) last(sections).parts.push({ html: renderMarkdown(markdown) });
	};
	for (const line of document.body.split('\n')) {
		if (/^(```|~~~)/.test(line)) isFenced = !isFenced;
		const heading = isFenced ? null : /^## +(.+)$/.exec(line);
		const check = isFenced ? null : /^\[check: *([\w-]+)\]\s*$/.exec(line);
		if (heading) {
			flush();
			sections.push({ title: heading[1] ?? '', parts: [] });
		} else if (check) {
			flush();
			const id = check[1] ?? '';
			if (!ids.has(id)) throw invalid(`${document.file} places a check ${id} that does not exist`);
			placed.add(id);
			last(sections).parts.push({ check: id } satisfies LessonPart);
		} else lines.push(line);
	}
	flush();
	const forgotten = [...ids].filter((id) => !placed.has(id));
	if (forgotten.length > 0) throw invalid(`${document.file} has no line [check: ${forgotten[0]}]`);
	return sections.filter((section) => section.title || section.parts.length > 0);
}

function last(sections: LessonSection[]): LessonSection {
	const section = sections.at(-1);
	if (!section) throw invalid('a lesson has no sections');
	return section;
}

function record(value: unknown): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw invalid(`expected fields, got ${JSON.stringify(value)}`);
	return value as Record<string, unknown>;
}

function text(document: Document, value: unknown, what: string): string {
	if (typeof value !== 'string' || value.trim() === '') throw invalid(`${document.file}: ${what} is missing`);
	return value.trim();
}
