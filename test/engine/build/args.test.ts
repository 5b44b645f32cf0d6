import { expect, it } from 'vitest';
import { BuildArgs } from '../../../src/engine/build/args.ts';
import { matchesGlob } from '../../../src/engine/build/glob.ts';

it('the command line comes before the Dockerfile, a global value before none', () => {
	const args = new BuildArgs({ A: 'given', HTTP_PROXY: 'p', NULL: null });
	args.declareGlobal('G', 'global');
	const stage = args.forStage();
	stage.declare('A', 'default');
	stage.declare('G', null);
	stage.declare('NULL', 'fallback');
	stage.declare('NOTHING', null);
	expect(Object.fromEntries(stage.allowed())).toEqual({
		A: 'given',
		G: 'global',
		NULL: 'fallback',
		HTTP_PROXY: 'p',
	});
	expect(stage.environment(['A=image'])).toEqual(['G=global', 'NULL=fallback', 'HTTP_PROXY=p']);
	expect(stage.isTold('HTTP_PROXY')).toBe(false);
	expect(args.unused()).toEqual(['A', 'NULL']);
	args.merge(stage);
	expect(args.unused()).toEqual([]);
});

it.each([
	['*.txt', 'a.txt', true],
	['*.txt', 'd/a.txt', false],
	['d/*', 'd/a', true],
	['?', 'é', true],
	['?', '🐳', true],
	['[a-c]x', 'bx', true],
	['[^a-c]x', 'bx', false],
	['a\\*', 'a*', true],
	['a\\*', 'ab', false],
	['*a*b', 'xxaxxb', true],
	['[', 'x', false],
])('%s and %s: %s', (pattern, path, expected) => {
	expect(matchesGlob(pattern, path)).toBe(expected);
});

it('a pattern of many stars is soon decided', () => {
	expect(matchesGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false);
});
