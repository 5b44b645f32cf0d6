import { describe, expect, it } from 'vitest';
import { cleanPath } from '#base';
import { PatternMatcher, readIgnoreFile } from '#dockerfile';
import { answer, expected, readCases } from './cases.ts';

/** As patternmatcher's function of that name: the path is cleaned, and the root cannot be excluded. */
function matches(file: string, patterns: string[]): boolean {
	const matcher = new PatternMatcher(patterns);
	const path = cleanPath(file);
	return path !== '.' && matcher.matchesOrParentMatches(path);
}

describe('.dockerignore', () => {
	it.each(readCases('patternmatcher'))('$fn of $a', (recorded) => {
		const [first = '', ...patterns] = recorded.a;
		const ours = answer(() => {
			if (recorded.fn === 'pm.matches') return matches(first, patterns);
			const read = readIgnoreFile(first);
			return read.length > 0 ? read : null;
		});
		expect(ours).toEqual(expected(recorded));
	});

	it('reads lines with any end, and refuses one that is too long', () => {
		expect(readIgnoreFile('# c\r\n/a/\r\n!/b\r\n')).toEqual(['a', '!b']);
		expect(() => readIgnoreFile(`a\n${'é'.repeat(40_000)}`)).toThrow('bufio.Scanner: token too long');
	});

	it('tells its patterns', () => {
		const matcher = new PatternMatcher([' ./a/ ', '!b', '']);
		expect(matcher.hasExclusions).toBe(true);
		expect(matcher.patterns).toEqual([
			{ pattern: 'a', isExclusion: false },
			{ pattern: 'b', isExclusion: true },
		]);
		expect(new PatternMatcher(['a']).hasExclusions).toBe(false);
	});

	// As Go's regexp package reads what patternmatcher makes of them; filepath.Match alone would say otherwise.
	it.each([
		['\\d', '7', true],
		['\\d', 'd', false],
		['[[:alpha:]]x', 'qx', true],
		['[\\w]*', '_a', true],
		['\\pL?', 'éx', true],
		['[*]', 'a]', false],
		['[*]', '^^]', true],
		['\\Q*', '[^/]*$', true],
		['a\\*', 'a*', true],
	])('matches as Go does: %s and %s', (pattern, path, is) => {
		expect(matches(path, [pattern])).toBe(is);
	});

	it.each(['[b-a]', '\\y', '\\pX', '[[:foo:]]'])('finds a pattern bad when it is used: %s', (pattern) => {
		expect(() => new PatternMatcher([pattern])).not.toThrow();
		expect(() => matches('a', [pattern])).toThrow('syntax error in pattern');
	});

	it('refuses an exclusion of nothing', () => {
		expect(() => new PatternMatcher(['!'])).toThrow('illegal exclusion pattern: "!"');
	});

	it('does not take for ever over a pattern of many stars', () => {
		const path = `${'a/'.repeat(500)}b`;
		expect(matches(path, [`${'**/'.repeat(500)}*c`])).toBe(false);
		expect(matches(path, [`${'a*'.repeat(500)}c`])).toBe(false);
	});
});
