/** Two byte streams back to back. Closing `writable` is a half-close: `readable` may go on. */
export interface Duplex {
	readable: ReadableStream<Uint8Array>;
	writable: WritableStream<Uint8Array>;
}

/** A connected pair: what is written to one end is read from the other. */
export function duplexPair(): [Duplex, Duplex] {
	const there = new TransformStream<Uint8Array, Uint8Array>(
		undefined,
		{ highWaterMark: 16 },
		{ highWaterMark: 16 },
	);
	const back = new TransformStream<Uint8Array, Uint8Array>(
		undefined,
		{ highWaterMark: 16 },
		{ highWaterMark: 16 },
	);
	return [
		{ readable: back.readable, writable: there.writable },
		{ readable: there.readable, writable: back.writable },
	];
}

/** Reads a stream to its end. Throws when more than `limit` bytes arrive (default: no limit). */
export async function readAll(
	stream: ReadableStream<Uint8Array>,
	limit = Number.POSITIVE_INFINITY,
): Promise<Uint8Array> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	const reader = stream.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		length += value.length;
		if (length > limit) {
			await reader.cancel();
			throw new RangeError(`stream is longer than ${limit} bytes`);
		}
		chunks.push(value);
	}
	return concat(chunks, length);
}

/** Joins byte arrays; `length` may be given when already known. */
export function concat(chunks: readonly Uint8Array[], length?: number): Uint8Array {
	if (chunks.length === 1 && chunks[0]) return chunks[0];
	const out = new Uint8Array(length ?? chunks.reduce((sum, chunk) => sum + chunk.length, 0));
	let at = 0;
	for (const chunk of chunks) {
		out.set(chunk, at);
		at += chunk.length;
	}
	return out;
}

/** A stream that yields these bytes and ends. */
export function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
	return new ReadableStream({
		start(controller) {
			for (const chunk of chunks) controller.enqueue(chunk);
			controller.close();
		},
	});
}
