import type { FindMatches } from '#base';

/** An author's regular expressions. A lesson may come from anyone, so they are tried where they can be stopped. */
export class Patterns {
	readonly #find: FindMatches;

	constructor(find: FindMatches) {
		this.#find = find;
	}

	/** Whether the expression matches somewhere in the text. */
	async fits(source: string, text: string): Promise<boolean> {
		return (await this.all(source, text)).length > 0;
	}

	/** Everything that the expression matches in the text. */
	async all(source: string, text: string): Promise<string[]> {
		const [matches = []] = await this.#find(source, [text]);
		return matches;
	}

	/** Those things in whose text the expression matches. */
	async those<T>(source: string, things: readonly T[], textOf: (thing: T) => string): Promise<T[]> {
		if (things.length === 0) return [];
		const found = await this.#find(source, things.map(textOf));
		return things.filter((_, index) => (found[index] ?? []).length > 0);
	}
}
