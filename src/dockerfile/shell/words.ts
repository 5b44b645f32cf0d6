import { isSpace } from '../text.ts';

/**
 * Collects words out of what is read. As in Docker, the word that is being collected is one for a text and all the substitutions in
 * it: `a${x:-b}` as words is `b`, for the substitution begins it anew.
 */
export class Words {
	#word = '';

	start(): Collector {
		this.#word = '';
		return new Collector(
			() => this.#word,
			(word) => (this.#word = word),
		);
	}
}

class Collector {
	readonly #words: string[] = [];
	readonly #get: () => string;
	readonly #set: (word: string) => void;

	constructor(get: () => string, set: (word: string) => void) {
		this.#get = get;
		this.#set = set;
	}

	/** Text whose blanks end a word. */
	addSplit(text: string): void {
		for (const char of text) {
			if (isSpace(char)) this.#end();
			else this.#set(this.#get() + char);
		}
	}

	/** Text whose blanks belong to the word. */
	addRaw(text: string): void {
		this.#set(this.#get() + text);
	}

	finish(): string[] {
		this.#end();
		return this.#words;
	}

	#end(): void {
		if (this.#get() !== '') this.#words.push(this.#get());
		this.#set('');
	}
}
