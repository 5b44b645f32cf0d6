import { editDistance } from './near.ts';
import { partsOf, placedWords, type PlacedWord, type Vocabulary } from './vocabulary.ts';

/** A word that was typed, and the one that was most likely meant. */
export interface Slip {
	reason: 'misspelt' | 'missing-space' | 'look-alike';
	typed: string;
	meant: string;
}

/**
 * The slip in a command line, as far as one can be told from what the lesson speaks of. A line that failed is searched for any
 * known word; one that ended well has a slip only where it nearly says what the current check wants.
 */
export function findSlip(
	{ line, exitCode }: { line: string; exitCode: number | null },
	vocabulary: Vocabulary,
	check: string,
): Slip | null {
	if (vocabulary.hasLine(line)) return null;
	const hasFailed = exitCode !== 0;
	for (const placed of placedWords(line)) {
		const typed = placed.word;
		// What the shell works out, and templates, are not names.
		if (/[$\\{}*]/.test(typed) || vocabulary.hasWord(typed)) continue;
		const slip =
			lookAlike(typed) ??
			(hasFailed ? (shortFlag(typed, vocabulary) ?? missingSpace(typed, vocabulary)) : null) ??
			misspelt(placed, hasFailed, vocabulary, check);
		if (slip) return slip;
	}
	return null;
}

/** Full-width characters, and dashes and quotes that a text editor or an input method has made "nicer". */
function lookAlike(typed: string): Slip | null {
	const meant = typed
		.replace(/[—―]+/g, '--')
		.replace(/[‐-–−]/g, '-')
		.replace(/[“”]/g, '"')
		.replace(/[‘’]/g, "'")
		.replaceAll('。', '.')
		.replaceAll('》', '>')
		.replaceAll('《', '<')
		.replaceAll('￥', '$')
		.normalize('NFKC');
	const isPlain = /^[\x20-\x7e]+$/.test(meant);
	return meant !== typed && isPlain ? { reason: 'look-alike', typed, meant } : null;
}

/** `-name` for `--name`. */
function shortFlag(typed: string, vocabulary: Vocabulary): Slip | null {
	const name = /^-[a-z][a-z-]+/.exec(typed)?.[0];
	if (name === undefined || !vocabulary.hasWord(`-${name}`)) return null;
	return { reason: 'misspelt', typed, meant: `-${typed}` };
}

/** `dockerps`, `run--rm`. */
function missingSpace(typed: string, vocabulary: Vocabulary): Slip | null {
	for (let at = 2; at <= typed.length - 2; at++) {
		const [first, second] = [typed.slice(0, at), typed.slice(at)];
		if (vocabulary.hasWord(first) && vocabulary.hasWord(second))
			return { reason: 'missing-space', typed, meant: `${first} ${second}` };
	}
	return null;
}

/** More characters than are taken in at a glance. */
const LONG = 32;

function misspelt(
	{ word: typed, is }: PlacedWord,
	hasFailed: boolean,
	vocabulary: Vocabulary,
	check: string,
): Slip | null {
	if (/^-[^-]/.test(typed)) return null;
	for (const part of partsOf(typed)) {
		if (part.length < 3 || vocabulary.hasPart(part)) continue;
		const wanted = vocabulary.partsFor(check);
		const near = closest(part, hasFailed ? [...wanted, ...vocabulary.partsAt(is)] : wanted, hasFailed);
		if (near === null) continue;
		// In a long word nobody would find the place.
		if (typed.length > LONG) return { reason: 'misspelt', typed: part, meant: near };
		return { reason: 'misspelt', typed, meant: typed.replace(part, near) };
	}
	return null;
}

/** The first of the nearest words; a number at the end of a name makes it another one, not a misspelt one. */
function closest(part: string, known: readonly string[], isPatient: boolean): string | null {
	const limit = isPatient && part.length >= 6 ? 2 : 1;
	const plain = (word: string): string => (isPatient ? word.toLowerCase() : word);
	let best: { word: string; distance: number } | null = null;
	for (const word of known) {
		if (word.length < 3 || Math.abs(word.length - part.length) > limit) continue;
		if (withoutDigits(word) === withoutDigits(part)) continue;
		const distance = editDistance(plain(part), plain(word));
		if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { word, distance };
	}
	return best?.word ?? null;
}

function withoutDigits(word: string): string {
	return word.replace(/\d+/g, '');
}
