import type { Token } from 'markdown-it';
import type { Answer } from './lesson.ts';
import { renderInline, renderMarkdown, renderTokens, type MarkdownEnv } from './markdown.ts';

type Report = (line: number, code: string, message: string, advice: string) => void;

const MARK = /^\[([ xX])\]\s+(.*)$/;

/** Reads the list below a question: `- [x] answer`, and in each item what explains it. */
export function readAnswers(list: Token[], env: MarkdownEnv, report: Report): Answer[] {
	const answers: Answer[] = [];
	for (let at = 0; at < list.length; at++) {
		const item = list[at];
		if (item?.type !== 'list_item_open' || item.level !== 1) continue;
		const end = list.findIndex(
			(token, index) => index > at && token.type === 'list_item_close' && token.level === 1,
		);
		const answer = readAnswer(list.slice(at + 1, end), item.map?.[0] ?? 0, env, report);
		if (answer) answers.push(answer);
		at = end;
	}
	return answers;
}

function readAnswer(tokens: Token[], line: number, env: MarkdownEnv, report: Report): Answer | null {
	const [first = '', ...more] = (tokens[1]?.content ?? '').split('\n');
	const match = tokens[0]?.type === 'paragraph_open' ? MARK.exec(first) : null;
	if (!match) {
		report(
			line,
			'no-mark',
			'This answer is not marked.',
			'Begin it with `[x]` if it is right, with `[ ]` if it is wrong.',
		);
		return null;
	}
	const below = tokens.slice(3);
	const explanation = `${renderMarkdown(more.join('\n'), env)}${renderTokens(below, env)}`.trim();
	if (explanation === '')
		report(
			line,
			'no-explanation',
			'This answer is not explained.',
			'Say below it, indented, why it is right or wrong.',
		);
	return { label: renderInline(match[2] ?? '', env), explanation, isRight: match[1] !== ' ' };
}
