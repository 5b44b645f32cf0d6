import { invalid } from '#base';

/** What a name stands for; undefined when it stands for nothing. */
export type Lookup = (name: string) => string | undefined;

/** Expands one word of an instruction as Docker's builder does: quotes, backslashes, `$NAME`, `${NAME:-word}` and `${NAME:+word}`. Throws `invalid`. */
export function expandWord(word: string, lookup: Lookup): string {
	return new Expansion(word, lookup).run();
}

/** Splits a line at blanks outside of quotes; the quotes stay. */
export function splitWords(line: string): string[] {
	const words: string[] = [];
	let word = '';
	let quote = '';
	for (let at = 0; at < line.length; at++) {
		const char = line[at] ?? '';
		if (quote === '' && /\s/.test(char)) {
			if (word !== '') words.push(word);
			word = '';
			continue;
		}
		if (char === '\\' && quote !== "'" && at + 1 < line.length) {
			word += char + (line[++at] ?? '');
			continue;
		}
		if (quote === '' && (char === '"' || char === "'")) quote = char;
		else if (char === quote) quote = '';
		word += char;
	}
	if (word !== '') words.push(word);
	return words;
}

class Expansion {
	readonly #word: string;
	readonly #lookup: Lookup;
	#at = 0;

	constructor(word: string, lookup: Lookup) {
		this.#word = word;
		this.#lookup = lookup;
	}

	run(): string {
		return this.#until('');
	}

	/** Up to `end` outside of quotes, or to the end of the word. */
	#until(end: string): string {
		let out = '';
		while (this.#at < this.#word.length) {
			const char = this.#word[this.#at] ?? '';
			if (char === end) return out;
			if (char === "'") out += this.#single();
			else if (char === '"') out += this.#double();
			else if (char === '$') out += this.#dollar();
			else if (char === '\\') out += this.#escaped();
			else {
				out += char;
				this.#at++;
			}
		}
		if (end !== '') throw invalid("syntax error: missing '}'");
		return out;
	}

	#escaped(): string {
		const next = this.#word[this.#at + 1];
		this.#at += 2;
		return next ?? '\\';
	}

	#single(): string {
		const end = this.#word.indexOf("'", this.#at + 1);
		if (end < 0) throw invalid('unexpected end of statement while looking for matching single-quote');
		const text = this.#word.slice(this.#at + 1, end);
		this.#at = end + 1;
		return text;
	}

	#double(): string {
		let out = '';
		this.#at++;
		while (this.#at < this.#word.length) {
			const char = this.#word[this.#at] ?? '';
			if (char === '"') {
				this.#at++;
				return out;
			}
			if (char === '$') out += this.#dollar();
			else if (char === '\\' && /["$\\]/.test(this.#word[this.#at + 1] ?? '')) out += this.#escaped();
			else {
				out += char;
				this.#at++;
			}
		}
		throw invalid('unexpected end of statement while looking for matching double-quote');
	}

	#dollar(): string {
		this.#at++;
		if (this.#word[this.#at] === '{') return this.#braced();
		const name = this.#name();
		if (name === '') return '$';
		return this.#lookup(name) ?? '';
	}

	/** A name, or one digit or special character as a shell has them. */
	#name(): string {
		const rest = this.#word.slice(this.#at);
		const name = /^(?:[A-Za-z_]\w*|[0-9@*#])/.exec(rest)?.[0] ?? '';
		this.#at += name.length;
		return name;
	}

	#braced(): string {
		this.#at++;
		const name = this.#name();
		if (name === '') throw invalid('syntax error: bad substitution');
		const value = this.#lookup(name);
		const char = this.#word[this.#at++];
		if (char === '}') return value ?? '';
		const orEmpty = char === ':';
		const operator = orEmpty ? this.#word[this.#at++] : char;
		if (!operator || !'-+?'.includes(operator)) {
			throw invalid(`unsupported modifier (${operator ?? ''}) in substitution`);
		}
		const word = this.#until('}');
		this.#at++;
		const isSet = value !== undefined && !(orEmpty && value === '');
		if (operator === '+') return isSet ? word : '';
		if (isSet) return value;
		if (operator === '?') throw invalid(`${name}: ${word || 'not allowed to be unset'}`);
		return word;
	}
}
