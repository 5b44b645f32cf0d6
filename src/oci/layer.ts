import { concat, invalid, readAll, streamOf } from '#base';
import { digestOf } from './digest.ts';
import { readTar } from './tar.ts';

const GZIP = [0x1f, 0x8b];
const LARGEST_LAYER = 1024 ** 3;

/** The tar of a layer blob: unpacked when it is gzip, as it is otherwise. Throws `invalid` on damage or when it grows beyond `limit`. */
export async function unpackLayer(blob: Uint8Array, limit = LARGEST_LAYER): Promise<Uint8Array> {
	if (blob[0] !== GZIP[0] || blob[1] !== GZIP[1]) return blob;
	const unpacked = new DecompressionStream('gzip');
	const source = new Blob([blob as Uint8Array<ArrayBuffer>]).stream();
	const chunks: Uint8Array[] = [];
	let length = 0;
	try {
		const reader = source.pipeThrough(unpacked).getReader();
		for (;;) {
			const { done, value } = await reader.read();
			if (done) break;
			length += value.length;
			if (length > limit) {
				await reader.cancel();
				break;
			}
			chunks.push(value);
		}
	} catch (cause) {
		throw invalid('failed to register layer: gzip: invalid data', { cause });
	}
	if (length > limit) throw invalid(`failed to register layer: larger than ${limit} bytes`);
	return concat(chunks, length);
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
