import { invalid, readAll, streamOf } from '#base';
import { compressionOf } from './compression.ts';
import { digestOf } from './digest.ts';
import { readTar } from './tar.ts';
import { unpackZstd } from './zstd.ts';

const GZIP = [0x1f, 0x8b];
const LARGEST_LAYER = 1024 ** 3;

/** Unpacks gzip. `expected` is how long the archive says it gets. Rejects on damage, with a `RangeError` when it grows beyond `limit`. */
export type Gunzip = (packed: Uint8Array, size: { expected: number; limit: number }) => Promise<Uint8Array>;

/**
 * The tar of a layer blob: unpacked when it is gzip or zstd, as it is otherwise. Throws `invalid` on damage or when it
 * grows beyond `limit`. `gunzip` is the platform's own, where it has one that is faster than a stream.
 */
export async function unpackLayer(
	blob: Uint8Array,
	{ limit = LARGEST_LAYER, gunzip = gunzipStream }: { limit?: number; gunzip?: Gunzip | undefined } = {},
): Promise<Uint8Array> {
	const isGzip = blob[0] === GZIP[0] && blob[1] === GZIP[1];
	if (!isGzip && compressionOf(blob) !== 'zstd') return blob;
	try {
		if (isGzip) return await gunzip(blob, { expected: Math.min(gzipSize(blob), limit), limit });
		const room = new Room(0, limit);
		unpackZstd(blob, limit, (piece) => room.add(piece));
		return room.bytes;
	} catch (cause) {
		if (cause instanceof RangeError)
			throw invalid(`failed to register layer: larger than ${limit} bytes`, { cause });
		throw invalid(`failed to register layer: ${isGzip ? 'gzip' : 'zstd'}: invalid data`, { cause });
	}
}

async function gunzipStream(
	blob: Uint8Array,
	{ expected, limit }: { expected: number; limit: number },
): Promise<Uint8Array> {
	const room = new Room(expected, limit);
	const source = new Blob([blob as Uint8Array<ArrayBuffer>]).stream();
	const reader = source.pipeThrough(new DecompressionStream('gzip')).getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return room.bytes;
			room.add(value);
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/** How large an archive says it gets, modulo 4 GiB, in its last four bytes; 0 when that cannot be: deflate packs 1032 bytes into one at best. */
function gzipSize(blob: Uint8Array): number {
	if (blob.length < 18) return 0;
	const size = new DataView(blob.buffer, blob.byteOffset + blob.length - 4, 4).getUint32(0, true);
	return size <= blob.length * 1032 ? size : 0;
}

/** Bytes that come in pieces, gathered in one place: of the expected size, so that nothing is copied twice, unless more comes. */
class Room {
	readonly #limit: number;
	#space: Uint8Array;
	#length = 0;

	constructor(expected: number, limit: number) {
		this.#limit = limit;
		this.#space = new Uint8Array(expected);
	}

	get bytes(): Uint8Array {
		return this.#space.subarray(0, this.#length);
	}

	add(piece: Uint8Array): void {
		const length = this.#length + piece.length;
		if (length > this.#limit) throw new RangeError('too long');
		if (length > this.#space.length) {
			const larger = new Uint8Array(Math.min(this.#limit, Math.max(this.#space.length * 2, length)));
			larger.set(this.bytes);
			this.#space = larger;
		}
		this.#space.set(piece, this.#length);
		this.#length = length;
	}
}

/** The same bytes compressed; the same input gives the same output. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
	const compressed = streamOf(bytes).pipeThrough(
		new CompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>,
	);
	return readAll(compressed);
}

/** What a layer adds to an image's size: the bytes of the regular files in its tar. Throws like `readTar`. */
export function layerContentSize(tar: Uint8Array): number {
	let total = 0;
	for (const { type, data } of readTar(tar)) if (type === '0' || type === '7') total += data.length;
	return total;
}

/** The chain ID of each layer, lowest first: what names a layer together with everything below it. */
export async function chainIds(diffIds: readonly string[]): Promise<string[]> {
	const chain: string[] = [];
	for (const diffId of diffIds) {
		const below = chain.at(-1);
		chain.push(below ? await digestOf(new TextEncoder().encode(`${below} ${diffId}`)) : diffId);
	}
	return chain;
}
