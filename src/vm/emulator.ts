import { V86, type V86Options } from 'v86';
import { SandboxError, internal, invalid, messageOf, unavailable, unsupported } from '#base';
import { keepCompiledCode } from './compiled-code.ts';
import type { MachineOptions } from './options.ts';
import { Serial } from './serial.ts';

/** What is used of WebAssembly's JavaScript API: neutral code has no library that declares it. */
interface WebAssemblyApi {
	instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: object } }>;
	Memory: new (limits: { initial: number }) => unknown;
}

const WASM_PAGES_PER_MB = 16;
/** What v86 takes beside the guest's memory, roughly. */
const OVERHEAD_MB = 64;
const USED_BY_BIOS = 1 << 20;

/**
 * The part of v86's options that decides what devices there are; a saved state fits only the same devices.
 * `net_device.type` is none of those v86 knows, so there is no network card.
 */
const DEVICES = {
	vga_memory_size: 1 << 20,
	disable_keyboard: true,
	disable_mouse: true,
	disable_speaker: true,
	fastboot: true,
	net_device: { type: 'none' },
} as const;

/** `DEVICES` as canonical text, kept with every saved state. */
export const DEVICES_KEY = JSON.stringify(DEVICES);

/** Throws `unsupported` where there is none. */
function webAssembly(): WebAssemblyApi {
	const api = (globalThis as unknown as { WebAssembly?: WebAssemblyApi }).WebAssembly;
	if (api) return api;
	throw unsupported(
		'This browser has no WebAssembly, which the machine runs on. Use a current Chrome, Edge, Firefox or Safari.',
	);
}

/** Asks for as much memory as the machine will take: inside v86 a refusal could not be caught. */
export function checkMemory(memoryMb: number): void {
	const api = webAssembly();
	try {
		new api.Memory({ initial: (memoryMb + OVERHEAD_MB) * WASM_PAGES_PER_MB });
	} catch (error) {
		throw tooLittleMemory(error, memoryMb);
	}
}

/** A loaded emulator and what was made for it. */
export interface Parts {
	emulator: V86;
	serial: Serial;
	zeros: Zeros;
}

/** Loads an emulator that boots the kernel when it is run. */
export async function load(options: MachineOptions): Promise<Parts> {
	const serial = new Serial(options.onSerial);
	const zeros = new Zeros();
	let emulator: V86 | undefined;
	await new Promise<void>((resolve, reject) => {
		const devices: Partial<V86Options> = { ...DEVICES, net_device: { type: 'none' as 'ne2k' } };
		emulator = new V86({
			...devices,
			wasm_fn: (imports) =>
				webAssembly()
					.instantiate(options.wasm, imports)
					.then(
						({ instance }) => {
							const refused = (error: unknown) => reject(tooLittleMemory(error, options.memoryMb));
							return zeros.over(tellingOfMemory(instance.exports, refused));
						},
						(error: unknown) => {
							reject(cannotMake(error, options.memoryMb));
							// v86 must not go on without its code, and has nobody to tell.
							return new Promise<never>(() => undefined);
						},
					),
			memory_size: options.memoryMb << 20,
			...(options.boot && {
				bios: { buffer: bufferOf(options.boot.bios) },
				vga_bios: { buffer: bufferOf(options.boot.vgaBios) },
				bzimage: { buffer: bufferOf(options.boot.kernel) },
				cmdline: options.boot.cmdline,
			}),
			filesystem: { handle9p: (request, reply) => options.ninep.handle(request, reply) },
			autostart: false,
		});
		emulator.add_listener('serial0-output-byte', (byte: number) => serial.byte(byte));
		emulator.add_listener('emulator-loaded', () => resolve());
	});
	if (!emulator) throw internal('the emulator was not made');
	return { emulator, serial, zeros };
}

/**
 * Before it restores a state, v86 writes zeros to all of the guest's memory, which takes a quarter of a second
 * and makes the host find all of it. Memory that nothing has used yet is zero; only the first megabyte, where
 * a BIOS is put, may not be.
 */
class Zeros {
	/** True until the machine is ready to run. */
	sparing = true;

	/** The program's exports with this in place of its own way to write zeros. */
	over(exports: object): Record<string, never> {
		const { zero_memory: zero } = exports as { zero_memory: (address: number, length: number) => void };
		const spare = (address: number, length: number) =>
			zero(address, this.sparing ? Math.max(0, Math.min(length, USED_BY_BIOS - address)) : length);
		return { ...exports, zero_memory: spare as never };
	}
}

/** The program's exports; v86 keeps it to itself when the guest's memory cannot be had. */
function tellingOfMemory(exports: object, refused: (error: unknown) => void): object {
	const { allocate_memory: allocate } = exports as { allocate_memory: (size: number) => number };
	const telling = (size: number) => {
		try {
			return allocate(size);
		} catch (error) {
			refused(error);
			throw error;
		}
	};
	return { ...exports, allocate_memory: telling };
}

/** Puts a saved state into an emulator that has not run; ends it when that fails. */
export async function restore(emulator: V86, state: Uint8Array | Promise<Uint8Array>): Promise<void> {
	try {
		await emulator.restore_state(bufferOf(await state));
	} catch (error) {
		await emulator.destroy();
		if (error instanceof SandboxError) throw error;
		throw invalid(`The saved state of the machine cannot be restored: ${messageOf(error)}`, { cause: error });
	}
}

/** Puts a saved state into an emulator that has run and stands still. */
export async function putBack(emulator: V86, state: Uint8Array): Promise<void> {
	const whole = keepCompiledCode(emulator);
	try {
		await emulator.restore_state(bufferOf(state));
	} catch (error) {
		throw internal(`The machine cannot be put back: ${messageOf(error)}`, { cause: error });
	} finally {
		whole();
	}
}

/** v86 takes whole ArrayBuffers; a view into a larger one is copied (`new`, because a Node Buffer's slice is no copy). */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
	const { buffer, byteOffset, byteLength } = bytes;
	const whole = byteOffset === 0 && byteLength === buffer.byteLength;
	return (whole ? buffer : new Uint8Array(bytes).buffer) as ArrayBuffer;
}

function cannotMake(error: unknown, memoryMb: number): SandboxError {
	if (error instanceof RangeError || /memory|allocat/i.test(messageOf(error)))
		return tooLittleMemory(error, memoryMb);
	return unsupported(
		`This browser cannot run the machine's program: ${messageOf(error)}. Use a current Chrome, Edge, Firefox or Safari.`,
		{ cause: error },
	);
}

function tooLittleMemory(error: unknown, memoryMb: number): SandboxError {
	return unavailable(
		`There is too little memory for a machine of ${memoryMb} MB. Close other tabs or programs and reload the page.`,
		{ cause: error },
	);
}
