import { afterEach, expect, test, vi } from 'vitest';
import { Machine, type MachineOptions } from '#vm';

const options: MachineOptions = {
	wasm: new Uint8Array(8),
	memoryMb: 64,
	ninep: { handle: () => undefined, freeze: async () => [], thaw: () => undefined },
	boot: { kernel: new Uint8Array(1), bios: new Uint8Array(1), vgaBios: new Uint8Array(1), cmdline: '' },
};
afterEach(() => vi.unstubAllGlobals());

test('says so when there is no WebAssembly', async () => {
	vi.stubGlobal('WebAssembly', undefined);
	await expect(Machine.create(options)).rejects.toMatchObject({
		kind: 'unsupported',
		message: expect.stringContaining('no WebAssembly') as string,
	});
});

test('says so when the memory cannot be had', async () => {
	await expect(Machine.create({ ...options, memoryMb: 8192 })).rejects.toMatchObject({
		kind: 'unavailable',
		message: expect.stringContaining('too little memory for a machine of 8192 MB') as string,
	});
});

test('says so when the program of the emulator is not one', async () => {
	await expect(Machine.create(options)).rejects.toMatchObject({
		kind: 'unsupported',
		message: expect.stringContaining("cannot run the machine's program") as string,
	});
});
