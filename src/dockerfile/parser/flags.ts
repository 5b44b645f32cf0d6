const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Blanks among the first 256 characters. */
const SPACE = /^[\t\n\v\f\r \x85\xa0]$/;

/** The flags in front of the arguments of an instruction, and the rest. */
export function takeFlags(text: string, escapeToken: string): { flags: string[]; rest: string } {
	// As Docker does, flags are read byte by byte: a letter beyond ASCII comes out as the several its bytes would be alone.
	const { flags, rest } = new FlagReader(latin1(text), escapeToken).run();
	return { flags, rest: decoder.decode(Uint8Array.from(rest, (char) => char.charCodeAt(0))) };
}

function latin1(text: string): string {
	let out = '';
	for (const byte of encoder.encode(text)) out += String.fromCharCode(byte);
	return out;
}

class FlagReader {
	readonly #text: string;
	readonly #escapeToken: string;
	readonly #flags: string[] = [];
	#at = 0;

	constructor(text: string, escapeToken: string) {
		this.#text = text;
		this.#escapeToken = escapeToken;
	}

	run(): { flags: string[]; rest: string } {
		for (;;) {
			while (SPACE.test(this.#text.charAt(this.#at))) this.#at++;
			if (!this.#text.startsWith('--', this.#at)) break;
			const { word, isQuoted } = this.#word();
			if (word === '--') break;
			if (word !== '' || isQuoted) this.#flags.push(word);
		}
		return { flags: this.#flags, rest: this.#text.slice(this.#at) };
	}

	/** Up to a blank outside of quotes; quotes and escapes are taken away. */
	#word(): { word: string; isQuoted: boolean } {
		let word = '';
		let quote = '';
		let isQuoted = false;
		for (; this.#at < this.#text.length; this.#at++) {
			const char = this.#text.charAt(this.#at);
			if (quote === '' && SPACE.test(char)) break;
			if (char === quote) quote = '';
			else if (quote === '' && (char === '"' || char === "'")) {
				quote = char;
				isQuoted = true;
			} else if (char === this.#escapeToken) word += this.#text.charAt(++this.#at);
			else word += char;
		}
		return { word, isQuoted };
	}
}
