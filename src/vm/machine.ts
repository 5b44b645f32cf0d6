import { V86 } from 'v86';
import { internal, messageOf, unavailable, unsupported } from '#base';

/** Answers one 9P request through `reply`, now or later. */
export type Handle9p = (request: Uint8Array, reply: (bytes: Uint8Array) => void) => void;

export interface MachineOptions {
	wasm: Uint8Array;
	bios: Uint8Array;
	vgaBios: Uint8Array;
	memoryMb: number;
	handle9p: Handle9p;
	/** Either a kernel to boot … */
	boot?: { kernel: Uint8Array; cmdline: string };
	/** … or a saved state to go on from (raw or zstd). */
	state?: Uint8Array;
	/** Bytes of the serial console: the kernel's messages. */
	onSerial?: (text: string) => void;
}

/** What is used of WebAssembly's JavaScript API: neutral code has no library that declares it. */
interface WebAssemblyApi {
	instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, never> } }>;
}

/** How many characters of the serial console are kept for error reports. */
const TAIL = 16_384;

/** The part of v86's options that decides what devices there are; a saved state fits only the same devices. */
const DEVICES = {
	vga_memory_size: 2 << 20,
	disable_keyboard: true,
	disable_mouse: true,
	disable_speaker: true,
} as const;

/** `DEVICES` as canonical text, kept with every saved state. */
export const DEVICES_KEY = JSON.stringify(DEVICES);

/** One v86 machine: a CPU, memory, a serial console and a 9P device. Works in a worker and in Node alike. */
export class Machine {
	readonly #emulator: V86;
	#tail = '';
	#disposed = false;

	private constructor(emulator: V86, onSerial: ((text: string) => void) | undefined) {
		this.#emulator = emulator;
		emulator.add_listener('serial0-output-byte', (byte: number) => {
			const text = String.fromCharCode(byte);
			this.#tail = (this.#tail + text).slice(-TAIL);
			onSerial?.(text);
		});
	}

	/** Makes a machine that stands still; `run` starts it. Rejects with `unsupported` or `unavailable`, saying what to do. */
	static async create(options: MachineOptions): Promise<Machine> {
		const webAssembly = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
		if (!webAssembly)
			throw unsupported(
				'This browser has no WebAssembly, which the machine runs on. Use a current Chrome, Edge, Firefox or Safari.',
			);
		let failed: (error: unknown) => void = () => undefined;
		const failure = new Promise<never>((_resolve, reject) => (failed = reject));
		const emulator = new V86({
			...DEVICES,
			wasm_fn: async (imports) => {
				try {
					const { instance } = await webAssembly.instantiate(options.wasm, imports);
					return instance.exports;
				} catch (error) {
					failed(error);
					throw error;
				}
			},
			memory_size: options.memoryMb << 20,
			bios: { buffer: bufferOf(options.bios) },
			vga_bios: { buffer: bufferOf(options.vgaBios) },
			...(options.boot && {
				bzimage: { buffer: bufferOf(options.boot.kernel) },
				cmdline: options.boot.cmdline,
			}),
			...(options.state && { initial_state: { buffer: bufferOf(options.state) } }),
			filesystem: { handle9p: options.handle9p },
			autostart: false,
		});
		const machine = new Machine(emulator, options.onSerial);
		const ready = new Promise<void>((resolve) => emulator.add_listener('emulator-ready', () => resolve()));
		await Promise.race([ready, failure]).catch((error: unknown) => {
			throw tooLittleMemory(error, options.memoryMb);
		});
		return machine;
	}

	async run(): Promise<void> {
		await this.#emulator.run();
	}

	/** Stops between two instructions; nothing happens in the guest until `run`. */
	async stop(): Promise<void> {
		await this.#emulator.stop();
	}

	/** Guest instructions executed since the machine was made. */
	instructions(): number {
		return this.#emulator.get_instruction_counter();
	}

	/** The last of what the kernel said, for error reports. */
	get serialTail(): string {
		return this.#tail;
	}

	/** The raw state of a machine that stands still and has no 9P request unanswered. */
	async state(): Promise<Uint8Array> {
		return new Uint8Array(await this.#emulator.save_state());
	}

	async dispose(): Promise<void> {
		if (this.#disposed) return;
		this.#disposed = true;
		await this.#emulator.destroy();
	}
}

/** v86 takes whole ArrayBuffers; a view into a larger one is copied (`new`, because a Node Buffer's slice is no copy). */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
	const { buffer, byteOffset, byteLength } = bytes;
	const whole = byteOffset === 0 && byteLength === buffer.byteLength;
	return (whole ? buffer : new Uint8Array(bytes).buffer) as ArrayBuffer;
}

function tooLittleMemory(error: unknown, memoryMb: number): Error {
	if (error instanceof RangeError || /memory|allocat/i.test(messageOf(error)))
		return unavailable(
			`There is too little memory for a machine of ${memoryMb} MB. Close other tabs or programs and reload the page.`,
			{ cause: error },
		);
	return internal(`The machine could not be made: ${messageOf(error)}`, { cause: error });
}
