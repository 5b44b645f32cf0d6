import type { Clock } from '#base';

/** How long a shell that shows no prompt we know must have been silent before it is taken to be reading. */
const SILENCE_MS = 3000;
/** The last of the output that is kept to be looked at. */
const TAIL = 1024;

// The shell's own mark that it is about to show its prompt, and the prompt after it.
const AT_PROMPT = /\x1b\]633;D;[^\x07]*\x07[^\n]*[#$>] (?:\x1b\[[\d;?]*[A-Za-z])*$/;

/**
 * Tells when a shell that has just been opened begins to read. What is typed before would be echoed twice: by the terminal, in the
 * midst of the greeting, and again by the shell when it takes the terminal over.
 */
export class PromptWatch {
	readonly #clock: Clock;
	readonly #decoder = new TextDecoder();
	readonly #end = new AbortController();
	#reads: () => void = () => undefined;
	#tail = '';
	#round = 0;
	/** Resolves when the shell reads. */
	readonly reading: Promise<void>;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.reading = new Promise((resolve) => {
			this.#reads = () => {
				this.#end.abort();
				resolve();
			};
		});
	}

	/** The shell has printed this. */
	saw(bytes: Uint8Array): void {
		if (this.#end.signal.aborted) return;
		this.#tail = (this.#tail + this.#decoder.decode(bytes, { stream: true })).slice(-TAIL);
		if (AT_PROMPT.test(this.#tail)) return this.#reads();
		const round = ++this.#round;
		this.#clock.sleep(SILENCE_MS, this.#end.signal).then(
			() => round === this.#round && this.#reads(),
			// It reads meanwhile.
			() => undefined,
		);
	}
}
