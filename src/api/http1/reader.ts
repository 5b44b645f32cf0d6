import { invalid } from '#base';

/** Longest head that is read, as in Go's server. */
const MAX_HEAD = 1 << 20;

/** A head longer than is read. */
export class HeadTooLong extends Error {}

/** Takes a connection's bytes apart: lines, counted bodies, whatever is there. */
export class ConnectionReader {
	readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
	#buffer = new Uint8Array(0);
	#ended = false;
	/** A read under way that nobody has taken yet. */
	#pending: Promise<void> | null = null;

	constructor(readable: ReadableStream<Uint8Array>) {
		this.#reader = readable.getReader();
	}

	/** The head's lines without their ends; null when the connection ends before one. Throws `invalid` when it is cut, HeadTooLong when it is too long. */
	async head(): Promise<string[] | null> {
		let searched = 0;
		for (;;) {
			const first = this.#buffer[0] ?? 32;
			// The beginning of TLS, or of anything else that is not text, will never have a blank line.
			if (first < 32 && first !== 10 && first !== 13) throw invalid('malformed HTTP message');
			const end = headEnd(this.#buffer, searched);
			if ((end?.at ?? this.#buffer.length) > MAX_HEAD) throw new HeadTooLong('the head is too long');
			if (end) {
				const text = new TextDecoder('latin1').decode(this.#buffer.subarray(0, end.at)).replace(/\r$/, '');
				this.#buffer = this.#buffer.subarray(end.at + end.length);
				// Blank lines before a request are allowed (RFC 9112, 2.2).
				const lines = text.split(/\r?\n/).filter((line, index) => line !== '' || index > 0);
				if (lines.length > 0) return lines;
				searched = 0;
				continue;
			}
			searched = Math.max(0, this.#buffer.length - 3);
			if (this.#ended) {
				if (this.#buffer.length === 0) return null;
				throw invalid('unexpected EOF');
			}
			await this.#more();
		}
	}

	/** One line without its end. */
	async line(limit: number): Promise<string> {
		for (;;) {
			const newline = this.#buffer.indexOf(10);
			if (newline >= 0) {
				const text = new TextDecoder('latin1').decode(this.#buffer.subarray(0, newline)).replace(/\r$/, '');
				this.#buffer = this.#buffer.subarray(newline + 1);
				return text;
			}
			if (this.#buffer.length > limit || this.#ended) throw invalid('malformed chunked encoding');
			await this.#more();
		}
	}

	/** Up to `limit` bytes, at least one; null at the end. */
	async some(limit: number): Promise<Uint8Array | null> {
		while (this.#buffer.length === 0) {
			if (this.#ended) return null;
			await this.#more();
		}
		const bytes = this.#buffer.subarray(0, limit);
		this.#buffer = this.#buffer.subarray(bytes.length);
		return bytes;
	}

	/** Resolves when the other side has closed its side, or has sent something more. Takes nothing. */
	async moreOrEnd(): Promise<'more' | 'end'> {
		if (this.#buffer.length === 0 && !this.#ended) await this.#more();
		return this.#buffer.length > 0 ? 'more' : 'end';
	}

	/** Everything from here on, as a stream. */
	rest(): ReadableStream<Uint8Array> {
		return new ReadableStream<Uint8Array>({
			pull: async (controller) => {
				const bytes = await this.some(Number.POSITIVE_INFINITY);
				if (bytes) controller.enqueue(bytes);
				else controller.close();
			},
			cancel: () => this.cancel(),
		});
	}

	async cancel(): Promise<void> {
		await this.#reader.cancel().catch(() => undefined);
	}

	#more(): Promise<void> {
		this.#pending ??= this.#read().finally(() => {
			this.#pending = null;
		});
		return this.#pending;
	}

	async #read(): Promise<void> {
		const { done, value } = await this.#reader.read();
		if (done) {
			this.#ended = true;
			return;
		}
		if (this.#buffer.length === 0) {
			this.#buffer = value as Uint8Array<ArrayBuffer>;
			return;
		}
		const joined = new Uint8Array(this.#buffer.length + value.length);
		joined.set(this.#buffer);
		joined.set(value, this.#buffer.length);
		this.#buffer = joined;
	}
}

/** Where a blank line ends the head; nothing before `from` needs looking at. */
function headEnd(bytes: Uint8Array, from: number): { at: number; length: number } | null {
	for (let at = bytes.indexOf(10, from); at >= 0; at = bytes.indexOf(10, at + 1)) {
		if (bytes[at + 1] === 10) return { at, length: 2 };
		if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return { at, length: 3 };
	}
	return null;
}
