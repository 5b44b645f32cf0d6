import type { Clock } from '#base';

/** So much between two pictures is more than anybody can follow. */
const FLOOD_BYTES = 16 * 1024;
/** How far apart pictures are then. Each draws all rows anew, whatever has come. */
const PICTURE_MS = 40;

type Write = (data: Uint8Array) => Promise<void>;

/** Has the screen drawn less often while more comes than can be read; what comes at a person's pace goes through at once. */
export class PacedWriter {
	readonly #clock: Clock;
	readonly #write: Write;
	/** What came since the last picture. */
	#bytes = 0;
	#isCounting = false;
	/** Writes that wait for the next picture; null when none has to. */
	#held: (() => void)[] | null = null;

	constructor(clock: Clock, write: Write) {
		this.#clock = clock;
		this.#write = write;
	}

	/** Resolves once it has been written. In the order of the calls. */
	write(data: Uint8Array): Promise<void> {
		this.#bytes += data.length;
		if (this.#bytes > FLOOD_BYTES) this.#held ??= [];
		if (!this.#isCounting) void this.#count();
		return new Promise((resolve) => {
			const write = () => resolve(this.#write(data));
			if (this.#held) this.#held.push(write);
			else write();
		});
	}

	async #count(): Promise<void> {
		this.#isCounting = true;
		for (;;) {
			await this.#clock.sleep(PICTURE_MS);
			const held = this.#held ?? [];
			const isFlood = this.#bytes > FLOOD_BYTES;
			this.#bytes = 0;
			this.#held = isFlood ? [] : null;
			for (const write of held) write();
			if (!isFlood) break;
		}
		this.#isCounting = false;
	}
}
