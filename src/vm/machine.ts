import type { V86 } from 'v86';
import { internal, messageOf, unavailable, type SandboxError } from '#base';
import { compilePageByPage } from './compiled-code.ts';
import { checkMemory, load, putBack, restore } from './emulator.ts';
import { InstructionCounter, takeTurnsHere, watchTurns } from './internals.ts';
import type { FileServer, MachineOptions } from './options.ts';
import type { Serial } from './serial.ts';

/** How a machine ended by itself; `error` says it to people, and what to do. */
export interface MachineEnd {
	reason: 'machine-shut-down' | 'machine-died';
	error: SandboxError;
}

/** One v86 machine: a CPU, memory, a serial console and a 9P device. Works in a worker and in Node alike. */
export class Machine {
	readonly #emulator: V86;
	readonly #ninep: FileServer;
	readonly #counter: InstructionCounter;
	readonly #serial: Serial;
	/** Resolves when the machine has ended by itself; never rejects. */
	readonly ended: Promise<MachineEnd>;
	#running = false;
	#disposed = false;

	private constructor(emulator: V86, ninep: FileServer, serial: Serial) {
		this.#emulator = emulator;
		this.#ninep = ninep;
		this.#counter = new InstructionCounter();
		this.#serial = serial;
		takeTurnsHere(emulator);
		this.ended = new Promise((resolve) => {
			const end = (what: string, reason: MachineEnd['reason'], cause?: unknown) => {
				if (!this.#disposed) void this.stop();
				const message = `${what} Reload the page to start a new one.`;
				const error = internal(message, { detail: { reason }, ...(cause !== undefined && { cause }) });
				resolve({ reason, error });
			};
			serial.onPanic = () => end('The machine has crashed: its kernel gave up.', 'machine-died');
			watchTurns(emulator, {
				turn: () => this.#counter.count(emulator.get_instruction_counter()),
				failed: (error) => end(`The machine has crashed: ${messageOf(error)}.`, 'machine-died', error),
				shutDown: () => end('The machine was shut down from inside.', 'machine-shut-down'),
			});
		});
	}

	/**
	 * Makes a machine that stands still; `run` starts it. Rejects with `unsupported`, `unavailable`, or for a
	 * state that cannot be read `invalid`, saying what to do.
	 */
	static async create(options: MachineOptions): Promise<Machine> {
		checkMemory(options.memoryMb);
		const parts = await load(options);
		compilePageByPage(parts.emulator);
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

	/** The raw state and the 9P server's part of it. The machine stands still meanwhile (`meanwhile` is called then) and goes on as before. */
	async save(meanwhile: () => void = () => undefined): Promise<{ state: Uint8Array; fids: unknown }> {
		this.#usable();
		const was = this.#running;
		await this.stop();
		try {
			const fids = await this.#ninep.freeze();
			meanwhile();
			return { state: new Uint8Array(await this.#emulator.save_state()), fids };
		} finally {
			if (was && !this.#disposed) await this.run();
		}
	}

	/** Goes on from what `save` gave. What is under way in the guest is gone; `meanwhile` is called while the machine stands still. */
	async restore(
		saved: { state: Uint8Array; fids: unknown },
		meanwhile: () => void = () => undefined,
	): Promise<void> {
		this.#usable();
		await this.stop();
		// Answers that are still on their way belong to the machine as it was.
		await this.#ninep.freeze();
		await putBack(this.#emulator, saved.state);
		meanwhile();
		this.#ninep.thaw(saved.fids);
		await this.run();
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
