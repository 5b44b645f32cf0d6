import { isSpace } from '../text.ts';

/** The words of ENV, LABEL and ARG: quotes and escapes stay in them, for they are read once more when the word is. */
export function splitWords(text: string, escapeToken: string): string[] {
	return new WordSplitter(text, escapeToken).run();
}

class WordSplitter {
	readonly #chars: string[];
	readonly #escapeToken: string;
	readonly #words: string[] = [];
	#at = 0;
	#word = '';
	/** The quote that has been opened. */
	#quote = '';
	/** A quote has been seen, so the word counts though it be empty. */
	#isQuoted = false;

	constructor(text: string, escapeToken: string) {
		this.#chars = Array.from(text);
		this.#escapeToken = escapeToken;
	}

	run(): string[] {
		while (this.#at < this.#chars.length) this.#step(this.#chars[this.#at++] ?? '');
		this.#end();
		return this.#words;
	}

	#step(char: string): void {
		if (this.#quote === '' && isSpace(char)) return this.#end();
		if (char === this.#escapeToken && this.#quote !== "'") return this.#escaped(char);
		if (char === this.#quote) this.#quote = '';
		else if (this.#quote === '' && (char === '"' || char === "'")) {
			this.#quote = char;
			this.#isQuoted = true;
		}
		this.#word += char;
	}

	/** An escape at the very end is dropped. */
	#escaped(char: string): void {
		const next = this.#chars[this.#at++];
		if (next !== undefined) this.#word += char + next;
	}

	#end(): void {
		if (this.#isQuoted || this.#word !== '') this.#words.push(this.#word);
		this.#word = '';
		this.#isQuoted = false;
	}
}
