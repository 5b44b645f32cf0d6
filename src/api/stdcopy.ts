/**
 * The multiplexed stream of attach, exec and logs without a terminal: frames of
 *
 *   u8 stream (0 stdin, 1 stdout, 2 stderr, 3 an error of the engine) · u8[3] zero · u32 length, big-endian · bytes
 */
export const StdStream = { stdin: 0, stdout: 1, stderr: 2, systemError: 3 } as const;
export type StdStreamType = (typeof StdStream)[keyof typeof StdStream];

const HEADER = 8;

/** One frame holding `bytes`. */
export function encodeStdFrame(stream: StdStreamType, bytes: Uint8Array): Uint8Array {
	const frame = new Uint8Array(HEADER + bytes.length);
	frame[0] = stream;
	new DataView(frame.buffer).setUint32(4, bytes.length);
	frame.set(bytes, HEADER);
	return frame;
}

/** Takes a multiplexed stream apart, wherever its chunks are cut. `push` gives what has become complete; throws on a stream number above 3. */
export class StdFrameDecoder {
	#header = new Uint8Array(HEADER);
	#headerLength = 0;
	#left = 0;

	/** Parts of frames are given as they come, so that nothing waits for the end of a large frame. */
	push(chunk: Uint8Array): { stream: StdStreamType; bytes: Uint8Array }[] {
		const out: { stream: StdStreamType; bytes: Uint8Array }[] = [];
		let at = 0;
		while (at < chunk.length) {
			if (this.#left > 0) {
				const bytes = chunk.subarray(at, at + this.#left);
				out.push({ stream: this.#header[0] as StdStreamType, bytes });
				at += bytes.length;
				this.#left -= bytes.length;
				continue;
			}
			const part = chunk.subarray(at, at + HEADER - this.#headerLength);
			this.#header.set(part, this.#headerLength);
			this.#headerLength += part.length;
			at += part.length;
			if (this.#headerLength === HEADER) this.#startFrame();
		}
		return out;
	}

	#startFrame(): void {
		const stream = this.#header[0] ?? 0;
		if (stream > StdStream.systemError) throw new RangeError(`Unrecognized input header: ${stream}`);
		this.#left = new DataView(this.#header.buffer).getUint32(4);
		this.#headerLength = 0;
	}
}
