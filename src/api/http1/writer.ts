import { concat } from '#base';

/** Writes a connection's bytes, each piece at once. */
export class ConnectionWriter {
	readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

	constructor(writable: WritableStream<Uint8Array>) {
		this.#writer = writable.getWriter();
		// Whoever writes sees the error; nobody waits for the end.
		this.#writer.closed.catch(() => undefined);
	}

	async write(bytes: Uint8Array): Promise<void> {
		await this.#writer.write(bytes);
	}

	/** One chunk of a chunked body. */
	async chunk(bytes: Uint8Array): Promise<void> {
		if (bytes.length === 0) return;
		const size = new TextEncoder().encode(`${bytes.length.toString(16)}\r\n`);
		await this.write(concat([size, bytes, new Uint8Array([13, 10])]));
	}

	/** The chunked body's end. */
	lastChunk(): Promise<void> {
		return this.write(new TextEncoder().encode('0\r\n\r\n'));
	}

	/** Half-closes; a connection that is already broken stays broken. */
	async close(): Promise<void> {
		await this.#writer.close().catch(() => undefined);
	}

	async abort(): Promise<void> {
		await this.#writer.abort().catch(() => undefined);
	}
}
