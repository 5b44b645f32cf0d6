import MarkdownIt, { type Token } from 'markdown-it';

/** What a renderer needs to know beside the text. */
export interface MarkdownEnv extends Record<PropertyKey, unknown> {
	/** The id of the lesson the text belongs to, from which relative links lead. */
	lesson?: string;
}

const markdown = MarkdownIt({ html: false, linkify: false, typographer: false });
/** Text as HTML that shows it. */
export const escapeHtml = markdown.utils.escapeHtml;

/**
 * The only addresses a lesson may lead to: sites, by a plain link that is followed on purpose, and other lessons.
 * What has any other scheme (`javascript:`, `data:`, …) stays text.
 */
markdown.validateLink = (address) => /^https?:\/\/[^\s]+$/i.test(address) || lessonLink(address, '') !== null;

/** The id of the lesson that a relative link means; null when it is no such link. */
export function lessonLink(address: string, from: string): string | null {
	const match = /^((?:\.\.?\/)*)((?:[a-z0-9-]+\/)*)lesson(?:\.zh-CN)?\.md$/.exec(address);
	if (!match) return null;
	const at = from.split('/').filter(Boolean);
	for (const step of (match[1] ?? '').split('/')) if (step === '..') at.pop();
	return [...at, ...(match[2] ?? '').split('/').filter(Boolean)].join('/');
}

markdown.renderer.rules.link_open = (tokens, index, options, env, self) => {
	const token = tokens[index];
	const href = String(token?.attrGet('href') ?? '');
	const lesson = lessonLink(href, (env as MarkdownEnv | undefined)?.lesson ?? '');
	if (lesson !== null) {
		token?.attrSet('href', `#${lesson}`);
		token?.attrSet('data-lesson', lesson);
	} else {
		token?.attrSet('target', '_blank');
		token?.attrSet('rel', 'noopener noreferrer nofollow');
	}
	return self.renderToken(tokens, index, options);
};

/** A picture would be loaded from somewhere: only what it shows is said. */
markdown.renderer.rules.image = (tokens, index) => escapeHtml(tokens[index]?.content ?? '');

/**
 * A fence marked `console` is a terminal as the learner sees it: a line after a prompt is a command that can be clicked,
 * anything else is what comes back. `console 2` belongs in the second terminal.
 */
markdown.renderer.rules.fence = (tokens, index) => {
	const token = tokens[index];
	const { language, terminal } = fenceInfo(token?.info ?? '');
	const content = token?.content.replace(/\n$/, '') ?? '';
	if (language !== 'console') return `<pre class="code"><code>${escapeHtml(content)}</code></pre>\n`;
	const lines = content.split('\n').map((line) => consoleLine(line, terminal));
	return `<div class="console" data-terminal="${escapeHtml(terminal)}">${lines.join('')}</div>\n`;
};

/** Inline code that starts with a prompt is a command too: `` `$ docker ps` ``. */
markdown.renderer.rules.code_inline = (tokens, index) => {
	const content = tokens[index]?.content ?? '';
	const typed = inlineCommand(content);
	return typed === null ? `<code>${escapeHtml(content)}</code>` : command(typed, '', 'inline');
};

/** What stands after three backticks: the language, and for `console` the terminal. */
export function fenceInfo(info: string): { language: string; terminal: string } {
	const [language = '', terminal = '1'] = info.trim().split(/\s+/);
	return { language, terminal };
}

/** The command of inline code that starts with a prompt; null of other code. */
export function inlineCommand(code: string): string | null {
	return code.startsWith('$ ') ? code.slice(2) : null;
}

/** A line of a console fence: the prompt and the command after it; null of a line of output. */
export function promptLine(line: string): { prompt: string; command: string } | null {
	const match = /^((?:\/[\w./~-]* |[\w~/.-]+@[\w-]+:[^#$]*)?[$#]) (.+)$/.exec(line);
	return match ? { prompt: match[1] ?? '', command: match[2] ?? '' } : null;
}

function consoleLine(line: string, terminal: string): string {
	const typed = promptLine(line);
	if (!typed) return `<div class="output">${escapeHtml(line) || '&nbsp;'}</div>`;
	return `<div class="line"><span class="prompt" aria-hidden="true">${escapeHtml(typed.prompt)} </span>${command(typed.command, terminal, 'block')}</div>`;
}

function command(text: string, terminal: string, form: 'inline' | 'block'): string {
	return `<button type="button" class="command ${form}" data-command="${escapeHtml(text)}" data-terminal="${escapeHtml(terminal)}"><code>${escapeHtml(text)}</code></button>`;
}

/** The tokens of a lesson's text. Raw HTML in it is text, never markup. */
export function parseMarkdown(source: string, env: MarkdownEnv): Token[] {
	return markdown.parse(source, env);
}

/** HTML of some of the tokens. */
export function renderTokens(tokens: Token[], env: MarkdownEnv): string {
	return markdown.renderer.render(tokens, markdown.options, env);
}

/** HTML of a piece of Markdown with blocks around it. */
export function renderMarkdown(source: string, env: MarkdownEnv = {}): string {
	return markdown.render(source, env);
}

/** The same for a single line, without a paragraph around it. */
export function renderInline(source: string, env: MarkdownEnv = {}): string {
	return markdown.renderInline(source, env);
}
