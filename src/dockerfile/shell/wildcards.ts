import { invalid } from '#base';
import { NO_CHARACTER, Scanner } from '../text.ts';

/** One piece of the pattern of `${name#pattern}`: a character, any one (`?`), or any number (`*`). */
type Piece = { is: 'char'; char: string } | { is: 'one' } | { is: 'many' };

/** Pieces of the pattern times characters of the value: what one substitution may cost. */
const MAX_STEPS = 1 << 24;

/**
 * The pattern of a substitution. It finds what a backtracking regular expression would find, but looks at each pair of place and piece
 * only once: no pattern takes longer than its length times that of the value.
 */
export class Wildcards {
	readonly #pieces: Piece[] = [];
	readonly #isGreedy: boolean;

	/** @throws invalid, in Docker's words. */
	constructor(pattern: string, isGreedy: boolean) {
		this.#isGreedy = isGreedy;
		const scanner = new Scanner(pattern);
		for (let char = scanner.next(); char !== ''; char = scanner.next())
			this.#pieces.push(piece(char, scanner));
	}

	/** Where a match that starts where the value does ends; -1 for none. */
	prefix(value: readonly string[]): number {
		return this.#end(value, 0, this.#seen(value));
	}

	/** The value with its first match replaced. */
	replaceFirst(text: string, replacement: string): string {
		const value = Array.from(text);
		const found = this.#find(value, 0, this.#seen(value));
		if (!found) return text;
		return value.slice(0, found.start).join('') + replacement + value.slice(found.end).join('');
	}

	/** The value with each match replaced; `replacement` tells by what. */
	replaceAll(text: string, replacement: (match: string) => string): string {
		const value = Array.from(text);
		const seen = this.#seen(value);
		const out: string[] = [];
		let copied = 0;
		for (let at = 0; at <= value.length;) {
			const found = this.#find(value, at, seen);
			if (!found) break;
			const { start, end } = found;
			out.push(...slices(value, copied, start));
			// Nothing is not replaced right behind a match.
			if (end > copied || start === 0) out.push(replacement(value.slice(start, end).join('')));
			copied = end;
			at = Math.max(at + 1, end);
			// The match itself went through these; a later one may too.
			seen.fill(0, end * this.#width, (end + 1) * this.#width);
		}
		out.push(...slices(value, copied, value.length));
		return out.join('');
	}

	get #width(): number {
		return this.#pieces.length + 1;
	}

	#seen(value: readonly string[]): Uint8Array {
		const size = this.#width * (value.length + 1);
		if (size > MAX_STEPS) throw invalid('the pattern and the value of a substitution are too long');
		return new Uint8Array(size);
	}

	#find(value: readonly string[], from: number, seen: Uint8Array): { start: number; end: number } | null {
		for (let start = from; start <= value.length; start++) {
			const end = this.#end(value, start, seen);
			if (end >= 0) return { start, end };
		}
		return null;
	}

	/** Tries the ways in the order of preference; a place and piece that have failed once are not tried again. */
	#end(value: readonly string[], start: number, seen: Uint8Array): number {
		const width = this.#width;
		const ways = [start * width];
		for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
			if (seen[way]) continue;
			seen[way] = 1;
			const at = Math.floor(way / width);
			const piece = this.#pieces[way % width];
			if (!piece) return at;
			const char = value[at];
			if (piece.is === 'many') {
				const further = char === undefined || char === '\n' ? [] : [way + width];
				ways.push(...(this.#isGreedy ? [way + 1, ...further] : [...further, way + 1]));
			} else if (char !== undefined && accepts(piece, char)) ways.push(way + width + 1);
		}
		return -1;
	}
}

function accepts(piece: Piece, char: string): boolean {
	return piece.is === 'char' ? piece.char === char : char !== '\n';
}

function piece(char: string, scanner: Scanner): Piece {
	if (char === '*') return { is: 'many' };
	if (char === '?') return { is: 'one' };
	if (char !== '\\') return { is: 'char', char };
	const escaped = scanner.peek();
	// `}` and `/` are escaped for the substitution's sake, not the pattern's.
	if (!['}', '/', '*', '?', '\\'].includes(escaped))
		throw invalid(`invalid escape '\\${escaped || NO_CHARACTER}'`);
	return { is: 'char', char: scanner.next() };
}

function slices(value: readonly string[], from: number, to: number): string[] {
	return from < to ? [value.slice(from, to).join('')] : [];
}
