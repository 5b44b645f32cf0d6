/**
 * Which devices a container may make and open, as an eBPF program for the kernel's device cgroup.
 *
 * Program: array of struct bpf_insn { u8 code; u8 dst:4, src:4; s16 off; s32 imm }, little-endian, over struct bpf_cgroup_dev_ctx
 * { u32 access_type (what is asked for << 16 | type); u32 major; u32 minor }. It answers 1 to allow, 0 to refuse.
 */
import { invalid } from '#base';

export interface DeviceRule {
	/** `a` is both. */
	type: 'a' | 'b' | 'c';
	/** `null`: any. */
	major: number | null;
	minor: number | null;
	/** Of `rwm`: read, write, make. */
	access: string;
}

const rule = (
	type: DeviceRule['type'],
	major: number | null,
	minor: number | null,
	access = 'rwm',
): DeviceRule => ({
	type,
	major,
	minor,
	access,
});

/** What every container may: any node may be made, and these be used. */
export const DEFAULT_DEVICE_RULES: readonly DeviceRule[] = [
	rule('c', null, null, 'm'),
	rule('b', null, null, 'm'),
	...[3, 5, 7, 8, 9].map((minor) => rule('c', 1, minor)),
	...[0, 1, 2].map((minor) => rule('c', 5, minor)),
	rule('c', 136, null),
	rule('c', 10, 200),
];

/** `c 10:229 rw`, as `--device-cgroup-rule` has it. Throws `invalid` in Docker's words. */
export function parseDeviceRule(text: string): DeviceRule {
	const match = /^([acb]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/.exec(text);
	if (!match) throw invalid(`invalid device cgroup rule format: '${text}'`);
	const [, type, major = '*', minor = '*', access = ''] = match;
	const number = (part: string) => (part === '*' ? null : Number(part));
	return rule(type as DeviceRule['type'], number(major), number(minor), access);
}

const TYPE = { b: 1, c: 2 } as const;
const ACCESS: Record<string, number> = { m: 1, r: 2, w: 4 };
const ALL_ACCESS = 7;

/** The program that allows what one of the rules allows, and nothing else; empty when that is everything. */
export function deviceFilter(rules: readonly DeviceRule[]): Uint8Array {
	if (rules.some(({ type }) => type === 'a')) return new Uint8Array();
	return encode([
		[LOAD, R.TYPE, R.CONTEXT, 0, 0],
		[AND, R.TYPE, 0, 0, 0xffff],
		[LOAD, R.ACCESS, R.CONTEXT, 0, 0],
		[SHIFT_RIGHT, R.ACCESS, 0, 0, 16],
		[LOAD, R.MAJOR, R.CONTEXT, 4, 0],
		[LOAD, R.MINOR, R.CONTEXT, 8, 0],
		...merged(rules).flatMap(allow),
		...answer(0),
	]);
}

/** What several rules say of the same devices, in one. */
function merged(rules: readonly DeviceRule[]): DeviceRule[] {
	const byDevice = new Map<string, DeviceRule>();
	for (const one of rules) {
		const key = `${one.type} ${one.major}:${one.minor}`;
		byDevice.set(key, { ...one, access: one.access + (byDevice.get(key)?.access ?? '') });
	}
	return [...byDevice.values()];
}

type Instruction = [code: number, to: number, from: number, offset: number, value: number];

const R = { ANSWER: 0, CONTEXT: 1, TYPE: 2, ACCESS: 3, MAJOR: 4, MINOR: 5, SPARE: 6 } as const;
const LOAD = 0x61;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const MOVE = 0xb4;
const MOVE_REGISTER = 0xbc;
const JUMP_UNLESS = 0x55;
const JUMP_UNLESS_SAME = 0x5d;
const EXIT = 0x95;

const answer = (value: number): Instruction[] => [
	[MOVE, R.ANSWER, 0, 0, value],
	[EXIT, 0, 0, 0, 0],
];

/** Tests whether a rule is met; each jump goes behind the rule's end. */
function allow({ type, major, minor, access }: DeviceRule): Instruction[] {
	const bits = [...access].reduce((all, letter) => all | (ACCESS[letter] ?? 0), 0);
	const tests: Instruction[] = [[JUMP_UNLESS, R.TYPE, 0, 0, type === 'b' ? TYPE.b : TYPE.c]];
	if (bits !== ALL_ACCESS) {
		tests.push(
			[MOVE_REGISTER, R.SPARE, R.ACCESS, 0, 0],
			[AND, R.SPARE, 0, 0, bits],
			[JUMP_UNLESS_SAME, R.SPARE, R.ACCESS, 0, 0],
		);
	}
	if (major !== null) tests.push([JUMP_UNLESS, R.MAJOR, 0, 0, major]);
	if (minor !== null) tests.push([JUMP_UNLESS, R.MINOR, 0, 0, minor]);
	const length = tests.length + 2;
	const aimed = tests.map(([code, to, from, , value], index): Instruction => {
		const isJump = code === JUMP_UNLESS || code === JUMP_UNLESS_SAME;
		return [code, to, from, isJump ? length - index - 1 : 0, value];
	});
	return [...aimed, ...answer(1)];
}

function encode(program: Instruction[]): Uint8Array {
	const bytes = new Uint8Array(program.length * 8);
	const view = new DataView(bytes.buffer);
	program.forEach(([code, to, from, offset, value], index) => {
		view.setUint8(index * 8, code);
		view.setUint8(index * 8 + 1, to | (from << 4));
		view.setInt16(index * 8 + 2, offset, true);
		view.setUint32(index * 8 + 4, value >>> 0, true);
	});
	return bytes;
}
