import { cleanPath, dirName, invalid } from '#base';
import { trimSpace } from '../text.ts';
import { checkGlob } from './glob.ts';
import { compilePattern, type Match } from './pattern.ts';

/** One line of a `.dockerignore`, ready to be asked. */
export interface IgnorePattern {
	/** Cleaned, and without the `!`. */
	pattern: string;
	/** `!`: what it matches is not ignored after all. */
	isExclusion: boolean;
}

/** Tells which paths a list of patterns means, as moby's patternmatcher does. The last pattern that matches decides. */
export class PatternMatcher {
	readonly patterns: readonly IgnorePattern[];
	readonly #compiled = new Map<IgnorePattern, Match>();

	/** @throws invalid, in Docker's words. */
	constructor(patterns: readonly string[]) {
		this.patterns = patterns
			.map(trimSpace)
			.filter((pattern) => pattern !== '')
			.map(readPattern);
	}

	/** Whether a pattern takes back what another one means. */
	get hasExclusions(): boolean {
		return this.patterns.some(({ isExclusion }) => isExclusion);
	}

	/** Whether the path or a folder above it is meant. Throws `invalid` for a pattern that can only now be seen to be bad. */
	matchesOrParentMatches(path: string): boolean {
		const parent = dirName(path);
		const folder = parent === '.' ? null : parent;
		let isMatched = false;
		for (const pattern of this.patterns) {
			if (pattern.isExclusion !== isMatched) continue;
			if (this.#match(pattern)(path, folder)) isMatched = !pattern.isExclusion;
		}
		return isMatched;
	}

	#match(pattern: IgnorePattern): Match {
		const compiled = this.#compiled.get(pattern) ?? compilePattern(pattern.pattern);
		this.#compiled.set(pattern, compiled);
		return compiled;
	}
}

function readPattern(text: string): IgnorePattern {
	const cleaned = cleanPath(text);
	const isExclusion = cleaned.startsWith('!');
	if (cleaned === '!') throw invalid('illegal exclusion pattern: "!"');
	const pattern = isExclusion ? cleaned.slice(1) : cleaned;
	checkGlob(pattern);
	return { pattern, isExclusion };
}
