import { invalid } from '#base';

/** What Go says of a pattern it cannot read. */
export function badPattern(): Error {
	return invalid('syntax error in pattern');
}

/** Throws when Go's filepath.Match would: a class or an escape that does not end, a class with nothing in it. */
export function checkGlob(pattern: string): void {
	const chars = Array.from(pattern);
	for (let at = 0; at < chars.length;) {
		if (chars[at] === '[') at = classEnd(chars, at + 1);
		else if (chars[at] === '\\') {
			if (at + 1 === chars.length) throw badPattern();
			at += 2;
		} else at++;
	}
}

function classEnd(chars: readonly string[], start: number): number {
	let at = chars[start] === '^' ? start + 1 : start;
	for (let ranges = 0; ; ranges++) {
		if (chars[at] === ']' && ranges > 0) return at + 1;
		at = member(chars, at);
		if (chars[at] === '-') at = member(chars, at + 1);
	}
}

/** Steps over one character of a class; something must follow it. */
function member(chars: readonly string[], at: number): number {
	const char = chars[at];
	if (char === undefined || char === '-' || char === ']') throw badPattern();
	const end = char === '\\' ? at + 2 : at + 1;
	if (end >= chars.length) throw badPattern();
	return end;
}
