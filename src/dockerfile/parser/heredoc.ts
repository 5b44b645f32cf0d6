import { invalid } from '#base';
import { ShellLexer } from '../shell/lexer.ts';
import { trimNewline, type Lines } from './lines.ts';
import type { Heredoc, Node } from './node.ts';

const nothing = () => undefined;
const MARK = /^\d*<<(-?)/;
const BLANKS = /^[\t\n\f\r ]+/;
const MAY_HAVE = ['add', 'copy', 'run'];

const wordsOfLine = new ShellLexer('\\', { rawQuotes: true, rawEscapes: true, keepUnset: true });
const nameOf = new ShellLexer('\\', { keepUnset: true });
const rawNameOf = new ShellLexer('\\', { keepUnset: true, rawQuotes: true });

/** Takes the documents of an instruction off the lines that follow it. Throws `invalid` in Docker's words. */
export function readHeredocs(node: Node, line: string, lines: Lines): Heredoc[] {
	if (!mayHave(node) || !line.includes('<<')) return [];
	return marks(line).map((heredoc) => ({ ...heredoc, content: readContent(heredoc, lines) }));
}

/** A word as the mark of a document, `<<NAME`; null when it is none. */
export function parseHeredoc(word: string): Heredoc | null {
	const [mark = '', dash] = MARK.exec(word) ?? [];
	const rest = word.slice(mark.length).replace(BLANKS, '');
	if (mark === '' || rest === '' || rest.includes('<')) return null;
	const [name, ...more] = nameOf.processWords(rest, nothing);
	if (name === undefined || more.length > 0) return null;
	const raw = rawNameOf.processWords(rest, nothing);
	if (raw.length !== 1) throw invalid(`internal lexing of heredoc produced inconsistent results: ${rest}`);
	return { name, expand: quotes(name) === quotes(raw[0] ?? ''), chomp: dash === '-', content: '' };
}

/** The content without the tabs its lines begin with. */
export function chompTabs(content: string): string {
	return content.replace(/(^|\n)\t+/g, '$1');
}

function mayHave(node: Node): boolean {
	const inner = node.value.toLowerCase() === 'onbuild' && node.trigger ? node.trigger : node;
	return MAY_HAVE.includes(inner.value.toLowerCase()) && !inner.isJson;
}

function marks(line: string): Heredoc[] {
	let words: string[];
	try {
		words = wordsOfLine.processWords(line, nothing);
	} catch {
		// A line that is no shell words, an apostrophe in a RUN for one, has no documents.
		return [];
	}
	return words.map(parseHeredoc).filter((heredoc) => heredoc !== null);
}

function readContent({ name, chomp }: Heredoc, lines: Lines): string {
	const content: string[] = [];
	for (let line = lines.next(); line !== null; line = lines.next()) {
		const text = trimNewline(line);
		if ((chomp ? text.replace(/^\t+/, '') : text) === name) return content.join('');
		content.push(line);
	}
	throw invalid('unterminated heredoc');
}

function quotes(text: string): number {
	return text.split(/['"]/).length;
}
