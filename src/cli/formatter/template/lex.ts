import { invalid } from '#base';

/** What a token is; names follow Go's text/template/parse. */
export type TokenKind =
	| 'text'
	| 'left'
	| 'right'
	| 'space'
	| 'char'
	| 'charConstant'
	| 'string'
	| 'number'
	| 'bool'
	| 'field'
	| 'variable'
	| 'identifier'
	| 'keyword'
	| 'dot'
	| 'nil'
	| 'pipe'
	| 'declare'
	| 'assign'
	| 'leftParen'
	| 'rightParen'
	| 'eof';

export interface Token {
	kind: TokenKind;
	text: string;
	/** Byte-less offset into the source; ASCII in practice. */
	at: number;
	line: number;
}

const KEYWORDS = new Set([
	'block',
	'break',
	'continue',
	'define',
	'else',
	'end',
	'if',
	'range',
	'template',
	'with',
]);

/** Go's `%#U`. */
function codePoint(char: string): string {
	const hex = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	return `U+${hex} '${char}'`;
}

/** A template's parse error: `template: NAME:LINE: what`. */
export function parseError(name: string, line: number, what: string): Error {
	return invalid(`template: ${name}:${line}: ${what}`);
}

/** Splits a template into tokens. Throws parse errors in Go's words. */
export function lex(name: string, source: string): Token[] {
	return new Lexer(name, source).run();
}

const TRIM_BEFORE = /^-[ \t\r\n]/;
const TRIM_AFTER = /^[ \t\r\n]-\}\}/;
const SPACES = ' \t\r\n';

class Lexer {
	readonly #name: string;
	readonly #source: string;
	readonly #tokens: Token[] = [];
	#at = 0;
	#line = 1;
	#parens = 0;

	constructor(name: string, source: string) {
		this.#name = name;
		this.#source = source;
	}

	run(): Token[] {
		let trimNext = false;
		for (;;) {
			const open = this.#source.indexOf('{{', this.#at);
			const end = open < 0 ? this.#source.length : open;
			this.#text(end, trimNext, open >= 0 && TRIM_BEFORE.test(this.#source.slice(open + 2)));
			if (open < 0) break;
			trimNext = this.#action();
		}
		this.#emit('eof', '');
		return this.#tokens;
	}

	#text(end: number, trimStart: boolean, trimEnd: boolean): void {
		let text = this.#source.slice(this.#at, end);
		const whole = text;
		if (trimStart) text = text.replace(/^[ \t\r\n]+/, '');
		const dropped = whole.length - text.length;
		if (trimEnd) text = text.replace(/[ \t\r\n]+$/, '');
		const start = this.#at;
		this.#at = start + dropped;
		this.#line += count(whole.slice(0, dropped));
		if (text !== '') this.#tokens.push({ kind: 'text', text, at: this.#at, line: this.#line });
		this.#line += count(whole.slice(dropped));
		this.#at = end;
	}

	/** From `{{` to after `}}`; tells whether the text that follows is trimmed. */
	#action(): boolean {
		const trims = TRIM_BEFORE.test(this.#source.slice(this.#at + 2));
		const inner = this.#at + (trims ? 4 : 2);
		if (this.#source.startsWith('/*', inner)) return this.#comment(inner);
		this.#emit('left', '{{');
		this.#at = inner;
		this.#parens = 0;
		for (;;) {
			const rest = this.#source.slice(this.#at, this.#at + 4);
			const trimsAfter = TRIM_AFTER.test(rest);
			if (trimsAfter || rest.startsWith('}}')) {
				if (this.#parens !== 0) throw this.#error('unclosed left paren');
				this.#at += trimsAfter ? 2 : 0;
				this.#emit('right', '}}');
				this.#at += 2;
				return trimsAfter;
			}
			this.#insideAction();
		}
	}

	#comment(inner: number): boolean {
		const end = this.#source.indexOf('*/', inner);
		if (end < 0) throw this.#error('unclosed comment');
		const after = this.#source.slice(end + 2, end + 6);
		const trims = TRIM_AFTER.test(after);
		if (!trims && !after.startsWith('}}')) throw this.#error('comment ends before closing delimiter');
		this.#line += count(this.#source.slice(this.#at, end));
		this.#at = end + (trims ? 6 : 4);
		return trims;
	}

	#insideAction(): void {
		const char = this.#source.codePointAt(this.#at);
		if (char === undefined) throw this.#error('unclosed action');
		const text = String.fromCodePoint(char);
		if (SPACES.includes(text)) return this.#spaces();
		if (text === '"') return this.#quoted('"', 'string', 'unterminated quoted string');
		if (text === '`') return this.#raw();
		if (text === "'") return this.#quoted("'", 'charConstant', 'unterminated character constant');
		if (text === '$') return this.#name_('variable');
		if (text === '.' && !/[0-9]/.test(this.#source[this.#at + 1] ?? '')) return this.#name_('field');
		if (/[0-9+.-]/.test(text)) return this.#number();
		if (/[\p{L}_]/u.test(text)) return this.#name_('identifier');
		this.#punctuation(text);
	}

	#punctuation(text: string): void {
		if (this.#source.startsWith(':=', this.#at)) return this.#take('declare', 2);
		if (text === ':') throw this.#error('expected :=');
		if (text === '=') return this.#take('assign', 1);
		if (text === '|') return this.#take('pipe', 1);
		if (text === '(') {
			this.#parens++;
			return this.#take('leftParen', 1);
		}
		if (text === ')') {
			if (--this.#parens < 0) throw this.#error('unexpected right paren');
			return this.#take('rightParen', 1);
		}
		if (text > ' ' && text < '\u007f') return this.#take('char', 1);
		throw this.#error(`unrecognized character in action: ${codePoint(text)}`);
	}

	#spaces(): void {
		let end = this.#at;
		while (end < this.#source.length && SPACES.includes(this.#source[end] ?? '')) {
			if (TRIM_AFTER.test(this.#source.slice(end, end + 4))) break;
			end++;
		}
		const length = end - this.#at;
		if (length > 0) this.#take('space', length);
	}

	#quoted(quote: string, kind: TokenKind, unterminated: string): void {
		let end = this.#at + 1;
		for (; ; end++) {
			const char = this.#source[end];
			if (char === undefined || char === '\n') throw this.#error(unterminated);
			if (char === '\\' && this.#source[end + 1] !== undefined && this.#source[end + 1] !== '\n') end++;
			else if (char === quote) break;
		}
		this.#take(kind, end + 1 - this.#at);
	}

	#raw(): void {
		const end = this.#source.indexOf('`', this.#at + 1);
		if (end < 0) throw this.#error('unterminated raw quoted string');
		this.#take('string', end + 1 - this.#at);
	}

	#number(): void {
		const match =
			/^[+-]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9_]*\.?[0-9_]*([eE][+-]?[0-9_]+)?)/.exec(
				this.#source.slice(this.#at),
			);
		const text = match?.[0] ?? '';
		const next = this.#source[this.#at + text.length] ?? '';
		if (!/[0-9]/.test(text) || /[\p{L}\p{N}_]/u.test(next))
			throw this.#error(`bad number syntax: ${JSON.stringify(text + next)}`);
		this.#take('number', text.length);
	}

	/** `.Field`, `$variable` or `identifier`. A lone `.` is the dot. */
	#name_(kind: 'field' | 'variable' | 'identifier'): void {
		const lead = kind === 'identifier' ? 0 : 1;
		const word = /^[\p{L}\p{N}_]*/u.exec(this.#source.slice(this.#at + lead))?.[0] ?? '';
		const end = this.#at + lead + word.length;
		if (!this.#atTerminator(end))
			throw this.#error(
				`bad character ${codePoint(String.fromCodePoint(this.#source.codePointAt(end) ?? 0))}`,
			);
		if (kind === 'field' && word === '') return this.#take('dot', 1);
		if (kind !== 'identifier') return this.#take(kind, lead + word.length);
		if (KEYWORDS.has(word)) return this.#take('keyword', word.length);
		if (word === 'true' || word === 'false') return this.#take('bool', word.length);
		this.#take(word === 'nil' ? 'nil' : 'identifier', word.length);
	}

	#atTerminator(end: number): boolean {
		const char = this.#source[end];
		return char === undefined || ' \t\r\n.,|:()'.includes(char) || this.#source.startsWith('}}', end);
	}

	#take(kind: TokenKind, length: number): void {
		const text = this.#source.slice(this.#at, this.#at + length);
		this.#emit(kind, text);
		this.#at += length;
		this.#line += count(text);
	}

	#emit(kind: TokenKind, text: string): void {
		this.#tokens.push({ kind, text, at: this.#at, line: this.#line });
	}

	#error(what: string): Error {
		return parseError(this.#name, this.#line, what);
	}
}

function count(text: string): number {
	return text.split('\n').length - 1;
}
