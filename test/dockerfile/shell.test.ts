import { describe, expect, it } from 'vitest';
import { ShellLexer } from '#dockerfile';
import { answer, expected, readCases } from './cases.ts';

const lexer = new ShellLexer('\\');

function lookupIn(environment: readonly string[]) {
	const values = new Map(
		environment.map((entry) => [entry.split('=')[0], entry.slice(entry.indexOf('=') + 1)]),
	);
	return (name: string) => values.get(name);
}

describe('shell words', () => {
	it.each(readCases('shellword'))('$fn of $a.0', (recorded) => {
		const [word = '', ...environment] = recorded.a;
		const lookup = lookupIn(environment);
		const ours = answer(() => {
			if (recorded.fn === 'shell.word') return lexer.processWord(word, lookup);
			// Go's list of no words is nil.
			const words = lexer.processWords(word, lookup);
			return words.length > 0 ? words : null;
		});
		expect(ours).toEqual(expected(recorded));
	});

	it('takes the other escape', () => {
		expect(new ShellLexer('`').processWord('a`$b\\c', () => 'x')).toBe('a$b\\c');
	});

	it('keeps what it is told to keep', () => {
		const raw = new ShellLexer('\\', { rawQuotes: true, rawEscapes: true, keepUnset: true });
		expect(raw.processWords('a "b c" \\d $e ${f:-g}', () => undefined)).toEqual([
			'a',
			'"b c"',
			'\\d',
			'$e',
			'${f:-g}',
		]);
		expect(new ShellLexer('\\', { ignoreQuotes: true }).processWord('"$a" \'', () => 'x')).toBe('"x" \'');
	});

	it('replaces as a template when it replaces all', () => {
		const value = () => 'a-b-a';
		expect(lexer.processWord('${x//a/[\\$0]}', value)).toBe('[\\a]-b-[\\a]');
		expect(lexer.processWord('${x//-/}', value)).toBe('aba');
		expect(lexer.processWord('${x///.}', value)).toBe('.a.-.b.-.a.');
	});

	it('does not take for ever over a pattern of many stars', () => {
		const pattern = `${'*a'.repeat(200)}*b`;
		expect(lexer.processWord(`\${x##${pattern}}`, () => 'a'.repeat(5000))).toBe('a'.repeat(5000));
	});

	it.each([
		['substitutions without end', '${x:-'.repeat(20_000)],
		['a word that grows without end', '$x'.repeat(2000)],
		['a pattern and a value that are both long', `\${x##${'*a'.repeat(5000)}}`],
	])('refuses %s', (_what, word) => {
		expect(() => lexer.processWord(word, () => 'a'.repeat(10_000))).toThrow(/^failed to process/);
	});
});
