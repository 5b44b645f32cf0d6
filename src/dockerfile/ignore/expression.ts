import { ClassReader, escapedCharacter, perlClass, type Accept } from './classes.ts';

/** One item of an expression. */
type Item =
	| { is: 'one'; accept: Accept }
	| { is: 'any number'; accept: Accept }
	// What FOLDERS says: nothing, or something that ends with a slash.
	| { is: 'folders'; isInside: boolean }
	| { is: 'place'; holds: (before: string, after: string) => boolean };

/** What the translator makes of `**`; nothing else makes a group. */
export const FOLDERS = '(.*/)?';

/**
 * A regular expression of those the patterns are translated to, with Go's meaning. All the ways to match are followed at once, one
 * character after the other, so no pattern takes longer than its length times that of the path.
 */
export class Expression {
	readonly #items: Item[];

	/** @throws invalid, when Go's regexp package would not compile it. */
	constructor(source: string) {
		this.#items = new Reader(source).run();
	}

	/** Whether the expression matches somewhere in the path. */
	test(path: string): boolean {
		return this.#follow(path, () => false);
	}

	/** Whether it matches in the path, or in what stands before one of its slashes. */
	testFolders(path: string): boolean {
		return this.#follow(path, (char) => char === '/');
	}

	/** Goes through the text once. `mayEnd` tells before which characters the text may as well be over. */
	#follow(text: string, mayEnd: (char: string) => boolean): boolean {
		const chars = Array.from(text);
		let starts = new Set<number>();
		for (let at = 0; at <= chars.length; at++) {
			const [before = '', char = ''] = [chars[at - 1], chars[at]];
			starts.add(0);
			if (mayEnd(char) && this.#reach(starts, before, '').has(this.#items.length)) return true;
			const states = this.#reach(starts, before, char);
			if (states.has(this.#items.length)) return true;
			starts = this.#step(states, char);
		}
		return false;
	}

	/** The items that may come next: those to start at, and what follows each that may be left out. */
	#reach(starts: ReadonlySet<number>, before: string, after: string): Set<number> {
		const states = new Set<number>();
		for (const start of starts) {
			for (let index = start; !states.has(index); index++) {
				states.add(index);
				const item = this.#items[index];
				if (!item || item.is === 'one') break;
				if (item.is === 'place' && !item.holds(before, after)) break;
				if (item.is === 'folders' && item.isInside) break;
				if (item.is === 'folders') states.add(++index);
			}
		}
		return states;
	}

	/** Where the ways go on after a character. */
	#step(states: ReadonlySet<number>, char: string): Set<number> {
		const starts = new Set<number>();
		for (const index of states) {
			const item = this.#items[index];
			if (item?.is === 'one' && item.accept(char)) starts.add(index + 1);
			else if (item?.is === 'any number' && item.accept(char)) starts.add(index);
			else if (item?.is === 'folders' && item.isInside) {
				if (char !== '\n') starts.add(index);
				if (char === '/') starts.add(index + 1);
			}
		}
		return starts;
	}
}

class Reader {
	#rest: string;
	readonly #items: Item[] = [];

	constructor(source: string) {
		this.#rest = source;
	}

	run(): Item[] {
		while (this.#rest !== '') this.#item();
		return this.#items;
	}

	#item(): void {
		if (this.#rest.startsWith(FOLDERS)) {
			this.#items.push({ is: 'folders', isInside: false }, { is: 'folders', isInside: true });
			this.#skip(FOLDERS.length);
			return;
		}
		const char = this.#take();
		if (char === '^') this.#place((before) => before === '');
		else if (char === '$') this.#place((_before, after) => after === '');
		else if (char === '.') this.#accept((given) => given !== '\n');
		else if (char === '[') this.#class();
		else if (char === '\\') this.#escape();
		else this.#literal(char);
	}

	#class(): void {
		const { accept, rest } = new ClassReader(this.#rest).read();
		this.#rest = rest;
		this.#accept(accept);
	}

	/** One character that is accepted, or any number of them when a star follows. */
	#accept(accept: Accept): void {
		const isMany = this.#rest.startsWith('*');
		if (isMany) this.#skip(1);
		this.#items.push({ is: isMany ? 'any number' : 'one', accept });
	}

	#literal(char: string): void {
		this.#accept((given) => given === char);
	}

	#place(holds: (before: string, after: string) => boolean): void {
		this.#items.push({ is: 'place', holds });
	}

	#escape(): void {
		const letter = this.#rest.charAt(0);
		const place = Object.hasOwn(PLACES, letter) ? PLACES[letter] : undefined;
		if (place) {
			this.#skip(1);
			return this.#place(place);
		}
		if (letter === 'Q') return this.#quoted();
		const { accept, length } = perlClass(this.#rest);
		if (accept) {
			this.#skip(length);
			return this.#accept(accept);
		}
		const { char, rest } = escapedCharacter(this.#rest);
		this.#rest = rest;
		this.#literal(char);
	}

	/** `\Q … \E`: all of it as it stands. */
	#quoted(): void {
		const end = this.#rest.indexOf('\\E');
		const text = end < 0 ? this.#rest.slice(1) : this.#rest.slice(1, end);
		this.#rest = end < 0 ? '' : this.#rest.slice(end + 2);
		for (const char of text) this.#items.push({ is: 'one', accept: (given) => given === char });
	}

	#take(): string {
		const char = String.fromCodePoint(this.#rest.codePointAt(0) ?? 0);
		this.#skip(char.length);
		return char;
	}

	#skip(length: number): void {
		this.#rest = this.#rest.slice(length);
	}
}

const isWord = (char: string) => /^\w$/.test(char);

/** Escapes that stand for a place. */
const PLACES: Record<string, (before: string, after: string) => boolean> = {
	A: (before) => before === '',
	z: (_before, after) => after === '',
	b: (before, after) => isWord(before) !== isWord(after),
	B: (before, after) => isWord(before) === isWord(after),
};
