import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';
import type { Outcome } from './play.ts';

const step = (stdout: string, more: Partial<Outcome> = {}): Outcome => ({
	cmd: 'docker x',
	flags: [],
	rc: 0,
	stdout,
	stderr: '',
	...more,
});
const differs = (want: Outcome, got: Outcome) => compare([want], [got]).map(({ what }) => what);

describe('a step compared with its recording', () => {
	it('is equal when only ids, times and sizes are others', () => {
		const line = (id: string, size: string) => `${id.repeat(16)}  2025-05-30T12:00:00Z  ${size}\n`;
		expect(differs(step(line('a1b2', '4.27MB')), step(line('c3d4', '2.12MB')))).toEqual([]);
	});

	it('differs in code, output and errors', () => {
		expect(differs(step('a'), step('b', { rc: 1, stderr: 'c' }))).toEqual(['rc', 'stdout', 'stderr']);
		expect(compare([step('a')], [])).toMatchObject([{ step: 0, what: 'missing' }]);
	});

	it('follows what the script says of the step', () => {
		expect(differs(step('a', { flags: ['hide'] }), step('b', { rc: 1 }))).toEqual([]);
		expect(differs(step('a', { flags: ['loose'] }), step('b'))).toEqual([]);
		expect(differs(step('a\nb\n', { flags: ['sort'] }), step('b\na\n'))).toEqual([]);
	});

	it('knows what belonged to the host of the recording, and nothing more', () => {
		expect(
			differs(step('linux/amd64 "CgroupnsMode": "host"'), step('linux/386 "CgroupnsMode": "private"')),
		).toEqual([]);
		expect(differs(step('"NetworkMode": "host"'), step('"NetworkMode": "private"'))).toEqual(['stdout']);
		expect(differs(step('linux/386'), step('linux/amd64'))).toEqual(['stdout']);
	});
});
