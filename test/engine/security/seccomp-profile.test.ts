import { describe, expect, it } from 'vitest';
import { compileProfile } from '../../../src/engine/security/seccomp-profile.ts';
import { syscallNumber } from '../../../src/engine/security/syscalls.ts';
import { evaluate } from './bpf.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const context = { hasCapability: (name: string) => name === 'CAP_CHOWN', kernelVersion: '6.1.0-30' };

/** What a profile answers to a call by name (or number). */
function answerOf(profile: object, call: string | number, ...args: number[]): number {
	const program = compileProfile(JSON.stringify(profile), context);
	if (!program) throw new Error('no program');
	const number = typeof call === 'number' ? call : syscallNumber(call);
	return evaluate(program, number ?? -1, args).action;
}

const deny = (names: string[], more: object = {}) => ({
	defaultAction: 'SCMP_ACT_ALLOW',
	syscalls: [{ names, action: 'SCMP_ACT_ERRNO', ...more }],
});

describe('a profile of seccomp', () => {
	it('names what it does not let through', () => {
		const profile = deny(['chown', 'chown32', 'no_such_call'], { errnoRet: 38 });
		expect(answerOf(profile, 'chown')).toBe(ENOSYS);
		expect(answerOf(profile, 'lchown')).toBe(ALLOW);
		expect(answerOf(profile, 9999)).toBe(ALLOW);
	});

	it('lets through what it names; newer calls are not there, so that programs fall back', () => {
		const profile = {
			defaultAction: 'SCMP_ACT_ERRNO',
			syscalls: [{ names: ['read', 'write', 'exit_group'], action: 'SCMP_ACT_ALLOW' }],
		};
		expect(answerOf(profile, 'write')).toBe(ALLOW);
		expect(answerOf(profile, 'open')).toBe(EPERM);
		expect(answerOf(profile, 'clone3')).toBe(ENOSYS);
	});

	it.each([
		['SCMP_CMP_EQ', [7], [6, 8]],
		['SCMP_CMP_NE', [6, 8], [7]],
		['SCMP_CMP_GE', [7, 8], [6]],
		['SCMP_CMP_GT', [8], [7]],
		['SCMP_CMP_LT', [6], [7]],
		['SCMP_CMP_LE', [6, 7], [8]],
	])('looks at arguments: %s', (op, held, others) => {
		const profile = deny(['kill'], { args: [{ index: 1, value: 7, op }] });
		for (const value of held) expect(answerOf(profile, 'kill', 0, value)).toBe(EPERM);
		for (const value of others) expect(answerOf(profile, 'kill', 0, value)).toBe(ALLOW);
	});

	it('holds a masked argument against its second value, and all tests of a rule together', () => {
		const masked = { index: 0, value: 0xf0, valueTwo: 0x30, op: 'SCMP_CMP_MASKED_EQ' };
		const profile = deny(['kill'], { args: [masked, { index: 1, value: 1, op: 'SCMP_CMP_EQ' }] });
		expect(answerOf(profile, 'kill', 0x3f, 1)).toBe(EPERM);
		expect(answerOf(profile, 'kill', 0x3f, 2)).toBe(ALLOW);
		expect(answerOf(profile, 'kill', 0x4f, 1)).toBe(ALLOW);
	});

	it('takes two tests of one argument as either', () => {
		const test = (value: number) => ({ index: 0, value, op: 'SCMP_CMP_EQ' });
		const profile = deny(['kill'], { args: [test(1), test(2)] });
		expect(answerOf(profile, 'kill', 2)).toBe(EPERM);
		expect(answerOf(profile, 'kill', 3)).toBe(ALLOW);
	});

	it('has rules for some machines, kernels and capabilities only', () => {
		expect(answerOf(deny(['kill'], { includes: { arches: ['amd64'] } }), 'kill')).toBe(ALLOW);
		expect(answerOf(deny(['kill'], { includes: { minKernel: '4.8' } }), 'kill')).toBe(EPERM);
		expect(answerOf(deny(['kill'], { includes: { minKernel: '7.0' } }), 'kill')).toBe(ALLOW);
		expect(answerOf(deny(['kill'], { includes: { caps: ['CAP_SYS_ADMIN'] } }), 'kill')).toBe(ALLOW);
		expect(answerOf(deny(['kill'], { excludes: { caps: ['CAP_CHOWN'] } }), 'kill')).toBe(ALLOW);
	});

	it('may be long: every second call of the table', () => {
		const numbers = Array.from({ length: 200 }, (_, index) => index * 2);
		const names = [
			'restart_syscall',
			'fork',
			'write',
			'close',
			'creat',
			'unlink',
			'chdir',
			'mknod',
			'lchown',
		];
		expect(names.map(syscallNumber)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
		const args = numbers.map((value) => ({ index: 0, value, op: 'SCMP_CMP_EQ' }));
		const profile = { ...deny(['kill'], { args }), defaultAction: 'SCMP_ACT_LOG' };
		expect(answerOf(profile, 'kill', 398)).toBe(EPERM);
		expect(answerOf(profile, 'kill', 399)).toBe(0x7ffc0000);
		expect(answerOf(profile, 'tkill', 398)).toBe(0x7ffc0000);
	});

	it('says nothing when it is empty', () => {
		expect(compileProfile('{}', context)).toBeNull();
	});

	it.each([
		['{"defaultAction":"A"}', 'string A is not a valid action for seccomp'],
		[
			'{"defaultAction":"SCMP_ACT_ALLOW","architectures":["a"],"archMap":[{}]}',
			"both 'architectures' and 'archMap' are specified in the seccomp profile, use either 'architectures' or 'archMap'",
		],
		[
			'{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"name":"a","names":["b"],"action":"SCMP_ACT_KILL"}]}',
			"both 'name' and 'names' are specified in the seccomp profile, use either 'name' or 'names'",
		],
		['{"defaultAction":', 'Decoding seccomp profile failed: unexpected end of JSON input'],
	])('is refused: %s', (text, message) => {
		expect(() => compileProfile(text, context)).toThrow(message);
	});
});
