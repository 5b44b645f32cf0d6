import { describe, expect, it } from 'vitest';
import {
	ALL_CAPABILITIES,
	capabilityMask,
	normalizeCapability,
} from '../../../src/engine/security/capabilities.ts';
import { defaultSeccomp } from '../../../src/engine/security/seccomp.ts';
import { evaluate } from './bpf.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const plain = defaultSeccomp(capabilityMask([], []));
const admin = defaultSeccomp(capabilityMask(['CAP_SYS_ADMIN'], []));

describe('the default seccomp profile', () => {
	it.each([
		['write', 4, ALLOW],
		['execve', 11, ALLOW],
		['ptrace', 26, ALLOW],
		['chroot, which default capabilities have', 61, ALLOW],
		['mount', 21, EPERM],
		['reboot', 88, EPERM],
		['pivot_root', 217, EPERM],
		['keyctl', 288, EPERM],
		['unshare', 310, EPERM],
		['bpf', 357, EPERM],
		['io_uring_setup', 425, EPERM],
		['clone3', 435, ENOSYS],
		['a call newer than the kernel', 451, ENOSYS],
		['a number far off', 0x7fffffff, ENOSYS],
	])('%s', (_name, nr, action) => {
		expect(evaluate(plain, nr).action).toBe(action);
	});

	it('looks at the arguments of clone, personality and socket', () => {
		expect(evaluate(plain, 120, [0x01200011]).action).toBe(ALLOW);
		expect(evaluate(plain, 120, [0x10000000]).action).toBe(EPERM);
		expect(evaluate(plain, 136, [0xffffffff]).action).toBe(ALLOW);
		expect(evaluate(plain, 136, [0x0040000]).action).toBe(EPERM);
		expect(evaluate(plain, 359, [2]).action).toBe(ALLOW);
		expect(evaluate(plain, 359, [40]).action).toBe(EPERM);
	});

	it('opens what a capability opens', () => {
		expect(evaluate(admin, 21).action).toBe(ALLOW);
		expect(evaluate(admin, 120, [0x10000000]).action).toBe(ALLOW);
		expect(evaluate(admin, 435).action).toBe(ALLOW);
		expect(evaluate(admin, 288).action).toBe(EPERM);
	});

	it('kills a program of another architecture', () => {
		expect(evaluate(plain, 4, [], 0xc000003e).action).toBe(0x80000000);
	});

	it('answers any call within eighteen instructions', () => {
		for (let nr = 0; nr <= 460; nr++) expect(evaluate(plain, nr, [0xffffffff]).steps).toBeLessThanOrEqual(18);
	});
});

describe('capabilities', () => {
	it('start from the default set, from all, or from none', () => {
		expect(capabilityMask([], [])).toBe(0xa80425fbn);
		expect(capabilityMask([], ['ALL'])).toBe(0n);
		expect(capabilityMask(['CAP_NET_ADMIN'], ['ALL'])).toBe(1n << 12n);
		expect(capabilityMask(['ALL'], ['CAP_SYS_ADMIN'])).toBe(ALL_CAPABILITIES & ~(1n << 21n));
		expect(capabilityMask([], [], true)).toBe(ALL_CAPABILITIES);
	});

	it('are named as Docker names them', () => {
		expect(normalizeCapability('net_admin', 'CapAdd')).toBe('CAP_NET_ADMIN');
		expect(normalizeCapability('all', 'CapDrop')).toBe('ALL');
		expect(() => normalizeCapability('NOPE', 'CapAdd')).toThrow(
			'invalid CapAdd: unknown capability: "CAP_NOPE"',
		);
	});
});
