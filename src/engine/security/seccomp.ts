/**
 * Docker's default seccomp profile for i386, as a classic BPF program.
 *
 * The profile allows everything that the i386 table of Linux 6.1 holds (numbers 0 to 450) but what is listed here; a call that needs
 * a capability is allowed to a container that has it. A number above the table answers ENOSYS, as runc makes it, so that
 * programs probing for newer calls fall back.
 *
 * Program: array of struct sock_filter { u16 code; u8 jt; u8 jf; u32 k }, little-endian, over struct seccomp_data
 * { int nr; u32 arch; u64 ip; u64 args[6] }. A balanced tree of comparisons: at most eight for any call.
 */
import { assert } from '#base';
import { CAPABILITY } from './capabilities.ts';

const LAST_SYSCALL = 450;
const AUDIT_ARCH_I386 = 0x40000003;
const ERRNO = 0x00050000;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const EPERM = 1;
const ENOSYS = 38;

const OFFSET_NR = 0;
const OFFSET_ARCH = 4;
const OFFSET_ARG0 = 16;

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
	return encode([
		load(OFFSET_ARCH),
		jump('eq', AUDIT_ARCH_I386, 1, 0),
		answer(KILL_PROCESS),
		load(OFFSET_NR),
		...tree(segments),
	]);
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

type Instruction = [code: number, jt: number, jf: number, k: number];

function load(offset: number): Instruction {
	return [0x20, 0, 0, offset];
}
function answer(action: number): Instruction {
	return [0x06, 0, 0, action];
}
function jump(test: 'eq' | 'ge', k: number, whenTrue: number, whenFalse: number): Instruction {
	assert(whenTrue < 256 && whenFalse < 256, 'a BPF jump reaches 255 instructions');
	return [test === 'eq' ? 0x15 : 0x35, whenTrue, whenFalse, k];
}

function tree(segments: { from: number; action: Action }[]): Instruction[] {
	const [first] = segments;
	assert(first, 'a segment for every number');
	if (segments.length === 1) return leaf(first.action);
	const middle = segments.length >> 1;
	const left = tree(segments.slice(0, middle));
	const right = tree(segments.slice(middle));
	return [jump('ge', segments[middle]?.from ?? 0, left.length, 0), ...left, ...right];
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
				[0x54, 0, 0, CLONE_NEW_MASK],
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

function encode(program: Instruction[]): Uint8Array {
	const bytes = new Uint8Array(program.length * 8);
	const view = new DataView(bytes.buffer);
	program.forEach(([code, jt, jf, k], index) => {
		view.setUint16(index * 8, code, true);
		view.setUint8(index * 8 + 2, jt);
		view.setUint8(index * 8 + 3, jf);
		view.setUint32(index * 8 + 4, k >>> 0, true);
	});
	return bytes;
}
