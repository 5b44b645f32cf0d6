import { assert } from '#base';

/** One instruction of a classic BPF program: `struct sock_filter`. */
export type Instruction = [code: number, jt: number, jf: number, k: number];

/** Of `struct seccomp_data`: `{ int nr; u32 arch; u64 ip; u64 args[6] }`. */
export const OFFSET_NR = 0;
export const OFFSET_ARCH = 4;

export const AUDIT_ARCH_I386 = 0x40000003;

/** What a filter answers. */
export const SECCOMP = {
	killThread: 0x00000000,
	killProcess: 0x80000000,
	trap: 0x00030000,
	errno: 0x00050000,
	trace: 0x7ff00000,
	log: 0x7ffc0000,
	allow: 0x7fff0000,
} as const;

export const EPERM = 1;
export const ENOSYS = 38;

/** The offset of a system call's argument: its lower half, which is all that an i386 program can set. */
export function argumentOffset(index: number): number {
	return 16 + 8 * index;
}

export function load(offset: number): Instruction {
	return [0x20, 0, 0, offset];
}

export function mask(k: number): Instruction {
	return [0x54, 0, 0, k];
}

export function answer(action: number): Instruction {
	return [0x06, 0, 0, action];
}

const TESTS = { eq: 0x15, gt: 0x25, ge: 0x35 } as const;

export function jump(test: keyof typeof TESTS, k: number, whenTrue: number, whenFalse: number): Instruction {
	assert(whenTrue < 256 && whenFalse < 256, 'a BPF jump reaches 255 instructions');
	return [TESTS[test], whenTrue, whenFalse, k];
}

/** What is done for all numbers from one on until the next. */
export interface Segment {
	from: number;
	leaf: Instruction[];
}

/** A balanced tree of comparisons over the number that was loaded: few for any of them. */
export function tree(segments: Segment[]): Instruction[] {
	const [first] = segments;
	assert(first, 'a segment for every number');
	if (segments.length === 1) return first.leaf;
	const middle = segments.length >> 1;
	const from = segments[middle]?.from ?? 0;
	const left = tree(segments.slice(0, middle));
	const right = tree(segments.slice(middle));
	if (left.length < 256) return [jump('ge', from, left.length, 0), ...left, ...right];
	return [jump('ge', from, 0, 1), [0x05, 0, 0, left.length], ...left, ...right];
}

/** The program that does this for i386's system calls, and ends a program of any other machine. */
export function filterProgram(segments: Segment[]): Uint8Array {
	return encode([
		load(OFFSET_ARCH),
		jump('eq', AUDIT_ARCH_I386, 1, 0),
		answer(SECCOMP.killProcess),
		load(OFFSET_NR),
		...tree(segments),
	]);
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
