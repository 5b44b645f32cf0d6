import { describe, expect, it } from 'vitest';
import { DEFAULT_DEVICE_RULES, deviceFilter, parseDeviceRule } from '../../../src/engine/security/devices.ts';

/** Runs a program the way the kernel does; covers the instructions that device filters use. */
function allows(program: Uint8Array, type: 'b' | 'c', major: number, minor: number, access: string): boolean {
	const view = new DataView(program.buffer);
	const asked = [...access].reduce((bits, letter) => bits | ({ m: 1, r: 2, w: 4 }[letter] ?? 0), 0);
	const context = [(asked << 16) | (type === 'b' ? 1 : 2), major, minor];
	const registers = new Array<number>(11).fill(0);
	for (let at = 0; ; at++) {
		const [to, from] = [view.getUint8(at * 8 + 1) & 15, view.getUint8(at * 8 + 1) >> 4];
		const [offset, value] = [view.getInt16(at * 8 + 2, true), view.getUint32(at * 8 + 4, true)];
		const [a, b] = [registers[to] ?? 0, registers[from] ?? 0];
		switch (view.getUint8(at * 8)) {
			case 0x61:
				registers[to] = context[offset / 4] ?? 0;
				break;
			case 0x54:
				registers[to] = a & value;
				break;
			case 0x74:
				registers[to] = a >>> value;
				break;
			case 0xb4:
				registers[to] = value;
				break;
			case 0xbc:
				registers[to] = b;
				break;
			case 0x55:
				at += a === value ? 0 : offset;
				break;
			case 0x5d:
				at += a === b ? 0 : offset;
				break;
			case 0x95:
				return registers[0] === 1;
			default:
				throw new Error(`instruction ${view.getUint8(at * 8).toString(16)}`);
		}
	}
}

describe('the filter of devices', () => {
	const usual = deviceFilter(DEFAULT_DEVICE_RULES);

	it.each([
		['/dev/null', 'c', 1, 3, 'rw', true],
		['a terminal', 'c', 136, 7, 'rw', true],
		['any node may be made', 'b', 8, 0, 'm', true],
		['and not be read', 'b', 8, 0, 'r', false],
		['nor made and read at once', 'b', 8, 0, 'mr', false],
		['/dev/mem', 'c', 1, 1, 'r', false],
		['/dev/fuse', 'c', 10, 229, 'r', false],
		['a block device with the numbers of /dev/null', 'b', 1, 3, 'r', false],
	] as const)('%s', (_name, type, major, minor, access, isAllowed) => {
		expect(allows(usual, type, major, minor, access)).toBe(isAllowed);
	});

	it('adds what several rules say of a device', () => {
		const filter = deviceFilter([
			...DEFAULT_DEVICE_RULES,
			...['c 10:229 r', 'c 10:229 w', 'b 7:* r'].map(parseDeviceRule),
		]);
		expect(allows(filter, 'c', 10, 229, 'rw')).toBe(true);
		expect(allows(filter, 'b', 7, 5, 'r')).toBe(true);
		expect(allows(filter, 'b', 7, 5, 'rw')).toBe(false);
		expect(allows(filter, 'b', 8, 5, 'r')).toBe(false);
	});

	it('is none when a rule allows all', () => {
		expect(deviceFilter([parseDeviceRule('a *:* rwm')])).toHaveLength(0);
	});

	it.each(['', 'c 1:3', 'd 1:3 r', 'c 1 r', 'c 1:3 x', 'c 1:3 rwmr'])('refuses a rule like "%s"', (text) => {
		expect(() => parseDeviceRule(text)).toThrow(`invalid device cgroup rule format: '${text}'`);
	});
});
