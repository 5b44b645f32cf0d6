import { invalid } from '#base';
import type { ConnectionReader } from './reader.ts';

const CHUNK_LINE = 4096;

/** A message's body as its headers declare it (RFC 9112, 6.3); null when it has none. Throws `invalid`. */
export function readBody(
	reader: ConnectionReader,
	headers: Map<string, string>,
): { stream: ReadableStream<Uint8Array>; ended: Promise<void> } | null {
	const encoding = headers.get('transfer-encoding')?.toLowerCase();
	if (encoding !== undefined) {
		if (encoding !== 'chunked') throw invalid(`unsupported transfer encoding: ${encoding}`);
		return tracked(chunked(reader));
	}
	const text = headers.get('content-length');
	if (text === undefined) return null;
	if (!/^\d{1,15}$/.test(text)) throw invalid(`bad Content-Length ${JSON.stringify(text)}`);
	const length = Number(text);
	return length === 0 ? null : tracked(counted(reader, length));
}

/** A body as a stream, with a promise of its last byte: the next request begins after it. */
function tracked(parts: AsyncGenerator<Uint8Array>): {
	stream: ReadableStream<Uint8Array>;
	ended: Promise<void>;
} {
	let finish: () => void = () => undefined;
	let fail: (error: unknown) => void = () => undefined;
	const ended = new Promise<void>((resolve, reject) => {
		finish = resolve;
		fail = reject;
	});
	ended.catch(() => undefined);
	const stream = new ReadableStream<Uint8Array>(
		{
			pull: async (controller) => {
				try {
					const { done, value } = await parts.next();
					if (!done) {
						controller.enqueue(value);
						return;
					}
					finish();
					controller.close();
				} catch (error) {
					fail(error);
					controller.error(error);
				}
			},
			// Whoever stops reading still leaves the rest to be skipped.
			cancel: async () => {
				try {
					while (!(await parts.next()).done);
					finish();
				} catch (error) {
					fail(error);
				}
			},
		},
		{ highWaterMark: 0 },
	);
	return { stream, ended };
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
