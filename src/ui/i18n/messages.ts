import type { Locale } from '#tutor';
import { en, type MessageKey } from './en.ts';
import { zhCn } from './zh-cn.ts';

export type { MessageKey } from './en.ts';

const tables: Record<Locale, Record<MessageKey, string>> = { en, 'zh-CN': zhCn };

/** A sentence of the page in one language, its `{placeholders}` filled in. */
export function message(
	locale: Locale,
	key: MessageKey,
	values: Record<string, string | number> = {},
): string {
	return tables[locale][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** How each language calls itself. */
export const localeNames: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' };
