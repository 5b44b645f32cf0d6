/**
 * Says what is wrong with a text that is no JSON, in the words of Go's decoder, which a client gets to read:
 * `invalid character 'i' looking for beginning of object key string`, `unexpected EOF`.
 * Null where a whole value stands at the beginning: then something follows it that should not.
 */
export function jsonFault(text: string): string | null {
	try {
		new Scanner(text).value();
		return null;
	} catch (error) {
		if (error instanceof Fault) return error.message;
		throw error;
	}
}

class Fault extends Error {}

/** A recursive reader that keeps nothing of what it reads. */
class Scanner {
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
	}

	value(): void {
		this.#blanks();
		const first = this.#peek();
		if (first === '{') this.#object();
		else if (first === '[') this.#array();
		else if (first === '"') this.#string();
		else if (first === '-' || isDigit(first)) this.#number();
		else this.#literal(first);
	}

	#object(): void {
		this.#at++;
		this.#blanks();
		if (this.#takes('}')) return;
		do {
			this.#blanks();
			if (this.#peek() !== '"') throw this.#fault('looking for beginning of object key string');
			this.#string();
			this.#blanks();
			if (!this.#takes(':')) throw this.#fault('after object key');
			this.value();
			this.#blanks();
		} while (this.#takes(','));
		if (!this.#takes('}')) throw this.#fault('after object key:value pair');
	}

	#array(): void {
		this.#at++;
		this.#blanks();
		if (this.#takes(']')) return;
		do {
			this.value();
			this.#blanks();
		} while (this.#takes(','));
		if (!this.#takes(']')) throw this.#fault('after array element');
	}

	#string(): void {
		this.#at++;
		for (;;) {
			const char = this.#peek();
			if (char < ' ') throw this.#fault('in string literal');
			this.#at++;
			if (char === '"') return;
			if (char === '\\') this.#escape();
		}
	}

	#escape(): void {
		const char = this.#peek();
		if (!'bfnrt\\/"u'.includes(char)) throw this.#fault('in string escape code');
		this.#at++;
		for (let digits = char === 'u' ? 4 : 0; digits > 0; digits--) {
			if (!/[0-9a-fA-F]/.test(this.#peek())) throw this.#fault('in \\u hexadecimal character escape');
			this.#at++;
		}
	}

	#number(): void {
		this.#takes('-');
		if (!this.#takes('0')) this.#digits('in numeric literal');
		if (this.#takes('.')) this.#digits('after decimal point in numeric literal');
		if (this.#takes('e') || this.#takes('E')) {
			if (!this.#takes('+')) this.#takes('-');
			this.#digits('in exponent of numeric literal');
		}
	}

	#digits(where: string): void {
		if (!isDigit(this.#peek())) throw this.#fault(where);
		while (isDigit(this.#text[this.#at])) this.#at++;
	}

	#literal(first: string): void {
		const word = ['true', 'false', 'null'].find((one) => one.startsWith(first));
		if (word === undefined) throw this.#fault('looking for beginning of value');
		for (const expected of word) {
			if (this.#peek() !== expected) throw this.#fault(`in literal ${word} (expecting '${expected}')`);
			this.#at++;
		}
	}

	#blanks(): void {
		while (' \t\r\n'.includes(this.#text[this.#at] ?? '-')) this.#at++;
	}

	#peek(): string {
		const char = this.#text[this.#at];
		if (char === undefined) throw new Fault('unexpected EOF');
		return char;
	}

	#takes(char: string): boolean {
		const isThere = this.#text[this.#at] === char;
		if (isThere) this.#at++;
		return isThere;
	}

	#fault(where: string): Fault {
		return new Fault(`invalid character ${quoted(this.#peek())} ${where}`);
	}
}

function isDigit(char: string | undefined): boolean {
	return char !== undefined && char >= '0' && char <= '9';
}

/** As Go quotes a byte. */
function quoted(char: string): string {
	if (char === "'") return `'\\''`;
	if (char === '"') return `'"'`;
	const code = char.charCodeAt(0);
	const escape = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 92: '\\\\' }[
		code
	];
	const plain = code < 32 || code === 127 ? `\\x${code.toString(16).padStart(2, '0')}` : char;
	return `'${escape ?? plain}'`;
}
