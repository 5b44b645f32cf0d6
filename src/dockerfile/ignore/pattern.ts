import { Scanner } from '../text.ts';
import { Expression, FOLDERS } from './expression.ts';

/** Whether a path, or one of the folders above it, is what a pattern means. `folder` is where the path lies; null at the top. */
export type Match = (path: string, folder: string | null) => boolean;

/** Signs that mean something in an expression, but nothing in a pattern. */
const PLAIN = '.+()|{}$';

/** One pattern, cleaned and without its `!`, as a test of paths. Throws `invalid` where Docker finds it bad only when it is used. */
export function compilePattern(pattern: string): Match {
	const { kind, expression } = new Translation(pattern).run();
	switch (kind) {
		case 'exact':
			return orFolders((path) => path === pattern);
		case 'prefix':
			return orFolders((path) => path.startsWith(pattern.slice(0, -2)));
		case 'suffix':
			return orFolders(endsWith(pattern.slice(2)));
		case 'expression': {
			const compiled = new Expression(expression);
			return (path, folder) => compiled.test(path) || (folder !== null && compiled.testFolders(folder));
		}
	}
}

function orFolders(matches: (path: string) => boolean): Match {
	return (path, folder) => matches(path) || (folder !== null && parents(folder).some(matches));
}

/** The folder and those above it, the highest first. */
function parents(folder: string): string[] {
	const names = folder.split('/');
	return names.map((_name, index) => names.slice(0, index + 1).join('/'));
}

function endsWith(suffix: string): (path: string) => boolean {
	// `**/foo` means foo itself, too.
	return (path) => path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
}

/** Turns a pattern into the expression Docker makes of it; simple ones need none. */
class Translation {
	readonly #scanner: Scanner;
	#kind: 'exact' | 'prefix' | 'suffix' | 'expression' = 'exact';
	#out = '^';

	constructor(pattern: string) {
		this.#scanner = new Scanner(pattern);
	}

	run(): { kind: Translation['kind']; expression: string } {
		for (let isFirst = true; this.#scanner.peek() !== ''; isFirst = false) this.#step(isFirst);
		return { kind: this.#kind, expression: `${this.#out}$` };
	}

	get kind(): 'exact' | 'prefix' | 'suffix' | 'expression' {
		return this.#kind;
	}

	#step(isFirst: boolean): void {
		const char = this.#scanner.next();
		if (char === '*' && this.#scanner.peek() === '*') this.#stars(isFirst);
		else if (char === '*') this.#special('[^/]*');
		else if (char === '?') this.#special('[^/]');
		else if (PLAIN.includes(char)) this.#out += `\\${char}`;
		else if (char === '\\') this.#escape();
		else if (char === '[' || char === ']') this.#special(char);
		else this.#out += char;
	}

	/** `**`, with the slash after it: any number of folders, or all there is at the end. */
	#stars(isFirst: boolean): void {
		this.#scanner.next();
		if (this.#scanner.peek() === '/') this.#scanner.next();
		if (this.#scanner.peek() !== '') this.#special(FOLDERS);
		else if (this.#kind === 'exact') this.#kind = 'prefix';
		else this.#special('.*');
		if (isFirst) this.#kind = 'suffix';
	}

	#escape(): void {
		const escaped = this.#scanner.next();
		if (escaped === '') this.#out += '\\';
		else this.#special(`\\${escaped}`);
	}

	#special(text: string): void {
		this.#out += text;
		this.#kind = 'expression';
	}
}
