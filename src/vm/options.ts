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
