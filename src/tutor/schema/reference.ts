import { SLIP_REASONS } from '../checks/check.ts';
import { CHECK_KINDS } from '../checks/index.ts';
import { courseSchema, goalSchema, lessonSchema, translationSchema } from '../lesson/front-matter.ts';
import type { Locale, Words } from '../lesson/locale.ts';
import { generalWords } from '../words/words.ts';
import type { Fields, Schema } from './type.ts';

const WORDS = {
	title: { en: 'Reference for authors of lessons', 'zh-CN': '课程作者参考' },
	made: {
		en: 'Made by `npm run schemas` from the description that also checks lessons; do not edit. `README.md` is where to begin.',
		'zh-CN': '由 `npm run schemas` 根据检查课程所用的同一份描述生成，请勿手改。入门请看 `README.md`。',
	},
	front: { en: 'Front matter of lesson.md', 'zh-CN': 'lesson.md 的 front matter' },
	check: { en: 'What every check has', 'zh-CN': '每项检查都有的字段' },
	translation: { en: 'Front matter of a translation', 'zh-CN': '译文的 front matter' },
	goal: { en: 'Goal pictures', 'zh-CN': '目标图' },
	course: { en: 'course.yaml', 'zh-CN': 'course.yaml' },
	kinds: { en: 'Kinds of checks', 'zh-CN': '检查的种类' },
	slips: { en: 'Slips', 'zh-CN': '笔误' },
	slipsAre: {
		en: 'Any check also fails for these while the last command line has a slip in it and the check cannot say more about it. A line of the lesson itself never has one.',
		'zh-CN':
			'最近一条命令里有笔误、而检查本身说不出更多时，任何检查都会因以下原因失败。课文里的命令本身不算笔误。',
	},
	passes: { en: 'Passes when', 'zh-CN': '通过条件：' },
	fails: { en: 'Fails for', 'zh-CN': '失败的原因' },
	field: { en: 'field', 'zh-CN': '字段' },
	type: { en: 'type', 'zh-CN': '类型' },
	about: { en: 'what it is', 'zh-CN': '含义' },
	reason: { en: 'reason', 'zh-CN': '原因' },
	facts: { en: 'facts', 'zh-CN': '可引用的事实' },
	says: { en: 'what the learner is told', 'zh-CN': '学员看到的话' },
	optional: { en: 'optional', 'zh-CN': '可选' },
	listOf: { en: 'list of', 'zh-CN': '列表：' },
	one: { en: 'one or a list of', 'zh-CN': '一个或多个：' },
} as const satisfies Record<string, Words>;

const TYPES: Readonly<Record<string, Words>> = {
	text: { en: 'text', 'zh-CN': '文本' },
	regexp: { en: 'regular expression', 'zh-CN': '正则表达式' },
	number: { en: 'number', 'zh-CN': '数字' },
	flag: { en: 'true or false', 'zh-CN': 'true 或 false' },
	scalar: { en: 'text, number, true or false', 'zh-CN': '文本、数字、true 或 false' },
	map: { en: 'mapping', 'zh-CN': '映射' },
	record: { en: 'mapping', 'zh-CN': '映射' },
	variants: { en: 'check', 'zh-CN': '检查' },
};

/** The reference page for authors, as Markdown. */
export function referencePage(locale: Locale): string {
	const say = (key: keyof typeof WORDS): string => WORDS[key][locale];
	const lesson = lessonSchema.fields;
	const common = lesson.checks.type.of;
	const parts = [
		`# ${say('title')}`,
		say('made'),
		`## ${say('front')}`,
		table(lesson, locale),
		`## ${say('check')}`,
		common.is === 'variants' ? table(common.common, locale) : '',
		`## ${say('kinds')}`,
		...Object.entries(CHECK_KINDS).flatMap(([name, { about, fields, reasons }]) => [
			`### ${name}`,
			`${say('passes')} ${about[locale]}${locale === 'en' ? '.' : '。'}`,
			table(fields as Fields, locale),
			...reasonTable(name, reasons, locale),
		]),
		`## ${say('slips')}`,
		say('slipsAre'),
		...reasonTable('', SLIP_REASONS, locale),
		`## ${say('goal')}`,
		table(goalSchema.fields, locale),
		...Object.entries(goalSchema.fields).flatMap(([name, { type }]) => nested(name, type, locale)),
		`## ${say('translation')}`,
		table(translationSchema.fields, locale),
		`## ${say('course')}`,
		table(courseSchema.fields, locale),
		...nested('paths', courseSchema.fields.paths.type, locale),
	];
	return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** The fields of what a list holds, when that is a mapping. */
function nested(name: string, type: Schema, locale: Locale): string[] {
	return type.is === 'list' && type.of.is === 'record' ? [`\`${name}\``, table(type.of.fields, locale)] : [];
}

function table(fields: Fields, locale: Locale): string {
	const rows = Object.entries(fields).map(([name, { type, about, optional }]) => [
		`\`${name}\``,
		`${typeName(type, locale)}${optional ? ` (${WORDS.optional[locale]})` : ''}`,
		about[locale],
	]);
	return markdownTable([WORDS.field[locale], WORDS.type[locale], WORDS.about[locale]], rows);
}

function reasonTable(
	kind: string,
	reasons: Readonly<Record<string, readonly string[]>>,
	locale: Locale,
): string[] {
	// Those of a script differ by their number only.
	const shown = Object.entries(reasons).filter(([reason]) => !/^exit-(?!1$)\d+$/.test(reason));
	const rows = shown.map(([reason, facts]) => [
		/^exit-1$/.test(reason) ? '`exit-1` … `exit-20`' : `\`${reason}\``,
		facts.map((fact) => `\`{${fact}}\``).join(' '),
		generalWords(locale, kind, reason) ?? '',
	]);
	return [markdownTable([WORDS.reason[locale], WORDS.facts[locale], WORDS.says[locale]], rows)];
}

function typeName(type: Schema, locale: Locale): string {
	if (type.is === 'choice') return type.of.map((one) => `\`${one}\``).join(', ');
	if (type.is === 'list')
		return `${WORDS[type.orOne ? 'one' : 'listOf'][locale]} ${typeName(type.of, locale)}`;
	if (type.is === 'text' && type.form) return type.form.means[locale];
	return TYPES[type.is]?.[locale] ?? type.is;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const line = (cells: readonly string[]): string =>
		`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
	return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
