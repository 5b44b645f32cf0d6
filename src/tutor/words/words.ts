import type { Facts } from '../checks/check.ts';
import type { LessonCheck } from '../lesson/lesson.ts';
import type { Locale } from '../lesson/locale.ts';
import { escapeHtml, renderInline } from '../lesson/markdown.ts';
import { chinese } from './zh-cn.ts';
import { english } from './en.ts';

const general: Record<Locale, Readonly<Record<string, string>>> = { en: english, 'zh-CN': chinese };

/** The place of a fact in a sentence. */
const FACT = /\{(\w+)\}/g;

/** Where a check stands, as far as it takes to say so. */
interface Standing {
	reason: string;
	facts: Facts;
}

/** What is true now and what is missing, as HTML to be sanitized; empty when the check has passed or nothing is known yet. */
export function sentenceHtml(locale: Locale, check: LessonCheck, { reason, facts }: Standing): string {
	const words = reason === '' ? '' : (generalWords(locale, check.spec.kind, reason) ?? '');
	const wanted = [...words.matchAll(FACT)].map(([, name = '']) => name);
	// Before the first look nobody has told the facts.
	return wanted.every((name) => Object.hasOwn(facts, name)) ? render(words, said(check, facts)) : '';
}

/** The lesson's own words for a reason, as HTML to be sanitized; empty when it has none. */
export function hintHtml(check: LessonCheck, { reason, facts }: Standing): string {
	const own = Object.hasOwn(check.hints, reason) ? check.hints[reason] : undefined;
	return own === undefined ? '' : render(own, said(check, facts));
}

/** The facts, with what the check's script printed in the lesson's language. */
function said({ says }: LessonCheck, facts: Facts): Facts {
	const { output } = facts;
	return output !== undefined && Object.hasOwn(says, output)
		? { ...facts, output: says[output] ?? '' }
		: facts;
}

/** The first pieces of a check's help, as HTML to be sanitized. */
export function helpHtml(check: LessonCheck, pieces: number): string[] {
	return check.help.slice(0, pieces).map((piece) => renderInline(piece));
}

/** The general words for a reason of a kind of check; undefined when there are none. */
export function generalWords(locale: Locale, kind: string, reason: string): string | undefined {
	const words = general[locale];
	const of = (key: string): string | undefined => (Object.hasOwn(words, key) ? words[key] : undefined);
	return (
		of(`${kind}.${reason}`) ?? of(reason) ?? (/^exit-\d+$/.test(reason) ? of(`${kind}.exit`) : undefined)
	);
}

/** A fact comes from what the learner typed: it is put in after rendering, so that it cannot read as markup. */
function render(template: string, facts: Facts): string {
	const marked = template.replace(FACT, (whole, name: string) =>
		Object.hasOwn(facts, name) ? `\ue000${name}\ue001` : whole,
	);
	return renderInline(marked).replace(/\ue000(\w+)\ue001/g, (_, name: string) =>
		escapeHtml((facts[name] ?? '').replace(/\s+/g, ' ').trim()),
	);
}
