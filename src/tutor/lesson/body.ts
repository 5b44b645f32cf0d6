import type { Token } from 'markdown-it';
import type { Problem } from '../schema/problem.ts';
import { readYaml } from '../schema/validate.ts';
import { goalSchema, type Goal } from './front-matter.ts';
import type { LessonCommand, LessonGoal, LessonPart, LessonStep, Question } from './lesson.ts';
import {
	fenceInfo,
	inlineCommand,
	parseMarkdown,
	promptLine,
	renderTokens,
	type MarkdownEnv,
} from './markdown.ts';
import { readAnswers } from './question.ts';

/** The text of a lesson, taken apart. */
export interface Body {
	steps: LessonStep[];
	questions: Question[];
	goals: LessonGoal[];
	commands: LessonCommand[];
	/** Where the text places checks. */
	placed: { id: string; line: number; step: number }[];
	/** Where the text leads, with the address as it was written. */
	links: { address: string; line: number }[];
	problems: Problem[];
}

export interface BodySource {
	file: string;
	/** The line of the file on which the text begins, from 1. */
	firstLine: number;
	text: string;
	/** The lesson's id. */
	lesson: string;
}

/** Takes a lesson's text apart: steps, checks, questions, goal pictures, commands. What is wrong is told, and the rest still read. */
export function readBody(source: BodySource): Body {
	return new BodyReader(source).read();
}

const DIRECTIVE = /^\[(\w[\w-]*):\s*([^\]]*?)\s*\]$/;

class BodyReader {
	readonly #source: BodySource;
	readonly #env: MarkdownEnv;
	readonly #body: Body = {
		steps: [],
		questions: [],
		goals: [],
		commands: [],
		placed: [],
		links: [],
		problems: [],
	};
	#parts: LessonPart[] = [];
	#prose: Token[] = [];
	/** A quiz whose answers have not come yet, with what it asks. */
	#open: { question: Question; tokens: Token[]; line: number } | null = null;

	constructor(source: BodySource) {
		this.#source = source;
		this.#env = { lesson: source.lesson };
	}

	read(): Body {
		this.#beginStep('');
		const tokens = parseMarkdown(this.#source.text, this.#env);
		for (let at = 0; at < tokens.length;) {
			const end = blockEnd(tokens, at);
			this.#block(tokens.slice(at, end));
			at = end;
		}
		this.#endQuestion();
		this.#endProse();
		return this.#body;
	}

	#block(block: Token[]): void {
		const [first, inner] = block;
		if (!first) return;
		this.#inspect(block);
		if (first.type === 'heading_open' && (first.tag === 'h1' || first.tag === 'h2')) {
			if (first.tag === 'h1')
				this.#report(
					first,
					'heading',
					'A first-level heading has no place in a lesson.',
					'Its title is in the front matter; begin steps with `## `.',
				);
			this.#endQuestion();
			this.#endProse();
			return this.#beginStep(plainText(inner));
		}
		if (first.type === 'paragraph_open' && inner && this.#directives(first, inner)) return;
		if (first.type === 'fence' && fenceInfo(first.info).language === 'goal') return this.#goal(first);
		if (this.#open && first.type === 'bullet_list_open') return this.#answers(block);
		if (this.#open) this.#open.tokens.push(...block);
		else {
			this.#collectCommands(block);
			this.#prose.push(...block);
		}
	}

	/** A paragraph may begin with lines like `[check: id]`; what follows them in it is ordinary text. */
	#directives(open: Token, inline: Token): boolean {
		const lines = inline.content.split('\n');
		let taken = 0;
		for (const line of lines) {
			const match = DIRECTIVE.exec(line);
			if (!match) break;
			this.#directive(lineOf(open) + taken, match[1] ?? '', match[2] ?? '');
			taken++;
		}
		if (taken === 0) return false;
		const rest = lines.slice(taken).join('\n');
		if (rest !== '') {
			const tokens = parseMarkdown(rest, this.#env);
			if (this.#open) this.#open.tokens.push(...tokens);
			else this.#prose.push(...tokens);
		}
		return true;
	}

	#directive(line: number, name: string, id: string): void {
		this.#endQuestion();
		this.#endProse();
		const step = this.#body.steps.length - 1;
		if (name === 'check') {
			this.#parts.push({ check: id });
			this.#body.placed.push({ id, line: this.#fileLine(line), step });
			for (const command of this.#body.commands) command.check ??= id;
			return;
		}
		if (name !== 'quiz' && name !== 'predict') {
			return this.#reportAt(
				line,
				'unknown-directive',
				`There is nothing called \`[${name}: …]\`.`,
				'Use `[check: id]`, `[quiz: id]` or `[predict: id]`.',
			);
		}
		if (!/^[a-z0-9][a-z0-9-]*$/.test(id))
			this.#reportAt(line, 'wrong-form', `\`${id}\` is no id.`, 'Use small letters, digits and hyphens.');
		if (this.#body.questions.some((one) => one.id === id))
			this.#reportAt(
				line,
				'duplicate-id',
				`There are two questions called \`${id}\`.`,
				'Give one of them another id.',
			);
		const is = name === 'quiz' ? 'quiz' : 'prediction';
		const question: Question = { id, is, text: '', answers: [], step, command: null };
		this.#open = { question, tokens: [], line };
	}

	#answers(list: Token[]): void {
		const open = this.#open;
		if (!open) return;
		const { question } = open;
		question.text = renderTokens(open.tokens, this.#env);
		if (open.tokens.length === 0)
			this.#reportAt(
				open.line,
				'no-question',
				`\`${question.id}\` asks nothing.`,
				'Write the question between its line and its answers.',
			);
		question.answers = readAnswers(list, this.#env, (line, code, message, advice) =>
			this.#reportAt(line, code, message, advice),
		);
		if (question.answers.length < 2)
			this.#reportAt(
				open.line,
				'no-answers',
				`\`${question.id}\` has fewer than two answers.`,
				'List them as `- [ ] …`, and the right one as `- [x] …`.',
			);
		else if (question.answers.filter(({ isRight }) => isRight).length !== 1)
			this.#reportAt(
				open.line,
				'no-right-answer',
				`\`${question.id}\` must have exactly one right answer.`,
				'Mark it with `[x]` and the others with `[ ]`.',
			);
		this.#body.questions.push(question);
		this.#parts.push({ question: question.id });
		this.#open = null;
	}

	/** A question that comes to no answers is an author's mistake; what it asks is still shown. */
	#endQuestion(): void {
		if (!this.#open) return;
		const { question, tokens, line } = this.#open;
		this.#reportAt(
			line,
			'no-answers',
			`\`${question.id}\` has no answers.`,
			'List them below the question as `- [ ] …`, and the right one as `- [x] …`.',
		);
		this.#prose.push(...tokens);
		this.#open = null;
	}

	#goal(fence: Token): void {
		this.#endProse();
		const reading = readYaml(
			{ file: this.#source.file, firstLine: this.#fileLine(lineOf(fence)) + 1, text: fence.content },
			goalSchema,
		);
		this.#body.problems.push(...reading.problems);
		const goal = (reading.value ?? {}) as Goal;
		if (reading.problems.length === 0 && Object.keys(goal).length === 0)
			this.#report(
				fence,
				'empty-goal',
				'This goal picture shows nothing.',
				'Name `containers`, `images`, `volumes` or `networks`.',
			);
		this.#parts.push({ goal: this.#body.goals.length });
		this.#body.goals.push({ goal, step: this.#body.steps.length - 1 });
	}

	#collectCommands(block: Token[]): void {
		const step = this.#body.steps.length - 1;
		const add = (command: string, terminal: number, isAtPrompt: boolean, isBlock: boolean): void => {
			if (isBlock) this.#answerPredictions();
			this.#body.commands.push({ command, terminal, step, check: null, isAtPrompt, isBlock });
		};
		for (const token of block) {
			if (token.type === 'fence') {
				const { language, terminal } = fenceInfo(token.info);
				if (language !== 'console') continue;
				if (terminal !== '1' && terminal !== '2')
					this.#report(
						token,
						'wrong-terminal',
						`There is no terminal ${terminal}.`,
						'Write `console`, `console 1` or `console 2`.',
					);
				for (const line of token.content.split('\n')) {
					const typed = promptLine(line);
					if (typed) add(typed.command, Number(terminal), typed.prompt === '$', true);
				}
			}
			for (const child of token.children ?? []) {
				const typed = child.type === 'code_inline' ? inlineCommand(child.content) : null;
				if (typed !== null) add(typed, 0, true, false);
			}
		}
	}

	/** The command that is about to be added shows whether the predictions before it were right. */
	#answerPredictions(): void {
		for (const question of this.#body.questions)
			if (question.is === 'prediction') question.command ??= this.#body.commands.length;
	}

	/** Links, and what an author may have meant to be shown otherwise. */
	#inspect(block: Token[]): void {
		for (const token of block) {
			for (const child of token.children ?? []) {
				if (child.type === 'link_open')
					this.#body.links.push({
						address: String(child.attrGet('href') ?? ''),
						line: this.#fileLine(lineOf(token)),
					});
				if (child.type === 'image') this.#reportImage(token);
				if (child.type !== 'text') continue;
				if (/<\/?[a-z][^>\n]*>?/i.test(child.content))
					this.#report(
						token,
						'raw-html',
						'HTML is shown as text.',
						'Use Markdown, or put it in backticks if it is to be read.',
					);
				if (/!\[[^\]]*\]\(/.test(child.content)) this.#reportImage(token);
				else if (/\]\([^)]*\)?/.test(child.content))
					this.#report(
						token,
						'dead-link',
						'This link leads nowhere.',
						'Link to `https://…`, or to the `lesson.md` of another lesson, like `../02-layers/lesson.md`.',
					);
			}
		}
	}

	#reportImage(token: Token): void {
		this.#report(
			token,
			'image',
			'Pictures are not shown: a lesson loads nothing.',
			'Describe it, or use a goal picture.',
		);
	}

	#beginStep(title: string): void {
		const step: LessonStep = { title, parts: [] };
		this.#parts = step.parts;
		this.#body.steps.push(step);
	}

	#endProse(): void {
		if (this.#prose.length === 0) return;
		this.#parts.push({ html: renderTokens(this.#prose, this.#env) });
		this.#prose = [];
	}

	#fileLine(line: number): number {
		return this.#source.firstLine + line;
	}

	#report(token: Token, code: string, message: string, advice: string): void {
		this.#reportAt(lineOf(token), code, message, advice);
	}

	#reportAt(line: number, code: string, message: string, advice: string): void {
		this.#body.problems.push({ file: this.#source.file, line: this.#fileLine(line), code, message, advice });
	}
}

/** The index after the block that begins at `at`. */
function blockEnd(tokens: Token[], at: number): number {
	let depth = 0;
	for (let index = at; index < tokens.length; index++) {
		depth += tokens[index]?.nesting ?? 0;
		if (depth === 0) return index + 1;
	}
	return tokens.length;
}

/** The line of the text, from 0. */
function lineOf(token: Token): number {
	return token.map?.[0] ?? 0;
}

/** The words of a line of Markdown without its marks. */
function plainText(inline: Token | undefined): string {
	return (inline?.children ?? []).map((child) => child.content).join('');
}
