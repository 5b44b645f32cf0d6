import { invalid, unsupported } from '#base';
import type { ConnectionReader } from './reader.ts';

const CHUNK_LINE = 4096;

/** A message's body on a connection. */
export interface Body {
	stream: ReadableStream<Uint8Array>;
	/** Settles with the body's last byte; rejects when it is cut short. */
	ended: Promise<void>;
	/** Skips what nobody has read; false when more than `limit` bytes are still to come. */
	skip(limit: number): Promise<boolean>;
}

/** A message's body as its headers declare it (RFC 9112, 6.3); null when they declare none. Throws `invalid` or `unsupported`. */
export function readBody(reader: ConnectionReader, headers: Map<string, string>): Body | null {
	const encoding = headers.get('transfer-encoding')?.toLowerCase();
	if (encoding !== undefined) {
		if (encoding !== 'chunked') throw unsupported('Unsupported transfer encoding');
		return bodyOf(chunked(reader));
	}
	const text = headers.get('content-length');
	if (text === undefined) return null;
	if (!/^\d{1,15}$/.test(text)) throw invalid(`bad Content-Length ${JSON.stringify(text)}`);
	const length = Number(text);
	return length === 0 ? null : bodyOf(counted(reader, length));
}

/** A body that ends with its connection: an answer of the old kind. */
export function bodyToTheEnd(reader: ConnectionReader): Body {
	return bodyOf(toTheEnd(reader));
}

/** The next message begins after the body's last byte: whoever stops reading still leaves the rest to be skipped. */
function bodyOf(parts: AsyncGenerator<Uint8Array>): Body {
	let finish: () => void = () => undefined;
	let fail: (error: unknown) => void = () => undefined;
	const ended = new Promise<void>((resolve, reject) => {
		finish = resolve;
		fail = reject;
	});
	ended.catch(() => undefined);
	const next = async (): Promise<Uint8Array | null> => {
		try {
			const step = await parts.next();
			if (!step.done) return step.value;
			finish();
			return null;
		} catch (error) {
			fail(error);
			throw error;
		}
	};
	const skip = async (limit: number): Promise<boolean> => {
		let skipped = 0;
		for (let bytes = await next(); bytes; bytes = await next()) {
			skipped += bytes.length;
			if (skipped > limit) return false;
		}
		return true;
	};
	const stream = new ReadableStream<Uint8Array>(
		{
			pull: async (controller) => {
				const bytes = await next();
				if (bytes) controller.enqueue(bytes);
				else controller.close();
			},
			// Not awaited: how fast the rest comes is the sender's affair.
			cancel: () => void skip(Number.POSITIVE_INFINITY).catch(() => undefined),
		},
		{ highWaterMark: 0 },
	);
	return { stream, ended, skip };
}

async function* counted(reader: ConnectionReader, length: number): AsyncGenerator<Uint8Array> {
	for (let left = length; left > 0;) {
		const bytes = await reader.some(left);
		if (!bytes) throw invalid('unexpected EOF');
		left -= bytes.length;
		yield bytes;
	}
}

async function* chunked(reader: ConnectionReader): AsyncGenerator<Uint8Array> {
	for (;;) {
		const size = /^([0-9a-fA-F]{1,12})(\s*;.*)?$/.exec((await reader.line(CHUNK_LINE)).trim());
		if (!size) throw invalid('malformed chunked encoding');
		const length = Number.parseInt(size[1] ?? '', 16);
		if (length === 0) break;
		yield* counted(reader, length);
		if ((await reader.line(CHUNK_LINE)) !== '') throw invalid('malformed chunked encoding');
	}
	// Trailers are allowed and not looked at.
	while ((await reader.line(CHUNK_LINE)) !== '');
}

async function* toTheEnd(reader: ConnectionReader): AsyncGenerator<Uint8Array> {
	for (;;) {
		const bytes = await reader.some(Number.POSITIVE_INFINITY);
		if (!bytes) return;
		yield bytes;
	}
}
