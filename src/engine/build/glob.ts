/** Go's filepath.Match: `*` and `?` match within a name, `[a-z]` a class, a backslash makes the next character plain. A pattern that is none matches nothing. */
export function matchesGlob(pattern: string, path: string): boolean {
	const names = path.split('/');
	const patterns = pattern.split('/');
	return names.length === patterns.length && names.every((name, at) => matchesName(patterns[at] ?? '', name));
}

/** Tries the latest `*` again with one character more: never more than length times length steps. */
function matchesName(pattern: string, text: string): boolean {
	const name = Array.from(text);
	let at = 0;
	let from = 0;
	let star = -1;
	let starFrom = 0;
	while (from < name.length) {
		if (pattern[at] === '*') {
			star = at++;
			starFrom = from;
			continue;
		}
		const length = at < pattern.length ? matchOne(pattern, at, name[from] ?? '') : 0;
		if (length > 0) {
			at += length;
			from++;
		} else if (star >= 0) {
			at = star + 1;
			from = ++starFrom;
		} else return false;
	}
	while (pattern[at] === '*') at++;
	return at === pattern.length;
}

/** How much of the pattern stands for this character; 0 when it does not match. */
function matchOne(pattern: string, at: number, char: string): number {
	if (pattern[at] === '?') return 1;
	if (pattern[at] === '[') return matchClass(pattern, at, char);
	if (pattern[at] === '\\') return pattern[at + 1] === char ? 2 : 0;
	return pattern[at] === char ? 1 : 0;
}

function matchClass(pattern: string, start: number, char: string): number {
	let at = start + 1;
	const isNegated = pattern[at] === '^';
	if (isNegated) at++;
	let isFound = false;
	const one = () => (pattern[at] === '\\' ? pattern[++at] : pattern[at]) ?? '';
	for (let isFirst = true; isFirst || pattern[at] !== ']'; isFirst = false) {
		if (at >= pattern.length) return 0;
		const low = one();
		at++;
		let high = low;
		if (pattern[at] === '-') {
			at++;
			high = one();
			at++;
		}
		if (low <= char && char <= high) isFound = true;
	}
	return isFound === isNegated ? 0 : at + 1 - start;
}
