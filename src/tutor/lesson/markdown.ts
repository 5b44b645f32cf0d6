import MarkdownIt from 'markdown-it';

const markdown = MarkdownIt({ html: false, linkify: false, typographer: false });
const escape = markdown.utils.escapeHtml;

/**
 * A fence marked `console` is a terminal as the learner sees it: a line after a prompt is a command that can be clicked,
 * anything else is what comes back. `console 2` belongs in the second terminal.
 */
markdown.renderer.rules.fence = (tokens, index) => {
	const token = tokens[index];
	const [language = '', target = '1'] = (token?.info ?? '').trim().split(/\s+/);
	const content = token?.content.replace(/\n$/, '') ?? '';
	if (language !== 'console') return `<pre class="code"><code>${escape(content)}</code></pre>\n`;
	const lines = content.split('\n').map((line) => consoleLine(line, target));
	return `<div class="console" data-terminal="${escape(target)}">${lines.join('')}</div>\n`;
};

/** Inline code that starts with a prompt is a command too: `` `$ docker ps` ``. */
markdown.renderer.rules.code_inline = (tokens, index) => {
	const content = tokens[index]?.content ?? '';
	if (!content.startsWith('$ ')) return `<code>${escape(content)}</code>`;
	return command(content.slice(2), '', 'inline');
};

function consoleLine(line: string, terminal: string): string {
	const match = /^((?:\/ |[\w~/.-]+@[\w-]+:[^#$]*)?[$#]) (.+)$/.exec(line);
	if (!match) return `<div class="output">${escape(line) || '&nbsp;'}</div>`;
	return `<div class="line"><span class="prompt" aria-hidden="true">${escape(match[1] ?? '')} </span>${command(match[2] ?? '', terminal, 'block')}</div>`;
}

function command(text: string, terminal: string, form: 'inline' | 'block'): string {
	return `<button type="button" class="command ${form}" data-command="${escape(text)}" data-terminal="${escape(terminal)}"><code>${escape(text)}</code></button>`;
}

/** HTML of a lesson's prose. Raw HTML in the source is shown as text, never taken as markup. */
export function renderMarkdown(source: string): string {
	return markdown.render(source);
}

/** The same for a single line, without a paragraph around it. */
export function renderInline(source: string): string {
	return markdown.renderInline(source);
}
