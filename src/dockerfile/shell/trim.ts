import { invalid, messageOf } from '#base';
import { Wildcards } from './wildcards.ts';

/** `${name#pattern}` and `##`: the value without the shortest or the longest start that matches. */
export function trimPrefix(pattern: string, value: string, isGreedy: boolean): string {
	const chars = Array.from(value);
	const end = compile(pattern, isGreedy).prefix(chars);
	return end < 0 ? value : chars.slice(end).join('');
}

/** `${name%pattern}` and `%%`: the same at the end, found from behind. */
export function trimSuffix(pattern: string, value: string, isGreedy: boolean): string {
	return reversed(trimPrefix(reversedPattern(pattern), reversed(value), isGreedy));
}

/** `${name/pattern/replacement}` and `//`. */
export function substitute(pattern: string, value: string, replacement: string, all: boolean): string {
	const wildcards = compile(pattern, true);
	if (!all) return wildcards.replaceFirst(value, replacement);
	return wildcards.replaceAll(value, (match) => expandTemplate(replacement, match));
}

function compile(pattern: string, isGreedy: boolean): Wildcards {
	try {
		return new Wildcards(pattern, isGreedy);
	} catch (error) {
		throw invalid(`invalid pattern (${pattern}) in substitution: ${messageOf(error)}`);
	}
}

/** Go replaces all matches through a template: `$0` is the match, any other `$name` is nothing, `$$` is a dollar. */
function expandTemplate(template: string, match: string): string {
	return template.replace(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu, (whole, braced, bare) => {
		if (whole === '$$') return '$';
		return (braced ?? bare) === '0' ? match : '';
	});
}

function reversed(text: string): string {
	return Array.from(text).reverse().join('');
}

/** From behind, but an escape stays in front of what it escapes: `a\*c` becomes `c\*a`. */
function reversedPattern(pattern: string): string {
	const pieces = pattern.match(/\\[^]|[^]/gu) ?? [];
	return pieces.reverse().join('');
}
