import { invalid } from '#base';
import { familiarName, familiarString, type Reference } from '#oci';

/** Go's path.Match on a reference's short form, with and without its tag. Throws `invalid` in Docker's words for a pattern that is none. */
export function matchesReference(pattern: string, reference: Reference): boolean {
	const regexp = globToRegExp(pattern);
	return regexp.test(familiarString(reference)) || regexp.test(familiarName(reference));
}

/** `*` and `?` stop at slashes, `[a-z]` is a class. */
function globToRegExp(pattern: string): RegExp {
	const source = pattern
		.replace(/[.+^${}()|\\]/g, '\\$&')
		.replace(/\*/g, '[^/]*')
		.replace(/\?/g, '[^/]');
	try {
		return new RegExp(`^${source}$`);
	} catch (cause) {
		throw invalid('syntax error in pattern', { cause });
	}
}
