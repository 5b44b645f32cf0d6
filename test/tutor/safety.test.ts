import { describe, expect, it } from 'vitest';
import { hintHtml, readLesson, sentenceHtml, type Lesson } from '#tutor';
import { ATTACKS } from './attacks.ts';

/** Elements and attributes that a lesson's HTML is made of; there are no others, whatever its text holds. */
const ELEMENTS =
	/^(p|h[1-6]|a|em|strong|s|code|pre|blockquote|ul|ol|li|hr|br|table|thead|tbody|tr|th|td|div|span|button)$/;
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
	class: /^[a-z -]+$/,
	href: /^(https?:\/\/|#)/,
	'data-lesson': /^[a-z0-9/-]+$/,
	'data-command': /^/,
	'data-terminal': /^/,
	'aria-hidden': /^true$/,
	type: /^button$/,
	target: /^_blank$/,
	rel: /^noopener noreferrer nofollow$/,
	title: /^/,
	start: /^\d+$/,
	style: /^text-align:(left|right|center)$/,
};

/** Reads tags as a browser would, roughly: a `<` begins one, and quotes hold their content together. */
function strangers(html: string): string[] {
	const found: string[] = [];
	for (const [tag, name = '', rest = ''] of html.matchAll(
		/<\/?([a-zA-Z!?][^\s/>]*)((?:"[^"]*"|[^">])*)>?/g,
	)) {
		if (!ELEMENTS.test(name)) found.push(tag);
		for (const [, attribute = '', value = ''] of rest.matchAll(/([^\s="/]+)(?:="([^"]*)")?/g))
			if (!ATTRIBUTES[attribute]?.test(value.replaceAll('&amp;', '&'))) found.push(`${attribute}="${value}"`);
	}
	return found;
}

function htmlOf({ steps, questions }: Lesson): string[] {
	return [
		...steps.flatMap(({ parts }) => parts.flatMap((part) => ('html' in part ? [part.html] : []))),
		...questions.flatMap(({ text, answers }) => [
			text,
			...answers.flatMap(({ label, explanation }) => [label, explanation]),
		]),
	];
}

describe('a hostile lesson', () => {
	it.each(ATTACKS)('comes to nothing but text: %j', (attack) => {
		const quoted = JSON.stringify(attack);
		const front = `---\ntitle: ${quoted}\nsummary: ${quoted}\nminutes: 1\nchecks:\n  - { id: a, kind: container, name: ${quoted}, title: ${quoted}, hints: { waiting: ${quoted} }, help: ${quoted} }\n---\n`;
		const { lessons } = readLesson('path/x', {
			en: `${front}${attack}\n\n[check: a]\n\n- ${attack}\n\n> ${attack}\n`,
		});
		const lesson = lessons.en;
		expect(lesson).toBeDefined();
		if (!lesson) return;
		const [check] = lesson.checks;
		const said = check
			? [
					hintHtml(check, { reason: 'waiting', facts: { name: attack } }),
					sentenceHtml('en', check, { reason: 'waiting', facts: { name: attack } }),
				]
			: [];
		for (const html of [...htmlOf(lesson), ...said]) expect(strangers(html)).toEqual([]);
	});

	it('is told from a good one by the test itself', () => {
		expect(strangers('<p>a &lt;b&gt; <a href="https://x.example">x</a></p>')).toEqual([]);
		expect(strangers('<img src="x">')).not.toEqual([]);
		expect(strangers('<p onclick="x">')).not.toEqual([]);
		expect(strangers('<a href="javascript:x">')).not.toEqual([]);
	});
});
