import type { Facts } from '../checks/check.ts';
import type { Locale } from '../lesson/lesson.ts';
import { renderInline } from '../lesson/markdown.ts';
import { chinese } from './zh-cn.ts';
import { english } from './en.ts';

const general: Record<Locale, Record<string, string>> = { en: english, 'zh-CN': chinese };

/** The hint for a reason as HTML: the lesson's own words, else the general ones, with the facts filled in. Empty for `waiting`. */
export function hintHtml(locale: Locale, own: Record<string, string>, reason: string, facts: Facts): string {
	const template = own[reason] ?? general[locale][reason] ?? '';
	return renderInline(template.replace(/\{(\w+)\}/g, (whole, name: string) => plain(facts[name] ?? whole)));
}

/** A fact comes from what the learner typed: it must not read as markup. */
function plain(fact: string): string {
	return fact.replace(/[`\r\n]+/g, ' ').trim();
}
