/**
 * Docker's default seccomp profile for i386, as a classic BPF program.
 *
 * The profile allows everything that the i386 table of Linux 6.1 holds (numbers 0 to 450) but what is listed here; a call that needs
 * a capability is allowed to a container that has it. A number above the table answers ENOSYS, as runc makes it, so that
 * programs probing for newer calls fall back.
 */
import { answer, argumentOffset, ENOSYS, EPERM, filterProgram, jump, load, mask, SECCOMP } from './bpf.ts';
import type { Instruction } from './bpf.ts';
import { CAPABILITY } from './capabilities.ts';
import { LAST_SYSCALL } from './syscalls.ts';

const { allow: ALLOW, errno: ERRNO } = SECCOMP;
const OFFSET_ARG0 = argumentOffset(0);

/** Never allowed, whatever the capabilities. Obsolete calls, keyrings, kexec, vm86, io_uring, userfaultfd … */
const DENIED = [
	17, 18, 28, 31, 32, 34, 35, 44, 48, 53, 56, 58, 59, 62, 67, 68, 69, 72, 73, 84, 86, 87, 89, 98, 109, 112,
	113, 115, 127, 130, 134, 135, 137, 149, 166, 167, 169, 188, 189, 217, 273, 283, 286, 287, 288, 294, 317,
	374, 384, 425, 426, 427,
];

/** Allowed to whoever holds any of these capabilities. */
const GATED: readonly [capabilities: (keyof typeof CAPABILITY)[], syscalls: number[]][] = [
	// mount umount umount2 sethostname setdomainname quotactl lookup_dcookie unshare fanotify_init setns, the new mount calls
	[['SYS_ADMIN'], [21, 22, 52, 74, 121, 131, 253, 310, 338, 346, 428, 429, 430, 431, 432, 433, 442, 443]],
	[['SYS_ADMIN', 'SYSLOG'], [103]],
	[['SYS_ADMIN', 'BPF'], [357]],
	[['SYS_ADMIN', 'PERFMON'], [336]],
	[['DAC_READ_SEARCH'], [342]],
	[['SYS_BOOT'], [88]],
	[['SYS_CHROOT'], [61]],
	[['SYS_MODULE'], [128, 129, 350]],
	[['SYS_PACCT'], [51]],
	[['SYS_PTRACE'], [349, 438, 440]],
	[['SYS_RAWIO'], [101, 110]],
	[['SYS_TIME'], [25, 79, 264, 404]],
	[['SYS_TTY_CONFIG'], [111]],
	[['SYS_NICE'], [274, 275, 276, 450]],
];

const CLONE = 120;
const CLONE3 = 435;
const PERSONALITY = 136;
const SOCKET = 359;
/** All CLONE_NEW* flags but the time namespace's, which shares its bit with the exit signal. */
const CLONE_NEW_MASK = 0x7e020000;
const AF_VSOCK = 40;
const PERSONALITIES = [0, 0x0008, 0x20000, 0x20008, 0xffffffff];

type Action = 'allow' | 'eperm' | 'enosys' | 'clone' | 'personality' | 'socket';

/** The profile for a container with these capabilities (mask). */
export function defaultSeccomp(capabilities: bigint): Uint8Array {
	const actions = actionsFor(capabilities);
	const segments: { from: number; action: Action }[] = [];
	actions.forEach((action, nr) => {
		if (segments.at(-1)?.action !== action) segments.push({ from: nr, action });
	});
	return filterProgram(segments.map(({ from, action }) => ({ from, leaf: leaf(action) })));
}

function actionsFor(capabilities: bigint): Action[] {
	const has = (name: keyof typeof CAPABILITY) => (capabilities & (1n << BigInt(CAPABILITY[name]))) !== 0n;
	const actions = new Array<Action>(LAST_SYSCALL + 1).fill('allow');
	for (const nr of DENIED) actions[nr] = 'eperm';
	for (const [names, numbers] of GATED) if (!names.some(has)) for (const nr of numbers) actions[nr] = 'eperm';
	if (!has('SYS_ADMIN')) {
		actions[CLONE] = 'clone';
		actions[CLONE3] = 'enosys';
	}
	actions[PERSONALITY] = 'personality';
	actions[SOCKET] = 'socket';
	actions.push('enosys');
	return actions;
}

function leaf(action: Action): Instruction[] {
	switch (action) {
		case 'allow':
			return [answer(ALLOW)];
		case 'eperm':
			return [answer(ERRNO | EPERM)];
		case 'enosys':
			return [answer(ERRNO | ENOSYS)];
		case 'clone':
			return [
				load(OFFSET_ARG0),
				mask(CLONE_NEW_MASK),
				jump('eq', 0, 0, 1),
				answer(ALLOW),
				answer(ERRNO | EPERM),
			];
		case 'socket':
			return [load(OFFSET_ARG0), jump('eq', AF_VSOCK, 1, 0), answer(ALLOW), answer(ERRNO | EPERM)];
		case 'personality': {
			const tests = PERSONALITIES.map((value, index) => jump('eq', value, PERSONALITIES.length - index, 0));
			return [load(OFFSET_ARG0), ...tests, answer(ERRNO | EPERM), answer(ALLOW)];
		}
	}
}
