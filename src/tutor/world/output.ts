/** How much of what the terminals showed is kept for checks. */
const LIMIT = 64 * 1024;

// Control sequences: CSI, OSC (ended by BEL or ST), and the two-byte ones.

const CONTROL = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_=>()][0-9A-B]?)/g;

/** One terminal's output as a reader would have seen it, taken in pieces. */
export class TerminalText {
	readonly #decoder = new TextDecoder();
	#pending = '';

	/** Takes bytes; what a flood leaves unread beyond the limit is forgotten. */
	add(bytes: Uint8Array): void {
		this.#pending += this.#decoder.decode(bytes.length > LIMIT ? bytes.subarray(-LIMIT) : bytes, {
			stream: true,
		});
		if (this.#pending.length > 2 * LIMIT) this.#pending = this.#pending.slice(-LIMIT);
	}

	/** What has come since the last call, without control sequences and carriage returns. */
	take(): string {
		// A sequence cut in two by the end of the piece waits for its other half.
		const cut = /\x1b[^a-zA-Z\x07\\]{0,64}$/.exec(this.#pending)?.index ?? this.#pending.length;
		const text = this.#pending.slice(0, cut).replace(CONTROL, '').replaceAll('\r', '');
		this.#pending = this.#pending.slice(cut);
		return text;
	}
}

/** The kept output with something new at its end. */
export function appendOutput(output: string, text: string): string {
	return (output + text).slice(-LIMIT);
}
