import { V86, type V86Options } from 'v86';
import { internal, invalid, messageOf, unavailable, unsupported, SandboxError } from '#base';
import { InstructionCounter, takeTurnsHere, watchTurns } from './internals.ts';

/** The 9P server as the machine needs it. */
export interface FileServer {
	/** Answers one request through `reply`, now or later; both arrays are only lent. */
	handle(request: Uint8Array, reply: (bytes: Uint8Array) => void): void;
	/** Answers whatever is unanswered and gives what must be kept beside a saved state. */
	freeze(): Promise<unknown>;
	/** Takes up what `freeze` gave, for a machine that goes on from that state. */
	thaw(saved: unknown): void;
}

export interface MachineOptions {
	wasm: Uint8Array;
	memoryMb: number;
	ninep: FileServer;
	/** Either a kernel to boot, and the BIOS that does it … */
	boot?: { kernel: Uint8Array; cmdline: string; bios: Uint8Array; vgaBios: Uint8Array };
	/** … or a saved state to go on from (raw or zstd). The rest is made ready while it is still on its way. */
	state?: Uint8Array | Promise<Uint8Array>;
	/** Text of the serial console: the kernel's messages. */
	onSerial?: (text: string) => void;
}

/** What is used of WebAssembly's JavaScript API: neutral code has no library that declares it. */
interface WebAssemblyApi {
	instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: object } }>;
	Memory: new (limits: { initial: number }) => unknown;
}

/** How many characters of the serial console are kept for error reports. */
const TAIL = 16_384;
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

/** One v86 machine: a CPU, memory, a serial console and a 9P device. Works in a worker and in Node alike. */
export class Machine {
	readonly #emulator: V86;
	readonly #ninep: FileServer;
	readonly #counter: InstructionCounter;
	readonly #serial: Serial;
	/** Resolves when the machine has ended by itself, with what happened and what to do; never rejects. */
	readonly ended: Promise<SandboxError>;
	#running = false;
	#disposed = false;

	private constructor(emulator: V86, ninep: FileServer, serial: Serial) {
		this.#emulator = emulator;
		this.#ninep = ninep;
		this.#counter = new InstructionCounter();
		this.#serial = serial;
		takeTurnsHere(emulator);
		this.ended = new Promise((resolve) => {
			const end = (what: string, cause?: unknown) => {
				if (!this.#disposed) void this.stop();
				resolve(
					internal(`${what} Reload the page to start a new one.`, cause === undefined ? {} : { cause }),
				);
			};
			serial.onPanic = () => end('The machine has crashed: its kernel gave up.');
			watchTurns(emulator, {
				turn: () => this.#counter.count(emulator.get_instruction_counter()),
				failed: (error) => end(`The machine has crashed: ${messageOf(error)}.`, error),
				rebooted: () => end('The machine was shut down from inside.'),
			});
		});
	}

	/**
	 * Makes a machine that stands still; `run` starts it. Rejects with `unsupported`, `unavailable`, or for a
	 * state that cannot be read `invalid`, saying what to do.
	 */
	static async create(options: MachineOptions): Promise<Machine> {
		checkMemory(webAssembly(), options.memoryMb);
		const parts = await load(options);
		if (options.state) await restore(parts.emulator, options.state);
		parts.zeros.sparing = false;
		return new Machine(parts.emulator, options.ninep, parts.serial);
	}

	async run(): Promise<void> {
		this.#usable();
		this.#running = true;
		await this.#emulator.run();
	}

	/** Stops between two instructions; nothing happens in the guest until `run`. */
	async stop(): Promise<void> {
		this.#usable();
		this.#running = false;
		await this.#emulator.stop();
	}

	get running(): boolean {
		return this.#running;
	}

	/** Guest instructions executed since the machine was made. */
	instructions(): number {
		return this.#counter.count(this.#emulator.get_instruction_counter());
	}

	/** The last of what the kernel said, for error reports. */
	get serialTail(): string {
		return this.#serial.tail;
	}

	/** Types on the serial console. */
	serialSend(text: string): void {
		this.#usable();
		this.#emulator.serial0_send(text);
	}

	/** The raw state and the 9P server's part of it. The machine stands still meanwhile and then goes on as before. */
	async save(): Promise<{ state: Uint8Array; fids: unknown }> {
		this.#usable();
		const was = this.#running;
		await this.stop();
		try {
			const fids = await this.#ninep.freeze();
			return { state: new Uint8Array(await this.#emulator.save_state()), fids };
		} finally {
			if (was && !this.#disposed) await this.run();
		}
	}

	/** Ends the machine and gives its memory back. */
	async dispose(): Promise<void> {
		if (this.#disposed) return;
		this.#disposed = true;
		this.#running = false;
		await this.#emulator.destroy();
	}

	#usable(): void {
		if (this.#disposed) throw unavailable('The machine has been shut down.');
	}
}

/** The kernel's last words. */
const PANIC = 'Kernel panic';

/** What the kernel says on its console. */
class Serial {
	tail = '';
	onPanic: () => void = () => undefined;
	readonly #listener: ((text: string) => void) | undefined;

	constructor(listener: ((text: string) => void) | undefined) {
		this.#listener = listener;
	}

	byte(byte: number): void {
		const text = String.fromCharCode(byte);
		this.tail = this.tail.length < 2 * TAIL ? this.tail + text : this.tail.slice(-TAIL) + text;
		this.#listener?.(text);
		if (text === '\n' && this.tail.slice(this.tail.lastIndexOf('\n', this.tail.length - 2)).includes(PANIC))
			this.onPanic();
	}
}

function webAssembly(): WebAssemblyApi {
	const api = (globalThis as unknown as { WebAssembly?: WebAssemblyApi }).WebAssembly;
	if (api) return api;
	throw unsupported(
		'This browser has no WebAssembly, which the machine runs on. Use a current Chrome, Edge, Firefox or Safari.',
	);
}

/** Asks for as much memory as the machine will take: inside v86 a refusal could not be caught. */
function checkMemory(api: WebAssemblyApi, memoryMb: number): void {
	try {
		new api.Memory({ initial: (memoryMb + OVERHEAD_MB) * WASM_PAGES_PER_MB });
	} catch (error) {
		throw tooLittleMemory(error, memoryMb);
	}
}

/** A loaded emulator and what was made for it. */
interface Parts {
	emulator: V86;
	serial: Serial;
	zeros: Zeros;
}

/** Loads an emulator that boots the kernel when it is run. */
async function load(options: MachineOptions): Promise<Parts> {
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
						({ instance }) => zeros.over(instance.exports),
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

async function restore(emulator: V86, state: Uint8Array | Promise<Uint8Array>): Promise<void> {
	try {
		await emulator.restore_state(bufferOf(await state));
	} catch (error) {
		await emulator.destroy();
		if (error instanceof SandboxError) throw error;
		throw invalid(`The saved state of the machine cannot be restored: ${messageOf(error)}`, { cause: error });
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
