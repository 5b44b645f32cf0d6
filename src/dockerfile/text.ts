/** Text as Go's `unicode` and `strings` packages see it: their blanks are not JavaScript's `\s`. */

const SPACE = '\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const IS_SPACE = new RegExp(`^[${SPACE}]$`);
const LEADING = new RegExp(`^[${SPACE}]+`);
const BYTE_ORDER_MARK = '\ufeff';

/** `unicode.IsSpace` of one character. */
export function isSpace(char: string): boolean {
	return IS_SPACE.test(char);
}

/** `strings.TrimSpace`. */
export function trimSpace(text: string): string {
	let end = text.length;
	// From the end by hand: a regular expression that looks for the last blanks tries every run of blanks there is.
	while (end > 0 && isSpace(text.charAt(end - 1))) end--;
	return trimStart(text.slice(0, end));
}

/** The text without its first blanks. */
export function trimStart(text: string): string {
	return text.replace(LEADING, '');
}

/** The words between the blanks of one line, which are fewer than Unicode's. */
export function splitBlanks(text: string): string[] {
	return text.split(/[\t\v\f\r ]+/);
}

/** The first word and what follows its blanks; null when there is but one. */
export function cutWord(text: string): [first: string, rest: string] | null {
	const blanks = /[\t\v\f\r ]+/.exec(text);
	return blanks && [text.slice(0, blanks.index), text.slice(blanks.index + blanks[0].length)];
}

export function withoutByteOrderMark(text: string): string {
	return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** Walks over the characters of a text. A byte order mark in front is nothing, as for Go's text/scanner. */
export class Scanner {
	readonly #chars: string[];
	#at = 0;

	constructor(text: string) {
		this.#chars = Array.from(withoutByteOrderMark(text));
	}

	/** The next character; empty at the end. */
	peek(): string {
		return this.#chars[this.#at] ?? '';
	}

	/** The same, and goes on. */
	next(): string {
		return this.#chars[this.#at++] ?? '';
	}
}

/** What Go prints for a character that is none because the text has ended. */
export const NO_CHARACTER = '\ufffd';
