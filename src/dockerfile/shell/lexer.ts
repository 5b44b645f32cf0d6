import { SandboxError, invalid, quote } from '#base';
import { NO_CHARACTER, Scanner } from '../text.ts';
import { substitute, trimPrefix, trimSuffix } from './trim.ts';
import { Words } from './words.ts';

/** What a name stands for; undefined when it is unset. */
export type Lookup = (name: string) => string | undefined;

export interface LexerOptions {
	/** Quotes stay where they are. */
	rawQuotes?: boolean;
	/** Escapes stay where they are. */
	rawEscapes?: boolean;
	/** A quote is a character like another: what the contents of files are read with. */
	ignoreQuotes?: boolean;
	/** `$NAME` stays as it is when the name is unset. */
	keepUnset?: boolean;
}

/** The words of a Dockerfile as its author's shell would read them: quotes, escapes, `$NAME` and `${NAME…}`. */
export class ShellLexer {
	readonly #escapeToken: string;
	readonly #options: LexerOptions;

	constructor(escapeToken: string, options: LexerOptions = {}) {
		this.#escapeToken = escapeToken;
		this.#options = options;
	}

	/** The word with its quotes and escapes taken away and its variables replaced; blanks stay. Throws `invalid` in Docker's words. */
	processWord(word: string, lookup: Lookup): string {
		return this.#process(word, lookup).text;
	}

	/** The same, split at the blanks that are not quoted, also at those that come from a variable. */
	processWords(word: string, lookup: Lookup): string[] {
		return this.#process(word, lookup).words;
	}

	#process(word: string, lookup: Lookup): Processed {
		try {
			return new Expansion(word, this.#escapeToken, this.#options, lookup).run();
		} catch (error) {
			if (!(error instanceof SandboxError)) throw error;
			throw invalid(`failed to process ${quote(word)}: ${error.message}`);
		}
	}
}

interface Processed {
	text: string;
	words: string[];
}

/** Substitutions within substitutions. Docker has no limit, but nobody who builds something comes near this one. */
const MAX_DEPTH = 200;
/** Characters one word may grow to: variables that double themselves line after line would take all memory. */
const MAX_LENGTH = 1 << 20;

class Expansion {
	readonly #scanner: Scanner;
	readonly #escapeToken: string;
	readonly #options: LexerOptions;
	readonly #lookup: Lookup;
	readonly #words = new Words();
	#rawEscapes: boolean;
	#depth = 0;

	constructor(word: string, escapeToken: string, options: LexerOptions, lookup: Lookup) {
		this.#scanner = new Scanner(word);
		this.#escapeToken = escapeToken;
		this.#options = options;
		this.#lookup = lookup;
		this.#rawEscapes = options.rawEscapes ?? false;
	}

	run(): Processed {
		return this.#until('', this.#rawEscapes);
	}

	/** Up to `stop`, or to the end of the text when there is none. */
	#until(stop: string, rawEscapes: boolean): Processed {
		if (++this.#depth > MAX_DEPTH) throw invalid('too many substitutions within each other');
		const before = this.#rawEscapes;
		this.#rawEscapes = rawEscapes;
		const processed = this.#collect(stop);
		this.#rawEscapes = before;
		this.#depth--;
		return processed;
	}

	#collect(stop: string): Processed {
		const out = new Growing();
		const words = this.#words.start();
		for (let char = this.#scanner.peek(); char !== ''; char = this.#scanner.peek()) {
			if (char === stop) {
				this.#scanner.next();
				return { text: out.text, words: words.finish() };
			}
			const special = this.#special(char);
			if (special !== null) {
				out.add(special);
				if (char === '$') words.addSplit(special);
				else words.addRaw(special);
			} else this.#plain(out, words);
		}
		if (stop !== '') throw invalid(`unexpected end of statement while looking for matching ${stop}`);
		return { text: out.text, words: words.finish() };
	}

	/** What a character that means something stands for; null for any other. */
	#special(char: string): string | null {
		if (char === '$') return this.#dollar();
		if (char === '<') return this.#heredocMark();
		if (this.#options.ignoreQuotes) return null;
		if (char === "'") return this.#singleQuoted();
		return char === '"' ? this.#doubleQuoted() : null;
	}

	#plain(out: Growing, words: ReturnType<Words['start']>): void {
		const char = this.#scanner.next();
		if (char !== this.#escapeToken) {
			out.add(char);
			words.addSplit(char);
			return;
		}
		const escaped = this.#scanner.next();
		const kept = this.#rawEscapes ? char + escaped : escaped;
		out.add(kept);
		if (kept !== '') words.addRaw(kept);
	}

	#singleQuoted(): string {
		let text = this.#scanner.next();
		for (;;) {
			const char = this.#scanner.next();
			if (char === '') throw unterminated('single-quote');
			text += char;
			if (char === "'") return this.#options.rawQuotes ? text : text.slice(1, -1);
		}
	}

	#doubleQuoted(): string {
		const out = new Growing();
		const mark = this.#scanner.next();
		for (let char = this.#scanner.peek(); char !== '"'; char = this.#scanner.peek()) {
			if (char === '') throw unterminated('double-quote');
			out.add(char === '$' ? this.#dollar() : this.#quotedCharacter());
		}
		this.#scanner.next();
		return this.#options.rawQuotes ? mark + out.text + mark : out.text;
	}

	/** Between double quotes only a quote, a dollar and the escape itself can be escaped. */
	#quotedCharacter(): string {
		const char = this.#scanner.next();
		if (char !== this.#escapeToken) return char;
		const kept = this.#rawEscapes ? char : '';
		const next = this.#scanner.peek();
		if (next === '') return kept;
		return kept + (['"', '$', this.#escapeToken].includes(next) ? this.#scanner.next() : char);
	}

	/** `<<`, with the blanks after it: the word that ends the document belongs to it. */
	#heredocMark(): string {
		this.#scanner.next();
		if (this.#scanner.peek() !== '<') return '<';
		let mark = `<${this.#scanner.next()}`;
		while (/^[\t\r ]$/.test(this.#scanner.peek())) mark += this.#scanner.next();
		return mark;
	}

	#dollar(): string {
		this.#scanner.next();
		if (this.#scanner.peek() === '{') return this.#braced();
		const name = this.#name();
		if (name === '') return '$';
		return this.#lookup(name) ?? (this.#options.keepUnset ? `$${name}` : '');
	}

	#braced(): string {
		this.#scanner.next();
		const first = this.#scanner.peek();
		if (first === '') throw missing("'}'");
		if ('{}:'.includes(first)) throw invalid('syntax error: bad substitution');
		const name = this.#name();
		const modifier = this.#scanner.next();
		if (modifier === '}') return this.#lookup(name) ?? (this.#options.keepUnset ? `\${${name}}` : '');
		if (modifier === '/') return this.#replaced(name);
		if (modifier === ':') return this.#modified(name, this.#scanner.next(), ':');
		if (modifier !== '' && '+-?#%'.includes(modifier)) return this.#modified(name, modifier, '');
		throw unsupported(modifier || NO_CHARACTER);
	}

	/** `${name-word}` and its kind; `colon` when an empty value counts as none. */
	#modified(name: string, modifier: string, colon: string): string {
		const isPattern = modifier === '#' || modifier === '%';
		if (colon && isPattern) throw unsupported(colon + modifier);
		const word = this.#argument('}', isPattern, "'}'");
		const value = this.#lookup(name);
		if (value === undefined && this.#options.keepUnset) return `\${${name}${colon}${modifier}${word}}`;
		const isSet = value !== undefined && !(colon && value === '');
		switch (modifier) {
			case '-':
				return isSet ? value : word;
			case '+':
				return isSet ? word : '';
			case '?':
				if (isSet) return value;
				throw invalid(`${name}: ${word || `is not allowed to be ${value === '' ? 'empty' : 'unset'}`}`);
			case '#':
			case '%':
				return trimmed(modifier, word, value ?? '');
			default:
				throw unsupported(colon + (modifier || NO_CHARACTER));
		}
	}

	/** `${name/pattern/replacement}`, or `//` for all of them. */
	#replaced(name: string): string {
		const all = this.#scanner.peek() === '/';
		if (all) this.#scanner.next();
		const pattern = this.#argument('/', true, "'/' in ${}");
		const replacement = this.#argument('}', true, "'}'");
		const value = this.#lookup(name);
		if (value === undefined && this.#options.keepUnset) return `\${${name}/${pattern}/${replacement}}`;
		return substitute(pattern, value ?? '', replacement, all);
	}

	#argument(stop: string, rawEscapes: boolean, what: string): string {
		try {
			return this.#until(stop, rawEscapes).text;
		} catch (error) {
			throw this.#scanner.peek() === '' ? missing(what) : error;
		}
	}

	/** Letters, digits and `_`; or digits alone; or one of the shell's special names. */
	#name(): string {
		const first = this.#scanner.peek();
		if (/^\p{Nd}$/u.test(first)) return this.#while(/^\p{Nd}$/u);
		if (first !== '' && '@*#?-$!'.includes(first)) return this.#scanner.next();
		return this.#while(/^[\p{L}\p{Nd}_]$/u);
	}

	#while(allowed: RegExp): string {
		let text = '';
		while (allowed.test(this.#scanner.peek())) text += this.#scanner.next();
		return text;
	}
}

/** A text that may not grow without end. */
class Growing {
	text = '';

	add(more: string): void {
		if (this.text.length + more.length > MAX_LENGTH) throw invalid('the word becomes too long');
		this.text += more;
	}
}

function trimmed(modifier: '#' | '%', word: string, value: string): string {
	const isGreedy = word.startsWith(modifier);
	const pattern = isGreedy ? word.slice(1) : word;
	return modifier === '#' ? trimPrefix(pattern, value, isGreedy) : trimSuffix(pattern, value, isGreedy);
}

function unterminated(what: string): Error {
	return invalid(`unexpected end of statement while looking for matching ${what}`);
}

function missing(what: string): Error {
	return invalid(`syntax error: missing ${what}`);
}

function unsupported(modifier: string): Error {
	return invalid(`unsupported modifier (${modifier}) in substitution`);
}
