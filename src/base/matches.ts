/** The work of a `FindMatches`, for whoever can stop it: it may take for ever. Throws SyntaxError when `source` is no expression. */
export function matchesIn(source: string, texts: readonly string[]): string[][] {
	const form = new RegExp(source, 'gm');
	return texts.map((text) => Array.from(text.matchAll(form), ([match]) => match));
}
