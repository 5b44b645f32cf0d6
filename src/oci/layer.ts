import { concat, invalid } from '#base';
import { digestOf } from './digest.ts';

const BLOCK = 512;
const GZIP = [0x1f, 0x8b];
const LARGEST_LAYER = 2 * 1024 ** 3;

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

/** What a layer adds to an image's size: the bytes of the regular files in its tar. */
export function layerContentSize(tar: Uint8Array): number {
	let total = 0;
	let longSize: number | null = null;
	for (let at = 0; at + BLOCK <= tar.length;) {
		const header = tar.subarray(at, at + BLOCK);
		if (header[0] === 0) break;
		const type = String.fromCharCode(header[156] ?? 0);
		const isFile = type === '0' || type === '\0' || type === '7';
		const own = numberField(header.subarray(124, 136));
		const size: number = isFile && longSize !== null ? longSize : own;
		if (type === 'x') longSize = paxSize(tar.subarray(at + BLOCK, at + BLOCK + size));
		else if (type !== 'g') longSize = null;
		if (isFile) total += size;
		at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
	}
	return total;
}

/** Octal text, or base 256 with the first bit set. */
function numberField(field: Uint8Array): number {
	if ((field[0] ?? 0) & 0x80) return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
	const size = Number.parseInt(
		new TextDecoder('latin1')
			.decode(field)
			.replace(/[\0 ]+/g, ' ')
			.trim() || '0',
		8,
	);
	if (!Number.isSafeInteger(size) || size < 0) throw invalid('failed to register layer: invalid tar header');
	return size;
}

function paxSize(records: Uint8Array): number | null {
	const match = /(?:^|\n)\d+ size=(\d+)\n/.exec(new TextDecoder('latin1').decode(records));
	return match?.[1] ? Number(match[1]) : null;
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
