import { badPattern } from './glob.ts';

/** Whether a character belongs to a class. */
export type Accept = (char: string) => boolean;

const POSIX: Record<string, RegExp> = {
	alnum: /^[0-9A-Za-z]$/,
	alpha: /^[A-Za-z]$/,
	ascii: /^[\x00-\x7f]$/,
	blank: /^[\t ]$/,
	cntrl: /^[\x00-\x1f\x7f]$/,
	digit: /^[0-9]$/,
	graph: /^[!-~]$/,
	lower: /^[a-z]$/,
	print: /^[ -~]$/,
	punct: /^[!-/:-@[-`{-~]$/,
	space: /^[\t\n\v\f\r ]$/,
	upper: /^[A-Z]$/,
	word: /^[0-9A-Za-z_]$/,
	xdigit: /^[0-9A-Fa-f]$/,
};

const PERL: Record<string, RegExp> = { d: /^[0-9]$/, s: /^[\t\n\f\r ]$/, w: /^[0-9A-Za-z_]$/ };

/** Unicode's classes of one letter. Go counts what is not assigned to none of them. */
const UNICODE: Record<string, RegExp> = {
	C: /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}]$/u,
	L: /^\p{L}$/u,
	M: /^\p{M}$/u,
	N: /^\p{N}$/u,
	P: /^\p{P}$/u,
	S: /^\p{S}$/u,
	Z: /^\p{Z}$/u,
};

/** What follows a backslash as a class, `d` or `pL`; null when it is none. Throws for a class there is not. */
export function perlClass(text: string): { accept: Accept | null; length: number } {
	const letter = text.charAt(0);
	const lower = letter.toLowerCase();
	if (lower === 'p') {
		const name = text.charAt(1);
		const expression = Object.hasOwn(UNICODE, name) ? UNICODE[name] : undefined;
		if (!expression) throw badPattern();
		return { accept: accepting(expression, letter === 'P'), length: 2 };
	}
	const expression = Object.hasOwn(PERL, lower) ? PERL[lower] : undefined;
	return { accept: expression ? accepting(expression, letter !== lower) : null, length: 1 };
}

function accepting(expression: RegExp, isNegated: boolean): Accept {
	return (char) => expression.test(char) !== isNegated;
}

const CONTROLS: Record<string, string> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** What follows a backslash as one character. Throws where Go's regexp package does. */
export function escapedCharacter(text: string): { char: string; rest: string } {
	const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(text)?.[0];
	if (octal !== undefined)
		return { char: String.fromCharCode(parseInt(octal, 8)), rest: text.slice(octal.length) };
	const hex = /^x([0-9A-Fa-f]{2})/.exec(text)?.[1];
	if (hex !== undefined) return { char: String.fromCharCode(parseInt(hex, 16)), rest: text.slice(3) };
	const char = text.charAt(0);
	const rest = text.slice(1);
	if (Object.hasOwn(CONTROLS, char)) return { char: CONTROLS[char] ?? '', rest };
	// A sign stands for itself; letters and digits that mean nothing are refused, and so is all beyond ASCII.
	if (!/^[\x00-\x7f]$/.test(char) || /^[0-9A-Za-z]$/.test(char)) throw badPattern();
	return { char, rest };
}

/** Reads `…]`. */
export class ClassReader {
	#rest: string;

	constructor(rest: string) {
		this.#rest = rest;
	}

	read(): { accept: Accept; rest: string } {
		const isNegated = this.#rest.startsWith('^');
		if (isNegated) this.#rest = this.#rest.slice(1);
		const members: Accept[] = [];
		while (members.length === 0 || !this.#rest.startsWith(']')) members.push(this.#member());
		return {
			accept: (char) => members.some((accept) => accept(char)) !== isNegated,
			rest: this.#rest.slice(1),
		};
	}

	#member(): Accept {
		return this.#posix() ?? this.#perl() ?? this.#range();
	}

	/** `[:alpha:]`. */
	#posix(): Accept | null {
		const end = this.#rest.startsWith('[:') ? this.#rest.indexOf(':]', 2) : -1;
		if (end < 0) return null;
		const [, negation = '', name = ''] = /^(\^?)(.*)$/s.exec(this.#rest.slice(2, end)) ?? [];
		const expression = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
		if (!expression) throw badPattern();
		this.#rest = this.#rest.slice(end + 2);
		return accepting(expression, negation !== '');
	}

	#perl(): Accept | null {
		if (!this.#rest.startsWith('\\')) return null;
		const { accept, length } = perlClass(this.#rest.slice(1));
		if (accept) this.#rest = this.#rest.slice(1 + length);
		return accept;
	}

	#range(): Accept {
		const low = this.#character();
		if (!this.#rest.startsWith('-') || this.#rest.length < 2 || this.#rest[1] === ']')
			return (char) => char === low;
		this.#rest = this.#rest.slice(1);
		const [from, to] = [low, this.#character()].map((char) => char.codePointAt(0) ?? 0) as [number, number];
		if (to < from) throw badPattern();
		return (char) => {
			const code = char.codePointAt(0) ?? -1;
			return from <= code && code <= to;
		};
	}

	#character(): string {
		if (this.#rest === '') throw badPattern();
		if (this.#rest.startsWith('\\')) {
			const { char, rest } = escapedCharacter(this.#rest.slice(1));
			this.#rest = rest;
			return char;
		}
		const char = String.fromCodePoint(this.#rest.codePointAt(0) ?? 0);
		this.#rest = this.#rest.slice(char.length);
		return char;
	}
}
